"""What people ask of a comment or a post is done until it is so, and told once."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from schemas.codes import Code
from schemas.moderation import (
    Action,
    ModerationApplied,
    ModerationAsked,
    ModerationFact,
    ModerationFailed,
)
from services.kit.messages import Overtaken, Told, TryAgain
from services.publisher.domain.answers import Answer, NotNow, Refused, Unclear
from services.publisher.moderation import PATIENCE, Moderator
from services.publisher.ports import Channel, Target
from tests.harness.waiting import eventually
from tests.publisher.builders import NOON, SECOND, TRACE
from tests.publisher.fakes import Book, ModeratedSquare, OpenLanes, Square, call_at_once
from tests.publisher.running import region

THING = UUID("6f1f3a55-3f0e-4b41-9b62-1f0f8e2f2c11")
LOST = Unclear(Code.ANSWER_LOST, {"channel": "Torget"})
BUSY = NotNow(Code.CHANNEL_BUSY, {"channel": "Torget", "status": 503})
NO_RIGHT = NotNow(Code.PERMISSION_MISSING, {"channel": "Torget", "why": "hide"})


def asked(action: Action = "hide", minute: int = 0, **said: Any) -> ModerationAsked:
    return ModerationAsked(
        occurred_at=NOON + timedelta(minutes=minute),
        trace=TRACE,
        channel="torget",
        thing=THING,
        action=action,
        external_id="c1",
        by="anna",
        **said,
    )


class Floor:
    """A moderator with everything around it within reach."""

    def __init__(self, channel: Channel | None = None) -> None:
        self.square = ModeratedSquare()
        self.book = Book()
        self.lanes = OpenLanes()
        self.now = NOON
        self.moderator = Moderator(
            {"torget": channel or self.square},
            self.book,
            self.lanes,
            call_at_once,
            SECOND,
            lambda: self.now,
        )

    async def ask(self, action: Action = "hide", minute: int = 0) -> Told[ModerationAsked]:
        """Let a person ask, and the publisher hear it."""
        told = self.book.add(asked(action, minute))
        await self.moderator.take(told)
        return told

    @property
    def outcomes(self) -> list[ModerationFact]:
        return [fact for fact in self.book.told if isinstance(fact, ModerationFact)]


async def test_what_is_asked_is_done_and_told() -> None:
    floor = Floor()
    told = await floor.ask()
    assert floor.square.stands == {"c1": "hide"}
    [applied] = floor.outcomes
    assert isinstance(applied, ModerationApplied)
    assert (applied.action, applied.on, applied.thing) == ("hide", told.sequence, THING)


async def test_the_channel_is_told_where_the_thing_stands() -> None:
    seen: list[Target] = []

    class Watching(ModeratedSquare):
        async def moderate(self, action: Action, target: Target) -> Answer:
            seen.append(target)
            return await super().moderate(action, target)

    floor = Floor(Watching())
    url = "https://torget.example/p1#c1"
    await floor.moderator.take(floor.book.add(asked(beneath="p1", url=url)))
    assert seen == [Target("c1", "p1", url)]


async def test_what_comes_again_is_done_once_and_told_once() -> None:
    floor = Floor()
    told = await floor.ask()
    await floor.moderator.take(told)
    assert floor.square.asked == ["hide"]
    assert len(floor.outcomes) == 1


async def test_of_two_words_the_newest_is_done_and_the_older_one_is_passed_over() -> None:
    floor = Floor()
    older, newer = floor.book.add(asked("hide")), floor.book.add(asked("unhide", 1))
    await floor.moderator.take(older)
    await floor.moderator.take(newer)
    assert floor.square.asked == ["unhide"]
    [applied] = floor.outcomes
    assert (applied.action, applied.on) == ("unhide", newer.sequence)


async def test_a_word_that_comes_while_a_call_is_under_way_is_done_last() -> None:
    floor = Floor()
    floor.square.meanwhile = [lambda: floor.book.add(asked("unhide", 1))]
    await floor.ask("hide")
    assert floor.square.asked == ["hide", "unhide"]
    assert floor.square.stands == {"c1": "unhide"}
    assert [applied.action for applied in floor.outcomes] == ["unhide"]


async def test_what_another_replica_has_told_meanwhile_is_not_told_again() -> None:
    floor = Floor()
    told = floor.book.add(asked())
    rival = Moderator(
        {"torget": ModeratedSquare()}, floor.book, floor.lanes, call_at_once, SECOND, lambda: NOON
    )

    class Slow(ModeratedSquare):
        async def moderate(self, action: Action, target: Target) -> Answer:
            await rival.take(told)
            return await super().moderate(action, target)

    slow = Moderator(
        {"torget": Slow()}, floor.book, floor.lanes, call_at_once, SECOND, lambda: NOON
    )
    with pytest.raises(Overtaken):
        await slow.take(told)
    await slow.take(told)
    assert len(floor.outcomes) == 1


@pytest.mark.parametrize("answer", [LOST, BUSY])
async def test_what_got_no_clear_answer_is_done_again(answer: Answer) -> None:
    floor = Floor()
    floor.square.answers = [answer]
    with pytest.raises(TryAgain):
        await floor.ask()
    assert floor.outcomes == []
    assert floor.lanes.seen == [answer]
    newest = await floor.book.newest(asked().subject)
    assert newest is not None
    await floor.moderator.take(newest)
    assert floor.square.asked == ["hide", "hide"]
    assert [type(fact) for fact in floor.outcomes] == [ModerationApplied]


@pytest.mark.parametrize("answer", [LOST, BUSY])
async def test_after_an_hour_of_that_a_person_hears_that_it_did_not_come_about(
    answer: Unclear | NotNow,
) -> None:
    floor = Floor()
    floor.square.answers = [answer] * 3
    told = floor.book.add(asked())
    for wait in (timedelta(0), PATIENCE):
        floor.now = NOON + wait
        with pytest.raises(TryAgain):
            await floor.moderator.take(told)
    floor.now = NOON + PATIENCE + SECOND
    await floor.moderator.take(told)
    [failed] = floor.outcomes
    assert isinstance(failed, ModerationFailed)
    assert (failed.code, failed.parameters) == (answer.code, answer.parameters)


async def test_after_it_failed_a_person_may_ask_again() -> None:
    floor = Floor()
    gone = Refused(Code.COMMENT_GONE, {"channel": "Torget"})
    floor.square.answers = [gone]
    await floor.ask()
    await floor.ask(minute=1)
    failed, applied = floor.outcomes
    assert isinstance(failed, ModerationFailed)
    assert failed.code is Code.COMMENT_GONE
    assert isinstance(applied, ModerationApplied)


async def test_a_missing_right_is_told_at_once_and_stops_no_posts() -> None:
    floor = Floor()
    floor.square.answers = [NO_RIGHT]
    await floor.ask()
    [failed] = floor.outcomes
    assert isinstance(failed, ModerationFailed)
    assert failed.code is Code.PERMISSION_MISSING
    assert floor.lanes.seen == []


async def test_a_channel_that_rests_is_not_called() -> None:
    floor = Floor()
    floor.lanes.rest = NOON + 2 * PATIENCE
    told = floor.book.add(asked())
    with pytest.raises(TryAgain):
        await floor.moderator.take(told)
    assert floor.square.asked == []
    floor.now = NOON + PATIENCE + SECOND
    await floor.moderator.take(told)
    assert floor.square.asked == []
    [failed] = floor.outcomes
    assert isinstance(failed, ModerationFailed)
    assert failed.code is Code.CHANNEL_THROTTLED


async def test_a_channels_pace_is_kept() -> None:
    class Full(OpenLanes):
        async def admit(self, channel: str) -> None:
            raise TryAgain("the channel's pace is kept", SECOND)

    floor = Floor()
    moderator = Moderator(
        {"torget": floor.square}, floor.book, Full(), call_at_once, SECOND, lambda: NOON
    )
    with pytest.raises(TryAgain):
        await moderator.take(floor.book.add(asked()))
    assert floor.square.asked == []


class OnlyPins(ModeratedSquare):
    actions: tuple[Action, ...] = ("pin", "unpin")


@pytest.mark.parametrize("channel", [Square(), OnlyPins()])
async def test_what_a_channel_cannot_do_is_refused_without_a_call(channel: Square) -> None:
    floor = Floor(channel)
    await floor.ask("hide")
    [failed] = floor.outcomes
    assert isinstance(failed, ModerationFailed)
    assert (failed.code, failed.parameters) == (Code.MODERATION_UNABLE, {"channel": "Torget"})
    assert getattr(channel, "asked", []) == []
    assert floor.lanes.seen == []


async def test_what_has_no_id_there_is_refused_without_a_call() -> None:
    floor = Floor()
    nameless = asked("pin").model_copy(update={"external_id": ""})
    await floor.moderator.take(floor.book.add(nameless))
    [failed] = floor.outcomes
    assert isinstance(failed, ModerationFailed)
    assert failed.code is Code.MODERATION_UNABLE
    assert floor.square.asked == []


class Mortal(ModeratedSquare):
    """One whose caller dies as soon as it has done what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.kills = True

    async def moderate(self, action: Action, target: Target) -> Answer:
        answer = await super().moderate(action, target)
        if self.kills:
            raise asyncio.CancelledError
        return answer


@pytest.mark.nats
async def test_what_a_replica_did_before_it_died_another_one_tells(tmp_path: Path) -> None:
    square = Mortal()
    async with region(tmp_path, square) as one:
        async with one.replica():
            await one.moderate(asked())
            await eventually(lambda: square.stands)
        assert await one.moderations() == []
        square.kills = False
        async with one.replica():
            [applied] = await eventually(one.moderations)
    assert isinstance(applied, ModerationApplied)
    assert applied.action == "hide"
    assert set(square.asked) == {"hide"}
