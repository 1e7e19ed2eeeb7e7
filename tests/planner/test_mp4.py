"""A film is read by its boxes: how long it is; nothing that the camera noted stays."""

import struct
from io import BytesIO
from typing import Any

import pytest

from services.planner.mp4 import Broken, Shown, film_of, head_length, shown_by
from tests.harness.films import SAMPLE, UPRIGHT, box, film


def kept(content: bytes) -> bytes:
    file = BytesIO(content)
    return b"".join(film_of(file).pieces(file, 100))


def place_in(content: bytes, kind: bytes) -> int:
    at = content.index(kind)
    shape = ">Q" if kind == b"co64" else ">I"
    return int(struct.unpack_from(shape, content, at + 12)[0])


@pytest.mark.parametrize("like", [{}, {"wide": True}, {"contents_first": True}])
def test_a_film_is_described(like: dict[str, Any]) -> None:
    found = film_of(BytesIO(film(width=1920, height=1080, seconds=61.5, **like)))
    assert found.shown == Shown(1920, 1080, 61.5)


def test_a_film_that_is_stored_lying_is_described_as_it_is_shown() -> None:
    found = film_of(BytesIO(film(width=1920, height=1080, matrix=UPRIGHT)))
    assert (found.shown.width, found.shown.height) == (1080, 1920)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("wide", [True, False])
def test_contents_come_first_and_name_the_samples_where_they_now_stand(
    *, first: bool, wide: bool
) -> None:
    content = kept(film(contents_first=first, wide=wide))
    assert content.index(b"moov") < content.index(b"mdat")
    place = place_in(content, b"co64" if wide else b"stco")
    assert content[place : place + len(SAMPLE)] == SAMPLE


def test_places_are_right_where_there_are_several_stretches() -> None:
    whole = film(contents_first=True)
    at = whole.index(b"mdat") - 4
    between = box(b"free", b"\0" * 500)
    split = whole[:at] + between + box(b"mdat", b"first") + whole[at:]
    [place] = [at for at in range(len(split)) if split.startswith(SAMPLE, at)]
    shifted = split.replace(struct.pack(">I", place_in(whole, b"stco")), struct.pack(">I", place))
    content = kept(shifted)
    place = place_in(content, b"stco")
    assert content[place : place + len(SAMPLE)] == SAMPLE
    assert b"free" not in content


def test_where_it_was_filmed_is_not_kept() -> None:
    before = film(more=box(b"uuid", b"+59.3293") + box(b"meta", b"+59.3293"))
    assert b"+59.3293" in before
    content = kept(before)
    assert b"+59.3293" not in content
    assert content.count(b"trak") == 1


def test_what_is_kept_is_read_again_by_its_beginning_alone() -> None:
    file = BytesIO(film())
    found = film_of(file)
    content = b"".join(found.pieces(file, 64))
    assert len(content) == found.size
    length = head_length(content[:100])
    assert length == len(found.head)
    assert shown_by(content[:length]) == found.shown
    assert kept(content) == content


GOOD = film()
DEEP = b"\0" * 8
for _ in range(50):
    DEEP = box(b"trak", DEEP)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        b"GIF89a, I promise",
        GOOD[: len(GOOD) // 2],
        GOOD[:-30],
        GOOD[40:],
        film(codec=b"hvc1"),
        film(brand=b"qt  "),
        film(handler=b"soun"),
        film(seconds=0),
        film(width=0),
        GOOD + box(b"moof"),
        GOOD + GOOD[GOOD.index(b"moov") - 4 :],
        GOOD.replace(b"mdat", b"mdax"),
        GOOD.replace(b"mvhd", b"free"),
        GOOD.replace(b"stsd", b"free"),
        box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", DEEP),
        box(b"ftyp", b"isom" + bytes(4)) + box(b"moov") + box(b"mdat"),
        box(b"ftyp", b"isom" + bytes(4)) + box(b"free") * 2000,
        box(b"ftyp", bytes(5000)) + GOOD[24:],
    ],
    ids=range(20),
)
def test_what_is_no_film_that_can_be_used_is_refused(content: bytes) -> None:
    with pytest.raises(Broken):
        kept(content)


def test_whatever_bytes_are_changed_it_is_read_or_refused() -> None:
    for at in range(0, len(GOOD), 3):
        for value in (0, 1, 255):
            changed = bytearray(GOOD)
            changed[at] = value
            try:
                kept(bytes(changed))
            except Broken:
                continue


@pytest.mark.parametrize("held", [b"", b"\x89PNG\r\n\x1a\n" + bytes(100), bytes(100)])
def test_what_is_no_beginning_of_a_film_is_said_to_be_none(held: bytes) -> None:
    with pytest.raises(Broken):
        head_length(held)
