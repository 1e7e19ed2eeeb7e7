"""What stands on our account and is not ours, or is ours twice, is told; what is ours is not."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryRetracted,
    Proof,
)
from services.publisher.patrol import Patrol
from services.publisher.ports import Seen
from tests.publisher.builders import NOON, POST, entry, uncertain
from tests.publisher.fakes import Notebook, Square

MINUTE = timedelta(minutes=1)
SETTLE = timedelta(seconds=35)
TEXT = "Vaccinera dig mot influensan på torsdag."


class Past:
    """The ledger's past of one channel."""

    def __init__(self, *deliveries: DeliveryFact, began: datetime | None = None) -> None:
        self.deliveries = deliveries
        self.first = began or NOON - timedelta(days=30)
        self.asked_since: datetime | None = None

    async def began(self, channel: str) -> datetime | None:
        return self.first

    async def since(self, channel: str, moment: datetime) -> Sequence[DeliveryFact]:
        self.asked_since = moment
        return self.deliveries


class Wall(Square):
    """A channel whose timeline is what the test says."""

    def __init__(self, *shown: Seen) -> None:
        super().__init__()
        self.timeline_shows: list[Seen] | None = list(shown)

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:
        return self.timeline_shows


def seen(name: str = "1", text: str | None = TEXT, at: datetime = NOON - 10 * MINUTE) -> Seen:
    return Seen(name, f"https://torget.example/{name}", at, text)


def published(name: str = "1") -> DeliveryFact:
    url = f"https://torget.example/{name}"
    proof = Proof(external_id=name, url=url, revision=1, published_at=NOON)
    said: dict[str, Any] = {"kind": "square", "external_id": name, "url": url, "published_at": NOON}
    return past(DeliveryPublished, **said, known_by="answer", proof=proof)


def past(as_: type[DeliveryFact], ago: timedelta = 10 * MINUTE, **said: Any) -> DeliveryFact:
    return entry(as_, occurred_at=NOON - ago, **said).fact


async def walk(past: Past, wall: Wall) -> list[Code]:
    notebook = Notebook()
    await Patrol(past, notebook, lambda: NOON, SETTLE).walk(wall)
    return [stranger.code for stranger in notebook.strangers]


async def test_what_we_have_published_is_no_stranger() -> None:
    assert await walk(Past(published()), Wall(seen())) == []


async def test_what_nobody_ordered_is_told_with_its_address() -> None:
    notebook = Notebook()
    wall = Wall(seen("9", "Vinn en telefon!"))
    await Patrol(Past(published()), notebook, lambda: NOON, SETTLE).walk(wall)
    [stranger] = notebook.strangers
    assert (stranger.code, stranger.url) == (Code.STRANGER, "https://torget.example/9")
    assert stranger.twin is None


async def test_the_same_words_under_another_id_are_a_twin() -> None:
    notebook = Notebook()
    await Patrol(Past(published()), notebook, lambda: NOON, SETTLE).walk(Wall(seen(), seen("2")))
    [twin] = notebook.strangers
    assert (twin.code, twin.twin, twin.external_id) == (Code.TWIN, POST, "2")


async def test_a_post_that_counts_as_failed_and_stands_there_is_told() -> None:
    failed = past(DeliveryFailed, code="channel_refused")
    assert await walk(Past(failed), Wall(seen())) == [Code.PUBLIC_AFTER_ALL]


async def test_what_is_still_being_found_out_is_left_alone() -> None:
    assert await walk(Past(uncertain().fact), Wall(seen())) == []


@pytest.mark.parametrize(("ago", "told"), [(SETTLE / 2, []), (MINUTE, [Code.PUBLIC_AFTER_ALL])])
async def test_what_was_just_taken_away_may_still_be_on_the_list_that_we_read(
    ago: timedelta, told: list[Code]
) -> None:
    was: dict[str, Any] = {"kind": "square", "external_id": "1", "url": "https://torget.example/1"}
    retracted = past(DeliveryRetracted, ago, **was, retracted_at=NOON - ago)
    assert await walk(Past(retracted), Wall(seen())) == told


async def test_a_person_knows_it_by_its_address_alone() -> None:
    found = published()
    assert found.proof is not None
    known = found.model_copy(update={"proof": found.proof.model_copy(update={"external_id": ""})})
    assert await walk(Past(known), Wall(seen())) == []


@pytest.mark.parametrize("at", [NOON - SETTLE, NOON - timedelta(days=2)])
async def test_what_is_too_young_or_too_old_is_not_judged(at: datetime) -> None:
    assert await walk(Past(), Wall(seen("9", at=at))) == []


async def test_what_stood_there_before_us_is_none_of_our_business() -> None:
    assert await walk(Past(began=NOON - MINUTE), Wall(seen("9"))) == []


async def test_a_channel_that_cannot_be_read_now_tells_nothing() -> None:
    wall = Wall()
    wall.timeline_shows = None
    assert await walk(Past(), wall) == []


async def test_the_ledger_is_read_from_before_the_first_post() -> None:
    past = Past(published())
    await walk(past, Wall(seen()))
    assert past.asked_since is not None
    assert past.asked_since < NOON - timedelta(days=1)
