"""What an upload really is, read from its first bytes and never from its name."""

import struct
from dataclasses import dataclass

EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
FILES = EXTENSIONS | {"video/mp4": "mp4"}
"""What is kept on the disk."""


@dataclass(frozen=True)
class Kind:
    """The type and size of an image."""

    mime: str
    width: int
    height: int


def recognise(content: bytes) -> Kind | None:
    """The kind of image these bytes are, or nothing if they are none we know."""
    try:
        found = _recognise(content)
    except (struct.error, IndexError):
        return None
    return found if found and found.width > 0 and found.height > 0 else None


def _recognise(content: bytes) -> Kind | None:
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR":
        return Kind("image/png", *struct.unpack_from(">II", content, 16))
    if content[:6] in (b"GIF87a", b"GIF89a"):
        return Kind("image/gif", *struct.unpack_from("<HH", content, 6))
    if content.startswith(b"\xff\xd8"):
        return _jpeg(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp(content)
    return None


def _jpeg(content: bytes) -> Kind | None:
    at = 2
    while content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", content, at + 5)
            return Kind("image/jpeg", width, height)
        at += 2 + int(struct.unpack_from(">H", content, at + 2)[0])
    return None


def _webp(content: bytes) -> Kind | None:
    form = content[12:16]
    if form == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        return Kind("image/webp", width, int.from_bytes(content[27:30], "little") + 1)
    if form == b"VP8L":
        bits = int(struct.unpack_from("<I", content, 21)[0])
        return Kind("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if form == b"VP8 ":
        width, height = struct.unpack_from("<HH", content, 26)
        return Kind("image/webp", width & 0x3FFF, height & 0x3FFF)
    return None
