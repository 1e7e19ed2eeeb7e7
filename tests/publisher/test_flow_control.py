"""On a real broker: rests, paces, pauses and minds that are changed hold for all replicas."""

import asyncio
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryCancelled,
    DeliveryHeld,
    DeliveryPublished,
    DeliveryUncertain,
)
from schemas.envelope import now
from schemas.posts import OrderApproved
from services.publisher.domain.answers import NotNow, Published, Unclear
from services.publisher.domain.rules import Pace, Repeat
from tests.harness.waiting import eventually
from tests.publisher.builders import SECOND, order, pause
from tests.publisher.fakes import Square
from tests.publisher.running import Region, TimedSquare, region

pytestmark = pytest.mark.nats


async def test_a_wait_that_one_replica_was_asked_for_holds_for_the_other(tmp_path: Path) -> None:
    square = TimedSquare()
    square.answers = [NotNow(Code.CHANNEL_THROTTLED, {}, wait=4 * SECOND)]
    async with region(tmp_path, square) as one, one.replica(), one.replica():
        first = await one.approve(SECOND / 2)
        await eventually(lambda: square.called_at)
        # Late enough for the other replica to have heard of it, on a machine with much to do.
        later = [await one.approve(2.5 * SECOND) for _ in range(6)]
        await one.comes_to("published", first, *later, within=20)
    # Six orders over two replicas: with one that had not heard of the wait, some came at once.
    assert square.called_at[1] - square.called_at[0] >= 3.9 * SECOND
    assert len(square.calls) == 8
    assert len(square.shown) == 7


async def test_a_channel_that_is_nearly_spent_is_given_a_rest_though_all_went_well(
    tmp_path: Path,
) -> None:
    square = TimedSquare()
    rest = NotNow(Code.NEARLY_THROTTLED, {"channel": "Torget", "percent": 90}, wait=4 * SECOND)
    square.answers = [Published("1", "https://torget.example/1", rest=rest)]
    async with region(tmp_path, square) as one, one.replica(), one.replica():
        first = await one.approve(SECOND / 2)
        await eventually(lambda: square.called_at)
        later = [await one.approve(2.5 * SECOND) for _ in range(4)]
        await one.comes_to("published", first, *later, within=20)
        [rested] = await one.rests()
    assert square.called_at[1] - square.called_at[0] >= 3.9 * SECOND
    assert (rested.failures, rested.code) == (0, Code.NEARLY_THROTTLED)


async def test_a_channel_that_fails_five_times_rests_and_is_tried_by_one(tmp_path: Path) -> None:
    square = TimedSquare()
    square.answers = [NotNow(Code.CHANNEL_UNREACHABLE, {"channel": "torget"})] * 50
    async with region(tmp_path, square) as one, one.replica():
        for _ in range(5):
            await one.approve(SECOND)

        async def rested_twice() -> bool:
            return len(await one.rests()) == 2

        await eventually(rested_twice, within=20)
        first, second = await one.rests()
        assert (first.failures, second.failures) == (5, 6)
        assert first.code is Code.CHANNEL_UNREACHABLE
        assert second.until - second.occurred_at >= 9.9 * SECOND
        after_the_first = [at for at in square.called_at if at > first.occurred_at + SECOND]
        assert len(after_the_first) == 1
        assert after_the_first[0] >= first.until


async def test_a_channels_pace_is_kept_however_many_are_due(tmp_path: Path) -> None:
    square = TimedSquare()
    pace = Pace(per_minute=120, burst=1)
    async with region(tmp_path, square) as one, one.replica(pace):
        orders = [await one.approve(SECOND) for _ in range(5)]
        await one.comes_to("published", *orders, within=20)
    assert all(later - earlier >= 0.45 * SECOND for earlier, later in pairwise(square.called_at))
    assert len(square.shown) == 5


async def test_what_is_paused_is_held_over_restarts_until_a_person_decides(tmp_path: Path) -> None:
    square = Square()
    async with region(tmp_path, square) as one:
        async with one.replica(), one.replica():
            orders = [await one.approve(SECOND, labels=("humor",)) for _ in range(3)]
            other = await one.approve(SECOND)
            await one.pause(pause("label", "humor"))
            await one.comes_to("held", *orders, within=10)
            for held in orders:
                told = await one.newest(held.post)
                assert told.stored_at - held.publish_at < SECOND
            await one.comes_to("published", other)
        async with one.replica(), one.replica():
            await one.pause()
            # An order that comes after the resumption shows that both are at work again.
            await one.comes_to("published", await one.approve(SECOND / 2))
            for held in orders:
                assert (await one.states(held.post))[-1] == "held"
            await one.decide(orders[0].post, "send")
            await one.decide(orders[1].post, "drop")
            await one.comes_to("published", orders[0])
            await one.comes_to("cancelled", orders[1])
            dropped = (await one.newest(orders[1].post)).fact
            assert isinstance(dropped, DeliveryCancelled)
            assert dropped.code is Code.DROPPED
            assert (await one.states(orders[2].post))[-1] == "held"
    assert {parcel.post for parcel in square.shown.values()}.isdisjoint(
        {orders[1].post, orders[2].post}
    )


async def test_a_hold_stops_what_comes_due_until_a_person_has_said_of_each_that_it_is_fine(
    tmp_path: Path,
) -> None:
    square = TimedSquare()
    async with region(tmp_path, square) as one, one.replica(), one.replica():
        early = await one.approve(SECOND / 2)
        await one.comes_to("published", early)
        orders = [await one.approve(SECOND) for _ in range(4)]
        await one.hold()
        held_at = now()
        await one.comes_to("held", *orders)
        for waits in orders:
            told = await one.newest(waits.post)
            assert isinstance(told.fact, DeliveryHeld)
            assert told.fact.code is Code.HELD_FOR_ALERT
            assert told.stored_at - waits.publish_at < SECOND
        await one.withdraw(early, "retract")
        await one.comes_to("retracted", early)
        # Sent too early, it is held once more.
        await one.decide(orders[0].post, "send")
        await eventually(lambda: _times_held(one, orders[0], 2))
        await one.release()
        later = await one.approve(SECOND / 2)
        await one.comes_to("published", later)
        await one.comes_to("held", *orders)
        await one.decide(orders[0].post, "send")
        await one.decide(orders[1].post, "drop")
        await one.comes_to("published", orders[0])
        await one.comes_to("cancelled", orders[1])
        assert [(await one.states(order.post))[-1] for order in orders[2:]] == ["held", "held"]
    assert [parcel.post for parcel in square.calls] == [early.post, later.post, orders[0].post]
    assert all(at > held_at for at in square.called_at[1:])


async def _times_held(one: Region, waits: OrderApproved, times: int) -> bool:
    return (await one.states(waits.post)).count("held") == times


async def test_a_word_on_the_hold_that_nobody_can_believe_holds_as_well(tmp_path: Path) -> None:
    square = Square()
    async with region(tmp_path, square) as one, one.replica():
        await one.hold()
        async with one.broker.operator() as client:
            # Somebody who may write anywhere wants normal posts to go out.
            await client.jetstream().publish("siren.hold", b"{}")
        waits = await one.approve(SECOND / 2)
        await one.comes_to("held", waits)
        held = (await one.newest(waits.post)).fact
    assert isinstance(held, DeliveryHeld)
    assert held.parameters["person"] == "clock"
    assert square.calls == []


async def test_what_is_public_is_corrected_and_then_taken_away(tmp_path: Path) -> None:
    square = Square()
    async with region(tmp_path, square) as one, one.replica(), one.replica():
        first = await one.approve(SECOND / 2)
        await one.comes_to("published", first)
        content = order().content.model_copy(update={"text": "Vaccinera dig på fredag."})
        second = await one.approve(SECOND / 2, post=first.post, revision=2, content=content)
        await one.comes_to("corrected", second)
        [shown] = square.shown.values()
        assert shown.content.text == "Vaccinera dig på fredag."
        await one.pause(pause())
        await one.withdraw(second, "retract")
        await one.comes_to("retracted", second)
        assert square.shown == {}
        assert len(square.calls) == 1


async def test_what_nobody_can_look_up_is_decided_by_a_person(tmp_path: Path) -> None:
    square = Square(by=Repeat.NONE)
    square.answers = [Unclear(Code.ANSWER_LOST, {"channel": "torget"})] * 2
    async with region(tmp_path, square) as one, one.replica(), one.replica():
        orders = [await one.approve(SECOND / 2) for _ in range(2)]

        async def a_person_is_asked() -> bool:
            told = await asyncio.gather(*(one.newest(asked.post) for asked in orders))
            facts = [each.fact for each in told]
            return all(isinstance(fact, DeliveryUncertain) and not fact.until for fact in facts)

        await one.comes_to("uncertain", *orders)
        await eventually(a_person_is_asked)
        gone = next(name for name, it in square.shown.items() if it.post == orders[1].post)
        del square.shown[gone]
        url = "https://torget.example/post-1"
        await one.decide(orders[0].post, "there", url)
        await one.decide(orders[1].post, "absent")
        await one.comes_to("published", *orders)
        seen = (await one.newest(orders[0].post)).fact
        assert isinstance(seen, DeliveryPublished)
        assert (seen.known_by, seen.url) == ("person", url)
    assert len(square.calls) == 3
    assert len(square.shown) == 2


async def test_what_came_due_while_nobody_was_there_expires_if_it_is_too_late(
    tmp_path: Path,
) -> None:
    square = Square()
    async with region(tmp_path, square) as one:
        async with one.replica():
            short = await one.approve(5 * SECOND, fresh=SECOND / 2)
            long = await one.approve(5 * SECOND, fresh=timedelta(minutes=5))
            await one.comes_to("scheduled", short, long)
        assert now() < short.publish_at, "this machine is too slow for the test"
        await eventually(lambda: now() > short.fresh_until, within=10)
        async with one.replica(), one.replica():
            await one.comes_to("expired", short)
            await one.comes_to("published", long)
    assert [parcel.post for parcel in square.calls] == [long.post]
