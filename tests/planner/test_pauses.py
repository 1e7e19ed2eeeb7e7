"""Pausing holds a scope back for everybody, twice is once, and resuming lifts just that scope."""

import asyncio
from typing import Any

import pytest

from schemas.codes import Code
from schemas.publishing import Pause, PublishingFact, PublishingPaused, PublishingResumed
from services.planner.domain import pauses
from services.planner.domain.people import Person, Role
from services.planner.publishing import Publishing
from tests.planner.fakes import Clock, FakeChannels, FakeMemory
from tests.planner.samples import ANNA, BENGT, NOW, READER
from tests.planner.world import refusal, void

OLA = Person("ola", "Ola Ops", frozenset({Role.OPS}))
WRITER = Person("wilma", "Wilma", frozenset({Role.AUTHOR}))


@pytest.fixture
def memory() -> FakeMemory:
    return FakeMemory()


@pytest.fixture
def publishing(memory: FakeMemory) -> Publishing:
    return Publishing(memory, FakeChannels(), Clock())


def scopes(fact: PublishingFact | None) -> list[tuple[str, str | None]]:
    return [(each.scope, each.name) for each in pauses.standing(fact)]


async def test_pauses_gather_in_one_fact_and_go_one_by_one(
    publishing: Publishing, memory: FakeMemory
) -> None:
    await publishing.pause(ANNA, "all", None, "Storm")
    await publishing.pause(BENGT, "channel", "mastodon", "Fel konto")
    stand = await publishing.pause(OLA, "label", "humor", "Inte nu")
    assert scopes(stand.newest) == [("all", None), ("channel", "mastodon"), ("label", "humor")]
    assert isinstance(stand.newest, PublishingPaused)
    assert stand.newest.pauses[0] == Pause(scope="all", why="Storm", by="anna", since=NOW)

    stand = await publishing.resume(BENGT, "channel", "mastodon")
    assert isinstance(stand.newest, PublishingResumed)
    assert scopes(stand.newest) == [("all", None), ("label", "humor")]
    assert [told.fact.version for told in memory.told] == [1, 2, 3, 4]


async def test_what_is_paused_already_stays_as_it_was(
    publishing: Publishing, memory: FakeMemory
) -> None:
    first = await publishing.pause(ANNA, "all", None, "Storm")
    assert await publishing.pause(BENGT, "all", None, "Något annat") == first
    assert len(memory.told) == 1
    await publishing.resume(ANNA, "all", None)
    again = await publishing.resume(ANNA, "all", None)
    assert again.newest is not None
    assert again.newest.pauses == ()
    assert len(memory.told) == 2


async def test_resuming_what_nobody_paused_tells_nothing(
    publishing: Publishing, memory: FakeMemory
) -> None:
    assert (await publishing.resume(ANNA, "label", "humor")).newest is None
    assert memory.told == []


@pytest.mark.parametrize("person", [READER, WRITER])
async def test_only_who_may_approve_or_runs_the_system_pauses(
    publishing: Publishing, person: Person
) -> None:
    assert await refusal(publishing.pause(person, "all", None, "x")) is Code.NOT_ALLOWED
    assert await refusal(publishing.resume(person, "all", None)) is Code.NOT_ALLOWED


async def test_ops_pauses_and_never_resumes(publishing: Publishing) -> None:
    stand = await publishing.pause(OLA, "all", None, "Storm")
    assert scopes(stand.newest) == [("all", None)]
    assert await refusal(publishing.resume(OLA, "all", None)) is Code.NOT_ALLOWED


@pytest.mark.parametrize(
    ("scope", "name", "code"),
    [
        ("channel", "radio", Code.UNKNOWN_CHANNEL),
        ("channel", None, Code.BODY_UNREADABLE),
        ("label", None, Code.BODY_UNREADABLE),
        ("all", "mastodon", Code.BODY_UNREADABLE),
    ],
)
async def test_a_scope_that_means_nothing_is_refused(
    publishing: Publishing, memory: FakeMemory, scope: Any, name: str | None, code: Code
) -> None:
    assert await refusal(publishing.pause(ANNA, scope, name, "x")) is code
    assert await refusal(publishing.resume(ANNA, scope, name)) is code
    assert memory.told == []


async def test_a_channel_that_is_gone_can_still_be_let_go(publishing: Publishing) -> None:
    await publishing.pause(ANNA, "channel", "mastodon", "x")
    left = Publishing(publishing.memory, FakeChannels({}), publishing.now)
    assert scopes((await left.pause(ANNA, "channel", "mastodon", "y")).newest)
    assert scopes((await left.resume(ANNA, "channel", "mastodon")).newest) == []


async def test_whoever_looked_at_other_pauses_looks_again(publishing: Publishing) -> None:
    await publishing.pause(ANNA, "all", None, "Storm")
    await publishing.pause(ANNA, "label", "humor", "Inte nu")
    assert await refusal(publishing.resume(BENGT, "all", None, 1)) is Code.PUBLISHING_CHANGED
    assert scopes((await publishing.resume(BENGT, "all", None, 2)).newest) == [("label", "humor")]
    # Sent twice, it is done once and answered the same.
    assert scopes((await publishing.resume(BENGT, "all", None, 2)).newest) == [("label", "humor")]


async def test_two_who_pause_at_once_both_have_their_way(
    publishing: Publishing, memory: FakeMemory
) -> None:
    other = pauses.pause(None, "label", "humor", "x", BENGT, NOW)
    assert other is not None
    memory.before_telling.append(lambda: void(memory.put(other)))
    stand = await publishing.pause(ANNA, "all", None, "Storm")
    assert scopes(stand.newest) == [("label", "humor"), ("all", None)]


async def test_there_is_an_end_to_pauses(publishing: Publishing) -> None:
    await asyncio.gather(
        *[publishing.pause(ANNA, "label", f"l{n}", "x") for n in range(pauses.MOST_PAUSES)]
    )
    assert await refusal(publishing.pause(ANNA, "all", None, "x")) is Code.TOO_MANY_PAUSES


@pytest.mark.parametrize(
    ("scope", "name", "held"),
    [
        ("all", None, True),
        ("channel", "newsroom", True),
        ("channel", "mastodon", False),
        ("label", "humor", True),
        ("label", "hum", False),
    ],
)
def test_a_pause_covers_its_scope(scope: Any, name: str | None, held: bool) -> None:  # noqa: FBT001
    pause = Pause(scope=scope, name=name, why="x", by="anna", since=NOW)
    assert (pauses.covering([pause], "newsroom", ("humor", "kampanj")) is pause) is held
