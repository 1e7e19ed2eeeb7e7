"""Marking: an older post opens with the word that there is a newer one, and still fits."""

from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alerts import Bulletin, Status
from schemas.channels import Limits
from schemas.posts import Content
from services.publisher.siren.writing.bulletins import Frame, Written, bulletin_like, with_texts
from services.publisher.siren.writing.channel_texts import fits
from services.publisher.siren.writing.marking import marked
from tests.siren.writers import CHANNELS, FILLED, IN_WORDS, NIGHT, REGION, written

LATER = NIGHT + timedelta(minutes=40)
STATUSES: tuple[Status, ...] = ("actual", "exercise", "test")


@cache
def alert(name: str = "boil-water", status: Status = "actual") -> Written:
    return written(name, status=status)


def update(of: Bulletin) -> Bulletin:
    frame = Frame(REGION, IN_WORDS)
    return bulletin_like(of, "update", of.infos, written_at=LATER, frame=frame).bulletin


def newer(of: Written) -> dict[str, Bulletin]:
    later: dict[str, Bulletin] = {"update": update(of.bulletin)}
    later.update(of.prepared.items())
    return later


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", sorted(FILLED))
def test_a_marked_post_fits_and_says_first_what_has_happened(name: str, status: Status) -> None:
    said = {"update": "UPPDATERAT", "correction": "RÄTTAT", "all_clear": "FARAN ÖVER"}
    mark = {"actual": "", "exercise": "ÖVNING – ", "test": "TEST – "}[status]
    older = alert(name, status)
    for kind, newest in newer(older).items():
        for channel, content in older.bulletin.contents.items():
            post = marked(content, newest, CHANNELS[channel], LATER)
            assert post.text.startswith(f"{mark}{said[kind]} kl. 03.52: ")
            assert fits(post.text, post.link, CHANNELS[channel])
            assert "Larm 2026-7, kl. 03.12" in post.text
            assert mark.strip(" –") in post.text.split("\n\n")[-1]
            assert post.link == content.link


def test_a_large_post_is_marked_in_both_languages_and_keeps_every_word() -> None:
    content = alert().bulletin.contents["facebook"]
    post = marked(content, alert().prepared["correction"], CHANNELS["facebook"], LATER)
    assert post.text == (
        "RÄTTAT kl. 03.52: Vattnet i Tunadal är bra.\n"
        f"CORRECTED at 03:52: The water in Tunadal is safe.\n\n{content.text}"
    )


def test_a_title_is_marked_as_well() -> None:
    content = alert("boil-water", "exercise").bulletin.contents["newsroom"]
    newest = alert("boil-water", "exercise").prepared["all_clear"]
    post = marked(content, newest, CHANNELS["newsroom"], LATER)
    assert post.title == "ÖVNING – FARAN ÖVER kl. 03.52: Koka dricksvattnet i Tunadal"


def test_a_post_is_cut_where_a_sentence_ends_and_keeps_its_number() -> None:
    content = alert().bulletin.contents["x"]
    text = marked(content, alert().prepared["correction"], CHANNELS["x"], LATER).text
    assert text.endswith("Larm 2026-7, kl. 03.12, Region Exempel")
    cut = text.removeprefix("RÄTTAT kl. 03.52: Vattnet i Tunadal är bra.\n\n")
    assert all(piece in content.text for piece in cut.split("\n"))


def test_a_post_that_is_marked_twice_carries_the_newest_mark_alone() -> None:
    for channel in ("facebook", "x", "newsroom"):
        limits, content = CHANNELS[channel], alert().bulletin.contents[channel]
        once = marked(content, update(alert().bulletin), limits, LATER)
        at = LATER + timedelta(minutes=5)
        twice = marked(once, alert().prepared["all_clear"], limits, at)
        assert twice.text.count("kl. 03.5") == 1
        assert "UPPDATERAT" not in twice.text + twice.title
        assert marked(twice, alert().prepared["all_clear"], limits, at) == twice


@given(st.text(max_size=400), st.sampled_from(STATUSES))
@settings(max_examples=40, deadline=None)
def test_whatever_people_have_written_fits_when_it_is_marked(text: str, status: Status) -> None:
    older = alert("phones-down", status)
    edited = with_texts(older.bulletin, {"x": f"{text} Larm 2026-7."}).contents["x"]
    post = marked(edited, older.prepared["correction"], CHANNELS["x"], LATER)
    assert fits(post.text, post.link, CHANNELS["x"])
    assert "RÄTTAT kl. 03.52: " in post.text


def test_where_nothing_else_fits_the_mark_alone_is_left() -> None:
    tiny = Limits(characters=60, pictures=0)
    content = Content(text="En mycket lång mening om larm 2026-7 som inte går att korta alls.")
    post = marked(content, alert().prepared["correction"], tiny, LATER)
    assert post.text == "RÄTTAT kl. 03.52: Läs det nya inlägget."
