"""What was set aside is carried out when a person asks: by its own handler, seen, and not twice."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.codes import Code
from schemas.deliveries import DeliveryScheduled
from schemas.envelope import now
from schemas.parked import MessageParked, MessageReleased, ReleaseAsked
from services.kit.bus import Bus
from services.kit.consumers import consumer_state
from services.kit.facts import read
from services.kit.messages import Due, Told, TryAgain
from services.kit.parking import parked_id
from services.kit.releases import Releases
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.kit.builders import DELIVERIES, DUES, all_kept, scheduled, told_raw

pytestmark = pytest.mark.nats


class Breakable:
    """A handler that fails until it is mended."""

    def __init__(self) -> None:
        self.broken = True
        self.not_yet = 0
        self.tries: list[Any] = []
        self.done: list[Any] = []

    async def take(self, brought: Told[Any] | Due) -> None:
        self.tries.append(brought)
        if self.broken:
            raise ZeroDivisionError
        if self.not_yet:
            self.not_yet -= 1
            raise TryAgain("somebody has it", timedelta(seconds=0.1))
        self.done.append(brought)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kit.bus.PAUSES", (timedelta(seconds=0.05),))


@pytest.fixture
def handler() -> Breakable:
    return Breakable()


@pytest.fixture
async def publisher(broker: Broker) -> AsyncIterator[Bus]:
    async with broker.listening(broker.bus("publisher")) as bus:
        yield bus


@pytest.fixture
async def planner(broker: Broker) -> AsyncIterator[Bus]:
    async with broker.listening(broker.bus("planner")) as bus:
        yield bus


@pytest.fixture
async def metrics(broker: Broker, handler: Breakable) -> AsyncIterator[Bus]:
    bus = broker.bus("metrics")
    bus.hear(DELIVERIES, handler.take, DeliveryScheduled)
    Releases(bus)
    async with broker.listening(bus):
        yield bus


async def parked_facts(bus: Bus) -> list[Any]:
    service = bus.service
    kept = await all_kept(bus, service.upper(), f"{service}.parked.*")
    return [told.fact for one in kept if (told := read(one))]


async def parked_times(bus: Bus, count: int) -> list[Any]:
    async def enough() -> bool:
        return len(await parked_facts(bus)) >= count

    await eventually(enough, within=10)
    return await parked_facts(bus)


async def ask(planner: Bus, parked: UUID, teller: str = "metrics") -> None:
    asked = ReleaseAsked(occurred_at=now(), trace=uuid4(), parked=parked, teller=teller, by="bengt")
    newest = await planner.facts.newest(asked.subject)
    await planner.facts.tell(asked, newest.sequence if newest else 0)


async def settled(bus: Bus) -> bool:
    states = [await consumer_state(bus.connection, ear) for ear in bus.ears]
    return all(state.pending == state.unacked == 0 for state in states)


async def test_a_mended_handler_carries_out_what_was_set_aside_once(
    metrics: Bus, publisher: Bus, planner: Bus, handler: Breakable
) -> None:
    fact = scheduled()
    await publisher.facts.tell(fact, after=0)
    [parked] = await parked_times(metrics, 1)
    handler.broken = False
    await ask(planner, parked.parked)
    _, released = await parked_times(metrics, 2)
    assert isinstance(released, MessageReleased)
    assert [told.fact for told in handler.done] == [fact]

    await ask(planner, parked.parked)
    await eventually(lambda: settled(metrics))
    assert len(handler.done) == 1
    assert len(await parked_facts(metrics)) == 2


async def test_what_fails_again_stays_aside_and_counts_its_tries(
    metrics: Bus, publisher: Bus, planner: Bus, handler: Breakable
) -> None:
    await publisher.facts.tell(scheduled(), after=0)
    [parked] = await parked_times(metrics, 1)
    await ask(planner, parked.parked)
    again = (await parked_times(metrics, 2))[1]
    assert isinstance(again, MessageParked)
    assert (again.parked, again.code) == (parked.parked, Code.MESSAGE_ABANDONED)
    assert again.attempts == again.parameters["attempts"] == parked.attempts + 1
    await eventually(lambda: settled(metrics))
    assert len(handler.tries) == again.attempts

    handler.broken = False
    await ask(planner, parked.parked)
    assert isinstance((await parked_times(metrics, 3))[2], MessageReleased)


async def test_a_handler_that_wants_to_wait_is_waited_for(
    metrics: Bus, publisher: Bus, planner: Bus, handler: Breakable
) -> None:
    await publisher.facts.tell(scheduled(), after=0)
    [parked] = await parked_times(metrics, 1)
    handler.broken, handler.not_yet = False, 3
    await ask(planner, parked.parked)
    assert isinstance((await parked_times(metrics, 2))[1], MessageReleased)
    assert len(handler.done) == 1


async def test_the_newest_message_of_the_subject_is_what_is_looked_at(
    metrics: Bus, publisher: Bus, planner: Bus, handler: Breakable
) -> None:
    first = scheduled()
    sequence = await publisher.facts.tell(first, after=0)
    [parked] = await parked_times(metrics, 1)
    handler.broken = False
    second = scheduled(first.post, revision=2)
    await publisher.facts.tell(second, after=sequence)
    await eventually(lambda: handler.done)
    await ask(planner, parked.parked)
    await parked_times(metrics, 2)
    assert [told.fact for told in handler.done] == [second, second]


async def test_what_cannot_be_read_stays_aside_with_its_reason(
    metrics: Bus, publisher: Bus, planner: Bus, handler: Breakable
) -> None:
    await told_raw(publisher, f"publisher.delivery.newsroom.{uuid4()}", b"not json")
    [parked] = await parked_times(metrics, 1)
    await ask(planner, parked.parked)
    again = (await parked_times(metrics, 2))[1]
    assert (again.code, again.attempts) == (Code.MESSAGE_UNREADABLE, 2)
    assert again.parameters["error"] == parked.parameters["error"]
    assert handler.tries == []


async def test_a_due_timer_is_brought_up_by_what_its_subject_says(
    broker: Broker, planner: Bus, handler: Breakable
) -> None:
    publisher = broker.bus("publisher")
    publisher.hear_dues(DUES, handler.take)
    Releases(publisher)
    async with broker.listening(publisher):
        trace = uuid4()
        await publisher.timers.set(("newsroom", "one"), "7", now(), trace)
        [parked] = await parked_times(publisher, 1)
        handler.broken = False
        await ask(planner, parked.parked, "publisher")
        await parked_times(publisher, 2)
        # The broker's own copy is gone; what was brought up says the same.
        assert await all_kept(publisher, "TIMERS_PUBLISHER", "due.publisher.>") == []
    [due] = handler.done
    assert (due.tokens, due.trace) == (("newsroom", "one", "7"), trace)


async def test_each_service_minds_its_own_and_knows_what_nobody_parked(
    metrics: Bus, publisher: Bus, planner: Bus, handler: Breakable
) -> None:
    await publisher.facts.tell(scheduled(), after=0)
    [parked] = await parked_times(metrics, 1)
    handler.broken = False
    await ask(planner, parked.parked, "publisher")
    await ask(planner, uuid4())
    await eventually(lambda: settled(metrics))
    assert handler.done == []
    assert len(await parked_facts(metrics)) == 1


async def test_a_message_whose_durable_is_gone_says_so(
    metrics: Bus, publisher: Bus, planner: Bus, handler: Breakable
) -> None:
    handler.broken = False
    gone = DELIVERIES._replace(name="metrics-publisher-gone")
    fact = scheduled()
    await publisher.facts.tell(fact, after=0)
    kept = await publisher.facts.newest_kept("PUBLISHER", fact.subject)
    assert kept is not None
    await metrics.parking.park(gone, kept, uuid4(), Code.MESSAGE_ABANDONED, "KeyError", 8)
    parked = parked_id(gone, kept.sequence)
    await ask(planner, parked)
    again = (await parked_times(metrics, 2))[1]
    assert again.attempts == 9
    assert "channel may have been removed" in str(again.parameters["error"])
