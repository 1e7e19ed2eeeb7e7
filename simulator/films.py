"""What an uploaded video really is, read from its boxes and never from its name."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_INSIDE = {"moov", "trak"}


@dataclass(frozen=True)
class Film:
    """The measures of a video, as it is shown."""

    width: int
    height: int
    seconds: float
    contents_first: bool
    """Whether a player may begin before all of it has come."""


def measure(content: bytes) -> Film | None:
    """The measures of an MP4, or nothing if these bytes are none."""
    try:
        return _measure(content)
    except (struct.error, ValueError, ZeroDivisionError):
        return None


def _measure(content: bytes) -> Film | None:
    if content[4:8] != b"ftyp":
        return None
    places: dict[str, tuple[int, int]] = {}
    films: list[tuple[int, int]] = []
    for kind, at, end in _walk(content, 0, len(content)):
        places.setdefault(kind, (at, end))
        if kind == "tkhd":
            films.append(_sides(content, at))
    if not {"moov", "mvhd", "mdat"} <= places.keys():
        return None
    shown = [sides for sides in films if all(sides)]
    at = places["mvhd"][0]
    scale, length = struct.unpack_from(
        *((">IQ", content, at + 20) if content[at] else (">II", content, at + 12))
    )
    if not shown or not length:
        return None
    return Film(*shown[0], length / scale, places["moov"] < places["mdat"])


def _walk(content: bytes, at: int, end: int) -> Iterator[tuple[str, int, int]]:
    while at < end:
        length, kind = struct.unpack_from(">I4s", content, at)
        body = at + 8
        if length == 1:
            [length] = struct.unpack_from(">Q", content, body)
            body += 8
        until = at + length if length else end
        if until > end or until < body:
            raise ValueError("a box is cut off")
        name = kind.decode("latin-1")
        yield name, body, until
        if name in _INSIDE:
            yield from _walk(content, body, until)
        at = until


def _sides(content: bytes, at: int) -> tuple[int, int]:
    matrix = at + (52 if content[at] else 40)
    turned = struct.unpack_from(">i", content, matrix)[0] == 0
    across, along = struct.unpack_from(">II", content, matrix + 36)
    return (along >> 16, across >> 16) if turned else (across >> 16, along >> 16)
