"""Every fact reaches its hearer; what cannot be handled is set aside where people see it."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from schemas.codes import Code
from schemas.deliveries import DeliveryAttempted, DeliveryScheduled
from schemas.parked import MessageParked
from services.kit.bus import PAUSES, WIDTH, Bus
from services.kit.consumers import consumer_state
from services.kit.facts import read
from services.kit.messages import BrokerAway, Told, TryAgain
from tests.harness.broker import CHANNELS, Broker, running_broker
from tests.harness.waiting import eventually
from tests.kit.builders import (
    DELIVERIES,
    Listener,
    all_kept,
    attempted,
    cleared,
    scheduled,
    tell_all,
    told_raw,
)

pytestmark = pytest.mark.nats


async def _parked(bus: Bus) -> list[MessageParked]:
    told = [read(kept) for kept in await all_kept(bus, "METRICS", "metrics.parked.*")]
    return [one.fact for one in told if one and isinstance(one.fact, MessageParked)]


async def _parked_by_now(bus: Bus) -> list[MessageParked]:
    """Read it again and again: a busy machine's broker may not answer one reading in time."""
    try:
        return await _parked(bus)
    except BrokerAway:
        return []


async def _settled(bus: Bus) -> bool:
    state = await consumer_state(bus.connection, DELIVERIES)
    return state.pending == state.unacked == 0


@pytest.mark.parametrize("body", [b"", b"not json", b'{"type":"delivery.scheduled.v1"}', b"[1]"])
async def test_what_cannot_be_read_is_set_aside_and_holds_nobody_up(
    broker: Broker, body: bytes
) -> None:
    listener = Listener()
    metrics, publisher = broker.bus("metrics"), broker.bus("publisher")
    metrics.hear(DELIVERIES, listener.take, DeliveryScheduled)
    async with broker.listening(publisher), broker.listening(metrics):
        subject = f"publisher.delivery.newsroom.{uuid4()}"
        await told_raw(publisher, subject, body)
        good = scheduled()
        await publisher.facts.tell(good, after=0)

        await eventually(lambda: listener.posts == [good.post])
        await eventually(lambda: _settled(metrics))

        [parked] = await _parked(metrics)
    assert parked.code is Code.MESSAGE_UNREADABLE
    assert (parked.about, parked.stream, parked.sequence) == (subject, "PUBLISHER", 1)


async def test_types_of_a_newer_teller_and_types_not_asked_for_are_skipped(broker: Broker) -> None:
    listener = Listener()
    metrics, publisher = broker.bus("metrics"), broker.bus("publisher")
    metrics.hear(DELIVERIES, listener.take, DeliveryAttempted)
    async with broker.listening(publisher), broker.listening(metrics):
        unknown = f"publisher.delivery.newsroom.{uuid4()}"
        await told_raw(publisher, unknown, b'{"type":"delivery.flown.v9"}')
        first = scheduled()
        sequence = await publisher.facts.tell(first, after=0)
        await publisher.facts.tell(attempted(first.post), after=sequence)

        await eventually(lambda: _settled(metrics))
        assert [type(told.fact) for told in listener.heard] == [DeliveryAttempted]
        assert await _parked(metrics) == []


async def test_a_handler_may_ask_for_its_message_again_as_often_as_it_likes(
    broker: Broker,
) -> None:
    delay = timedelta(seconds=0.2)
    times: list[float] = []

    async def not_yet(_: Told[Any]) -> None:
        times.append(asyncio.get_running_loop().time())
        if len(times) <= len(PAUSES) + 2:
            raise TryAgain("somebody has it", delay)

    metrics, publisher = broker.bus("metrics"), broker.bus("publisher")
    metrics.hear(DELIVERIES, not_yet, DeliveryScheduled)
    async with broker.listening(publisher), broker.listening(metrics):
        await publisher.facts.tell(scheduled(), after=0)
        await eventually(lambda: len(times) > len(PAUSES) + 2, within=20)
        await eventually(lambda: _settled(metrics))

        assert await _parked(metrics) == []
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) >= delay.total_seconds() * 0.9


@pytest.mark.slow
async def test_a_handler_that_fails_backs_off_and_its_message_is_set_aside(broker: Broker) -> None:
    times: list[float] = []
    bad = uuid4()
    listener = Listener()

    async def fail(told: Told[Any]) -> None:
        if told.fact.post == bad:
            times.append(asyncio.get_running_loop().time())
            raise ZeroDivisionError
        await listener.take(told)

    metrics, publisher = broker.bus("metrics"), broker.bus("publisher")
    metrics.hear(DELIVERIES, fail, DeliveryScheduled)
    async with broker.listening(publisher), broker.listening(metrics):
        await publisher.facts.tell(scheduled(bad), after=0)
        await publisher.facts.tell(scheduled(), after=0)
        await eventually(lambda: listener.heard, within=2)

        longest = sum(pause.total_seconds() for pause in PAUSES) + 15
        [parked] = await eventually(lambda: _parked_by_now(metrics), within=longest)
        await eventually(lambda: _settled(metrics))

    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) == len(PAUSES)
    for gap, pause in zip(gaps, PAUSES, strict=True):
        assert pause.total_seconds() * 0.9 <= gap <= pause.total_seconds() + 5
    assert parked.code is Code.MESSAGE_ABANDONED
    assert parked.attempts == len(PAUSES) + 1
    assert parked.parameters["error"] == "ZeroDivisionError"


async def test_one_slow_message_holds_nobody_up(broker: Broker) -> None:
    slow, listener = uuid4(), Listener()
    metrics, publisher = broker.bus("metrics"), broker.bus("publisher")

    async with cleared(asyncio.Event()) as released:

        async def take(told: Told[Any]) -> None:
            if told.fact.post == slow:
                await released.wait()
            await listener.take(told)

        metrics.hear(DELIVERIES, take, DeliveryScheduled)
        async with broker.listening(publisher), broker.listening(metrics):
            others = [scheduled() for _ in range(5 * WIDTH)]
            await tell_all(publisher, [scheduled(slow), *others])

            await eventually(lambda: len(listener.heard) == len(others), within=5)
            assert set(listener.posts) == {fact.post for fact in others}
            released.set()
            await eventually(lambda: listener.posts[-1] == slow)


async def test_no_more_than_its_width_is_worked_on_at_a_time(broker: Broker) -> None:
    at_work, most = 0, 0
    listener = Listener()

    async def take(told: Told[Any]) -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.02)
        at_work -= 1
        await listener.take(told)

    metrics, publisher = broker.bus("metrics"), broker.bus("publisher")
    async with broker.listening(publisher):
        await tell_all(publisher, [scheduled() for _ in range(30)])
        metrics.hear(DELIVERIES, take, DeliveryScheduled, width=3)
        async with broker.listening(metrics):
            await eventually(lambda: len(listener.heard) == 30)
    assert most == 3


async def test_two_replicas_share_the_work_and_do_none_of_it_twice(broker: Broker) -> None:
    here, there = Listener(), Listener()
    publisher = broker.bus("publisher")
    replicas = [broker.bus("metrics"), broker.bus("metrics")]
    for replica, listener in zip(replicas, (here, there), strict=True):
        replica.hear(DELIVERIES, listener.take, DeliveryScheduled)
    facts = [scheduled() for _ in range(100)]
    async with (
        broker.listening(publisher),
        broker.listening(replicas[0]),
        broker.listening(replicas[1]),
    ):
        await tell_all(publisher, list(facts))
        await eventually(lambda: len(here.heard) + len(there.heard) >= len(facts))
        await eventually(lambda: _settled(replicas[0]))

    assert sorted(here.posts + there.posts) == sorted(fact.post for fact in facts)
    assert here.heard
    assert there.heard


async def test_a_message_that_one_replica_sits_on_comes_to_another(tmp_path: Path) -> None:
    async with (
        running_broker(tmp_path, ack_wait=timedelta(seconds=1)) as broker,
        cleared(asyncio.Event()) as released,
    ):

        async def sit(_: Told[Any]) -> None:
            await released.wait()

        listener = Listener()
        stuck, healthy = broker.bus("metrics"), broker.bus("metrics")
        stuck.longest_work = timedelta(0)
        publisher = broker.bus("publisher")
        # One at a time: or the message might come to the same one again and again.
        stuck.hear(DELIVERIES, sit, DeliveryScheduled, width=1)
        healthy.hear(DELIVERIES, listener.take, DeliveryScheduled)
        fact = scheduled()
        async with broker.listening(publisher), broker.listening(stuck):
            await publisher.facts.tell(fact, after=0)
            async with broker.listening(healthy):
                await eventually(lambda: fact.post in listener.posts, within=10)
            released.set()


async def test_a_message_in_long_work_comes_to_nobody_else(tmp_path: Path) -> None:
    async with (
        running_broker(tmp_path, ack_wait=timedelta(seconds=1)) as broker,
        cleared(asyncio.Event()) as released,
    ):
        begun: list[Any] = []

        async def work(told: Told[Any]) -> None:
            begun.append(told.fact.post)
            await released.wait()

        one, other, publisher = (
            broker.bus("metrics"),
            broker.bus("metrics"),
            broker.bus("publisher"),
        )
        one.hear(DELIVERIES, work, DeliveryScheduled)
        other.hear(DELIVERIES, work, DeliveryScheduled)
        slow, quick = scheduled(), scheduled()
        async with (
            broker.listening(publisher),
            broker.listening(one),
            broker.listening(other),
        ):
            await publisher.facts.tell(slow, after=0)
            await eventually(lambda: begun, within=5)
            # Three ack waits pass: a message that nobody speaks for comes again after each.
            await eventually(after(timedelta(seconds=3)), within=10)
            await publisher.facts.tell(quick, after=0)
            await eventually(lambda: quick.post in begun, within=5)
            assert begun.count(slow.post) == 1
            released.set()


def after(span: timedelta) -> Callable[[], bool]:
    ends = time.monotonic() + span.total_seconds()
    return lambda: time.monotonic() > ends


async def test_a_service_that_has_heard_something_leaves_at_once(broker: Broker) -> None:
    listener = Listener()
    metrics = broker.bus("metrics")
    metrics.hear(DELIVERIES, listener.take, DeliveryScheduled)
    async with broker.listening(broker.bus("publisher")) as publisher:
        await metrics.start()
        await publisher.facts.tell(scheduled(), after=0)
        await eventually(lambda: listener.heard)
        async with asyncio.timeout(4):
            await metrics.stop()


async def test_what_a_replica_has_not_begun_when_it_leaves_comes_to_another_at_once(
    tmp_path: Path,
) -> None:
    async with (
        running_broker(tmp_path, ack_wait=timedelta(minutes=2)) as broker,
        cleared(asyncio.Event()) as one_more,
        cleared(asyncio.Event()) as released,
    ):
        begun: list[Any] = []
        listener = Listener()

        async def sit(told: Told[Any]) -> None:
            begun.append(told.fact.post)
            await (one_more if len(begun) == 1 else released).wait()

        leaving, staying, publisher = (
            broker.bus("metrics"),
            broker.bus("metrics"),
            broker.bus("publisher"),
        )
        leaving.hear(DELIVERIES, sit, DeliveryScheduled, width=3)
        staying.hear(DELIVERIES, listener.take, DeliveryScheduled)
        facts = [scheduled() for _ in range(6)]
        async with (
            broker.listening(publisher),
            broker.listening(leaving),
            asyncio.TaskGroup() as meanwhile,
        ):
            await tell_all(publisher, list(facts))
            await eventually(lambda: len(begun) == 3)
            # One place is free: it asks for three, begins one and keeps two waiting.
            one_more.set()
            await eventually(lambda: len(begun) == 4)
            await eventually(lambda: _handed_out(leaving, 5))
            async with broker.listening(staying):
                meanwhile.create_task(leaving.stop())
                await eventually(lambda: len(listener.heard) == 2)
                released.set()
                await eventually(lambda: _settled(staying))
        assert sorted([*begun, *listener.posts]) == sorted(fact.post for fact in facts)


async def _handed_out(bus: Bus, messages: int) -> bool:
    return (await consumer_state(bus.connection, DELIVERIES)).unacked == messages


async def test_a_durable_that_was_taken_away_is_heard_again_when_it_is_back(broker: Broker) -> None:
    listener = Listener()
    metrics, publisher = broker.bus("metrics"), broker.bus("publisher")
    metrics.hear(DELIVERIES, listener.take, DeliveryScheduled)
    async with (
        broker.listening(publisher),
        broker.listening(metrics),
        broker.operator() as operator,
    ):
        await operator.jetstream().delete_consumer("PUBLISHER", DELIVERIES.name)
        with capture_logs() as logs:
            await eventually(after(timedelta(seconds=1)))
        refused = [log for log in logs if log["event"] == "durable.not_heard"]
        assert 2 <= len(refused) <= 10, "it is tried again, and not without a pause"

        await broker.provision(CHANNELS)
        fact = scheduled()
        await publisher.facts.tell(fact, after=0)
        await eventually(lambda: fact.post in listener.posts)
