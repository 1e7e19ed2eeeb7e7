"""The alert card: the same bytes each time, and text that always fits on it."""

import hashlib
import io
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from schemas.alerts import Bulletin, Info
from services.publisher.siren.writing.card import HEIGHT, WIDTH, card_of
from services.publisher.siren.writing.layout import Block, Sheet, typeface
from tests.siren.writers import CHANNELS, REGION, written

ALERT = written().bulletin
INK = (0, 0, 0)


def drawn(bulletin: Bulletin) -> Image.Image:
    return Image.open(io.BytesIO(card_of(bulletin, REGION).content)).convert("RGB")


def colours_at(image: Image.Image, left: int, top: int) -> tuple[int, ...]:
    found = image.getpixel((left, top))
    assert isinstance(found, tuple)
    return tuple(round(part / 32) for part in found)


def test_a_card_is_a_picture_that_every_platform_takes() -> None:
    card = card_of(ALERT, REGION)
    with Image.open(io.BytesIO(card.content)) as image:
        assert (image.format, image.size, image.mode) == ("JPEG", (WIDTH, HEIGHT), "RGB")
    assert card.picture.digest == hashlib.sha256(card.content).hexdigest()
    assert card.picture.size == len(card.content) < 1_000_000
    assert 4 / 5 <= card.picture.width / card.picture.height <= 1.91


def test_the_same_alert_always_makes_the_same_bytes() -> None:
    assert card_of(ALERT, REGION) == card_of(ALERT, REGION)
    other = ALERT.model_copy(update={"written_at": ALERT.written_at + timedelta(minutes=1)})
    assert card_of(other, REGION).picture.digest != card_of(ALERT, REGION).picture.digest


def test_the_whole_text_is_its_description() -> None:
    alt = card_of(ALERT, REGION).picture.alt
    for info in ALERT.infos:
        assert info.headline in alt
        assert info.instruction in alt
        assert info.description in alt
    assert "Larm 2026-7, kl. 03.12, Region Exempel" in alt


def test_a_channel_gets_as_much_of_the_description_as_it_takes() -> None:
    limits = CHANNELS["instagram"].model_copy(update={"alt_characters": 220})
    [picture] = written(channels={"small": limits}).bulletin.contents["small"].pictures
    assert len(picture.alt) <= 220
    assert "Koka upp kranvattnet" in picture.alt
    assert "Larm 2026-7, kl. 03.12" in picture.alt


def test_kinds_and_statuses_are_told_apart_at_a_glance() -> None:
    alert, exercise, rehearsal = (
        written(status=status) for status in ("actual", "exercise", "test")
    )
    bulletins = (
        alert.bulletin,
        *alert.prepared.values(),
        alert.bulletin.model_copy(update={"kind": "update"}),
        exercise.bulletin,
        rehearsal.bulletin,
    )
    images = [drawn(bulletin) for bulletin in bulletins]
    bands = {colours_at(image, 20, 150) for image in images[:4]}
    assert len(bands) == 4
    papers = {colours_at(image, 20, HEIGHT // 2) for image in (images[0], *images[4:])}
    assert len(papers) == 3


def test_an_exercise_is_striped_above_and_below() -> None:
    image = drawn(written(status="exercise").bulletin)
    for row in (48, HEIGHT - 48):
        seen = {colours_at(image, left, row) for left in range(0, 300, 4)}
        assert (8, 6, 0) in seen
        assert (1, 1, 1) in seen


@pytest.mark.parametrize("sign", "åäöÅÄÖéüáčđŋšŧžÆøñ–—”’…·")
def test_every_letter_of_ours_is_drawn(sign: str) -> None:
    nothing = bytes(typeface(40, 600).getmask("\ue123"))
    assert bytes(typeface(40, 600).getmask(sign)) != nothing


WORDS = st.text("abcdefghijklmnopqrstuvwxyzåäö", min_size=1, max_size=45)
PROSE = st.lists(WORDS, min_size=1, max_size=60).map(lambda words: " ".join(words) + ".")


@given(PROSE, PROSE, PROSE)
@settings(max_examples=8, deadline=None)
def test_whatever_it_says_nothing_is_drawn_beyond_the_edge(
    headline: str, instruction: str, description: str
) -> None:
    info = Info(
        language="sv",
        event="x",
        headline=headline[:200],
        description=description,
        instruction=instruction,
    )
    image = drawn(ALERT.model_copy(update={"infos": (info,)}))
    for column in (4, WIDTH - 5):
        assert {colours_at(image, column, row) for row in range(260, HEIGHT, 10)} == {(8, 8, 8)}
    assert {colours_at(image, left, HEIGHT - 5) for left in range(0, WIDTH, 10)} == {(8, 8, 8)}


def test_a_word_that_is_too_wide_is_broken_rather_than_lost() -> None:
    word = "sjukvårdsupplysningsrådgivningsnummer" * 3
    sheet = Sheet.of((Block(word, 58, 600, INK, 0),), 500, 100, before=0)
    assert "".join(line.text for line in sheet.lines) == word
    assert not sheet.whole


def test_a_clock_is_never_parted_from_its_hour() -> None:
    block = Block("Öppnar kl. 10.00", 40, 400, INK, 0)
    for width in range(150, 400, 10):
        lines = [line.text for line in Sheet.of((block,), width, 100, before=0).lines]
        assert not any(line.endswith("kl.") for line in lines)


def test_pictograms_are_left_out() -> None:
    [line] = Sheet.of((Block("Koka 🚰 vattnet", 40, 400, INK, 0),), 900, 100, before=0).lines
    assert line.text == "Koka vattnet"
