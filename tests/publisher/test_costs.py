"""What a delivery costs on which nothing goes wrong; more than this is a slip that adds up."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from benchmarks.engine.counting import counting, round_trips
from schemas.envelope import now
from services.kit.facts import Facts
from services.publisher.domain.rules import Pace, Timing
from services.publisher.lanes import ChannelLanes
from services.publisher.wiring import assemble, wire
from tests.harness.broker import running_broker
from tests.harness.waiting import eventually
from tests.publisher.builders import FRESH, order
from tests.publisher.fakes import Square

pytestmark = pytest.mark.nats

SECOND = timedelta(seconds=1)
TIMING = Timing(5 * SECOND, 10 * SECOND, 12 * SECOND)


async def test_a_delivery_stores_five_messages_and_asks_for_no_more_than_it_needs(
    tmp_path: Path,
) -> None:
    square = Square()
    async with (
        running_broker(tmp_path, ("torget",)) as broker,
        broker.connection("planner") as planner,
    ):
        bus = broker.bus("publisher")
        lanes = ChannelLanes(bus.facts, {"torget": Pace()})
        publisher = assemble(bus, {"torget": square}, TIMING, lanes)
        wire(bus, publisher, TIMING, probe=timedelta(hours=1), patrol=timedelta(hours=1))
        async with broker.listening(bus):
            await eventually(lambda: bus.facts.newest("publisher.channel.torget"))
            _, entries = await bus.facts.stream("PUBLISHER")
            at = now() + SECOND / 2
            approved = order(post=uuid4(), publish_at=at, fresh_until=at + FRESH, occurred_at=now())
            with counting(bus.connection) as sent:
                await Facts(planner).tell(approved, after=0)
                await eventually(lambda: sent["acknowledged"] == 2)
            assert sent == {
                "deliveries stored": 3,
                "timers stored": 1,
                # What counts is looked up before the claim, and again right before the call.
                "orders looked up": 2,
                "pauses looked up": 2,
                "holds looked up": 2,
                "deliveries looked up": 1,
                "acknowledged": 2,
            }
            assert round_trips(sent) == 11
            _, told = await bus.facts.stream("PUBLISHER")
            _, timed = await bus.facts.stream("TIMERS_PUBLISHER")
            # Scheduled, attempted and published; the timer, and the due message it became.
            assert (told - entries, timed) == (3, 2)
