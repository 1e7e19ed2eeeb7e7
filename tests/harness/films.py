"""Small MP4 files, as telephones and editors write them; no decoder would find a film in them."""

import struct
from dataclasses import dataclass

UPRIGHT = (0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
LYING = (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
SAMPLE = b"EN RUTA I FILMEN"
"""What the first place in the table of contents has to name."""


def box(kind: bytes, *inside: bytes) -> bytes:
    """A box of this kind around what is inside."""
    body = b"".join(inside)
    return struct.pack(">I", 8 + len(body)) + kind + body


@dataclass
class Drawn:
    """What a film is like."""

    width: int = 1080
    height: int = 1920
    seconds: float = 12.0
    matrix: tuple[int, ...] = LYING
    codec: bytes = b"avc1"
    handler: bytes = b"vide"
    brand: bytes = b"isom"
    contents_first: bool = False
    wide: bool = False
    """Whether times and places have 64 bits."""
    notes: bytes = b"\xa9xyz+59.3293+018.0686/"
    fill: int = 1000
    """So many bytes stand between the samples."""
    more: bytes = b""
    """Further boxes at the end."""

    def made(self) -> bytes:
        """The file."""
        ftyp = box(b"ftyp", self.brand, struct.pack(">I", 512), b"isomavc1")
        mdat = box(b"mdat", b"\0" * 40, SAMPLE, b"\0" * self.fill)
        if not self.contents_first:
            place = len(ftyp) + 48
            return ftyp + mdat + self._contents(place) + self.more
        place = len(ftyp) + len(self._contents(0)) + 48
        return ftyp + self._contents(place) + mdat + self.more

    def _contents(self, place: int) -> bytes:
        notes = box(b"udta", box(b"\xa9xyz", self.notes))
        other = box(b"trak", self._header(), box(b"mdia", _handler(b"meta"), self._samples(place)))
        return box(b"moov", self._times(), self._track(place), other, notes)

    def _times(self) -> bytes:
        length = round(self.seconds * 600)
        if self.wide:
            said = struct.pack(">B3xQQIQ", 1, 1, 1, 600, length)
        else:
            said = struct.pack(">B3xIIII", 0, 1, 1, 600, length)
        return box(b"mvhd", said, b"\0" * 80)

    def _track(self, place: int) -> bytes:
        media = box(b"mdia", _handler(self.handler), self._samples(place))
        return box(b"trak", self._header(), media, box(b"udta", box(b"name", self.notes)))

    def _header(self) -> bytes:
        times = struct.pack(">B3xQQIIQ", 1, 1, 1, 1, 0, 1) if self.wide else bytes(24)
        measures = struct.pack(">9iII", *self.matrix, self.width << 16, self.height << 16)
        return box(b"tkhd", times, b"\0" * 16, measures)

    def _samples(self, place: int) -> bytes:
        described = box(b"stsd", struct.pack(">II", 0, 1), box(self.codec, b"\0" * 78))
        shape, kind = (">IIQ", b"co64") if self.wide else (">III", b"stco")
        places = box(kind, struct.pack(shape, 0, 1, place))
        return box(b"minf", box(b"stbl", described, places))


def film(**like: object) -> bytes:
    """Draw a film."""
    return Drawn(**like).made()  # type: ignore[arg-type]


def _handler(kind: bytes) -> bytes:
    return box(b"hdlr", b"\0" * 8, kind, b"\0" * 13)
