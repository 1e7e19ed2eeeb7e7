"""The publisher on a real broker: at its time, once, whoever is killed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from schemas.deliveries import DeliveryPublished
from schemas.envelope import now
from schemas.posts import OrderApproved
from services.kit.bus import Bus
from services.publisher.domain import Repeat, Timing
from services.publisher.wiring import wire
from tests.harness.broker import Broker, running_broker
from tests.harness.waiting import eventually
from tests.publisher.builders import FRESH, order
from tests.publisher.fakes import Square

pytestmark = pytest.mark.nats

SECOND = timedelta(seconds=1)
TIMING = Timing(SECOND / 2, SECOND, 1.2 * SECOND)


def replica(broker: Broker, square: Square) -> Bus:
    bus = broker.bus("publisher")
    wire(bus, {"torget": square}, TIMING, probe=timedelta(minutes=1))
    return bus


def order_in(wait: timedelta) -> OrderApproved:
    at = now() + wait
    return order(post=uuid4(), publish_at=at, fresh_until=at + FRESH, occurred_at=now())


def ended(bus: Bus, approved: OrderApproved) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        return (await states(bus, approved))[-1:] == ["published"]

    return look


async def states(bus: Bus, approved: OrderApproved) -> list[str]:
    subject = f"publisher.delivery.torget.{approved.post}"
    page = await bus.facts.page("PUBLISHER", subject, 1)
    return [kept.headers["Budkavle-Type"].split(".")[1] for kept in page]


async def test_an_order_goes_out_at_its_time_with_five_messages(tmp_path: Path) -> None:
    square = Square()
    async with (
        running_broker(tmp_path, ("torget",), ack_wait=1.5 * SECOND) as broker,
        broker.listening(replica(broker, square)) as bus,
        broker.connection("planner") as planner,
    ):
        approved = order_in(SECOND)
        facts = type(bus.facts)(planner)
        await facts.tell(approved, after=0)
        await eventually(lambda: square.calls, within=5)
        await eventually(ended(bus, approved), within=5)
        assert await states(bus, approved) == ["scheduled", "attempted", "published"]
        told = await bus.facts.newest(f"publisher.delivery.torget.{approved.post}")
        assert told is not None
        assert isinstance(told.fact, DeliveryPublished)
        assert timedelta(0) <= told.fact.published_at - approved.publish_at < SECOND
        _, timers = await bus.facts.stream("TIMERS_PUBLISHER")
        assert timers == 2  # the timer and the due message it became


async def test_two_replicas_publish_once(tmp_path: Path) -> None:
    square = Square(by=Repeat.LOOK_UP)
    async with (
        running_broker(tmp_path, ("torget",), ack_wait=1.5 * SECOND) as broker,
        broker.listening(replica(broker, square)) as bus,
        broker.listening(replica(broker, square)),
        broker.connection("planner") as planner,
    ):
        facts = type(bus.facts)(planner)
        orders = [order_in(SECOND) for _ in range(20)]
        for approved in orders:
            await facts.tell(approved, after=0)
        await eventually(lambda: len(square.shown) >= len(orders), within=10)
        for approved in orders:
            await eventually(ended(bus, approved), within=5)
        assert len(square.calls) == len(orders)


@pytest.mark.parametrize("by", list(Repeat))
async def test_a_replica_that_dies_in_the_middle_of_a_call_leaves_one_post(
    tmp_path: Path, by: Repeat
) -> None:
    square = Square(by=by)
    # As a killed process leaves it: the post is shown, nothing is written down, nothing is acked,
    # and this replica hears no more.
    square.answers = [asyncio.CancelledError()]
    async with (
        running_broker(tmp_path, ("torget",), ack_wait=1.5 * SECOND) as broker,
        broker.listening(replica(broker, square)) as dead,
        broker.connection("planner") as planner,
    ):
        approved = order_in(SECOND)
        await type(dead.facts)(planner).tell(approved, after=0)
        await eventually(lambda: square.calls, within=5)
        async with broker.listening(replica(broker, square)) as bus:
            await eventually(ended(bus, approved), within=15)
            entries = await states(bus, approved)
        assert entries[:3] == ["scheduled", "attempted", "uncertain"]
        assert len(square.shown) == 1
