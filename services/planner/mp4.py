"""Reads the boxes of an MP4: how long and how large its film is. Nothing is decoded.

What is kept has its table of contents first, as a player wants it that begins before all has come,
and nothing in it that the camera noted beside the film, such as where it was.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import BinaryIO, NamedTuple

MOST_CONTENTS = 8 * 1024 * 1024
"""Bytes of a table of contents; an hour's film has two or three million."""
_MOST_BOXES = 1_000
_FTYP_MOST = 4096
_DEEPEST = 6
_HOLD_BOXES = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
_NOTES = {b"udta", b"meta", b"uuid", b"free", b"skip"}
_KEPT_TRACKS = {b"vide", b"soun"}
_H264 = {b"avc1", b"avc3"}
_QUICKTIME = b"qt  "
_OFFSETS = {b"stco": ">I", b"co64": ">Q"}


class Broken(Exception):
    """It is no MP4 with a film in H.264, or not a whole one."""


class Box(NamedTuple):
    """A box in a file, or in another box."""

    kind: bytes
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a player shows."""

    width: int
    height: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Film:
    """A film as it is kept: a new beginning, and stretches of the file that it came in."""

    shown: Shown
    head: bytes
    stretches: tuple[tuple[int, int], ...]
    """From where, and how many bytes."""

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.head) + sum(length for _, length in self.stretches)

    def pieces(self, file: BinaryIO, size: int) -> Iterator[bytes]:
        """Give the film in pieces of a size and a last one."""
        held = bytearray(self.head)
        for start, length in self.stretches:
            file.seek(start)
            for at in range(0, length, size):
                held += file.read(min(size, length - at))
                while len(held) >= size:
                    yield bytes(held[:size])
                    del held[:size]
        while held:
            yield bytes(held[:size])
            del held[:size]


def film_of(file: BinaryIO) -> Film:
    """Read a file; `Broken` if nothing can be made of it."""
    try:
        return _film_of(file)
    except (struct.error, IndexError, ZeroDivisionError) as error:
        raise Broken(type(error).__name__) from error


def shown_by(head: bytes) -> Shown:
    """Read what a film shows from the beginning that we gave it."""
    try:
        ftyp, _ = _header(head, 0)
        return _shown(head[ftyp:])
    except (struct.error, IndexError, ZeroDivisionError) as error:
        raise Broken(type(error).__name__) from error


def head_length(start: bytes) -> int:
    """Say how long the beginning of a kept film is; `Broken` if this is not one's beginning."""
    try:
        ftyp, _ = _header(start, 0)
        length, _ = _header(start, ftyp)
    except struct.error as error:
        raise Broken("too short") from error
    if start[4:8] != b"ftyp" or start[ftyp + 4 : ftyp + 8] != b"moov":
        raise Broken("not a film that we keep")
    return length


def _film_of(file: BinaryIO) -> Film:
    boxes = list(_boxes_of(file))
    kinds = [box.kind for box in boxes]
    if kinds[:1] != [b"ftyp"] or kinds.count(b"moov") != 1 or b"moof" in kinds:
        raise Broken("not an MP4 in one piece")
    ftyp = _taken(file, boxes[0], _FTYP_MOST)
    if ftyp[8:12] == _QUICKTIME:
        raise Broken("QuickTime")
    moov = _taken(file, boxes[kinds.index(b"moov")], MOST_CONTENTS)
    contents = bytearray(_without_notes(moov))
    shown = _shown(bytes(contents))
    media = [box for box in boxes if box.kind == b"mdat"]
    head = len(ftyp) + len(contents)
    _move(contents, media, head)
    stretches = tuple((box.start, box.end - box.start) for box in media)
    return Film(shown, ftyp + bytes(contents), stretches)


def _boxes_of(file: BinaryIO) -> Iterator[Box]:
    whole = file.seek(0, 2)
    at = 0
    for _ in range(_MOST_BOXES):
        if at == whole:
            return
        file.seek(at)
        start = file.read(16)
        kind, length = start[4:8], struct.unpack_from(">I", start)[0]
        body = at + (16 if length == 1 else 8)
        if length == 1:
            length = struct.unpack_from(">Q", start, 8)[0]
        end = whole if length == 0 else at + length
        if end < body or end > whole:
            raise Broken("cut off")
        yield Box(kind, at, body, end)
        at = end
    raise Broken("too many boxes")


def _taken(file: BinaryIO, box: Box, most: int) -> bytes:
    if box.end - box.start > most:
        raise Broken(f"{box.kind!r} is too large")
    file.seek(box.start)
    return file.read(box.end - box.start)


def _header(held: bytes, at: int) -> tuple[int, int]:
    """Give where the box at a place ends, and how long it is."""
    length: int = struct.unpack_from(">I", held, at)[0]
    return at + length, length


def _boxes(held: bytes, start: int, end: int) -> Iterator[Box]:
    at = start
    while at < end:
        until, length = _header(held, at)
        if length < 8 or until > end:
            raise Broken("a box in another one is cut off")
        yield Box(held[at + 4 : at + 8], at, at + 8, until)
        at = until


def _without_notes(box: bytes, depth: int = 0) -> bytes:
    """Give a box without notes and without tracks that are neither film nor sound."""
    if depth > _DEEPEST:
        raise Broken("too deep")
    parts = []
    for inner in _boxes(box, 8, len(box)):
        held = box[inner.start : inner.end]
        if inner.kind in _NOTES or (inner.kind == b"trak" and _handler(held) not in _KEPT_TRACKS):
            continue
        parts.append(_without_notes(held, depth + 1) if inner.kind in _HOLD_BOXES else held)
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + box[4:8] + body


def _found(held: bytes, *path: bytes) -> Box | None:
    """Find the first box under a path of kinds, within a box."""
    at, end = 8, len(held)
    box = None
    for kind in path:
        box = next((each for each in _boxes(held, at, end) if each.kind == kind), None)
        if box is None:
            return None
        at, end = box.body, box.end
    return box


def _handler(trak: bytes) -> bytes:
    box = _found(trak, b"mdia", b"hdlr")
    return trak[box.body + 8 : box.body + 12] if box else b""


def _shown(moov: bytes) -> Shown:
    header = _found(moov, b"mvhd")
    tracks = [
        moov[box.start : box.end] for box in _boxes(moov, 8, len(moov)) if box.kind == b"trak"
    ]
    films = [track for track in tracks if _handler(track) == b"vide"]
    if header is None or len(films) != 1:
        raise Broken("not one film")
    _refuse_other_codecs(films[0])
    width, height = _measures(films[0])
    scale, duration = _times(moov, header)
    if not (width and height and duration):
        raise Broken("an empty film")
    return Shown(width, height, round(duration / scale, 3))


def _times(moov: bytes, header: Box) -> tuple[int, int]:
    if moov[header.body] == 1:
        return struct.unpack_from(">IQ", moov, header.body + 20)
    return struct.unpack_from(">II", moov, header.body + 12)


def _measures(trak: bytes) -> tuple[int, int]:
    """Give width and height as they are shown; telephones film lying, and note how they stood."""
    box = _found(trak, b"tkhd")
    if box is None:
        raise Broken("a film without measures")
    matrix = box.body + (52 if trak[box.body] == 1 else 40)
    across, _, _, _, along = struct.unpack_from(">5i", trak, matrix)
    width, height = struct.unpack_from(">II", trak, matrix + 36)
    turned = across == along == 0
    return (height >> 16, width >> 16) if turned else (width >> 16, height >> 16)


def _refuse_other_codecs(trak: bytes) -> None:
    box = _found(trak, b"mdia", b"minf", b"stbl", b"stsd")
    if box is None or trak[box.body + 12 : box.body + 16] not in _H264:
        raise Broken("not H.264")


def _move(contents: bytearray, media: list[Box], head: int) -> None:
    """Let the table of contents say where each stretch will stand."""
    lengths = [box.end - box.start for box in media]
    starts = [box.start for box in media]
    moved = [head + before for before in accumulate(lengths, initial=0)][: len(media)]
    for at, shape in _offsets(bytes(contents)):
        [place] = struct.unpack_from(shape, contents, at)
        which = bisect_right(starts, place) - 1
        if which < 0 or place >= media[which].end:
            raise Broken("a stretch that is not there")
        struct.pack_into(shape, contents, at, place - starts[which] + moved[which])


def _offsets(moov: bytes) -> Iterator[tuple[int, str]]:
    """List where in a table of contents a place in the file is named, and how."""
    for trak in _boxes(moov, 8, len(moov)):
        if trak.kind != b"trak":
            continue
        stbl = _found(moov[trak.start : trak.end], b"mdia", b"minf", b"stbl")
        if stbl is None:
            raise Broken("a track without places")
        begin, end = trak.start + stbl.body, trak.start + stbl.end
        for box in _boxes(moov, begin, end):
            if (shape := _OFFSETS.get(box.kind)) is not None:
                [count] = struct.unpack_from(">I", moov, box.body + 4)
                step = struct.calcsize(shape)
                if box.body + 8 + count * step > box.end:
                    raise Broken("places are missing")
                yield from ((box.body + 8 + n * step, shape) for n in range(count))
