"""Stores many orders, signed as the planner signs them, and reads what became of them."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from benchmarks.engine.ground import Ground
from benchmarks.engine.replica import CHANNELS
from benchmarks.engine.sizes import order
from budkavle.waiting import comes_true
from schemas.posts import OrderApproved
from services.kit.facts import Facts
from services.kit.messages import Kept
from tests.harness.broker import Broker

_TOGETHER = 100
"""Orders in one batch; the broker takes it as a whole."""

DELIVERY = "publisher.delivery.>"


def orders(times: Sequence[datetime]) -> list[OrderApproved]:
    """Make an order for each of these times, in all channels by turns."""
    return [order(CHANNELS[number % len(CHANNELS)], at) for number, at in enumerate(times)]


async def store(broker: Broker, approved: Sequence[OrderApproved]) -> None:
    """Let the planner tell all of these orders."""
    async with broker.connection("planner") as planner:
        facts = Facts(planner)
        for first in range(0, len(approved), _TOGETHER):
            await facts.tell_together([(each, 0) for each in approved[first : first + _TOGETHER]])


@dataclass(frozen=True, slots=True)
class Became:
    """When what was stored of one run's deliveries, by the broker's clock."""

    scheduled: Sequence[datetime]
    published: Sequence[datetime]

    @property
    def span(self) -> float:
        """Seconds from the first thing written to the last post out."""
        return (max(self.published) - min(self.scheduled)).total_seconds()


async def wait_for(ground: Ground, facts: int, before: int, within: float) -> None:
    """Wait until so many more facts are stored in the publisher's stream than before."""

    async def enough() -> bool:
        ground.complain()
        return await ground.stored("PUBLISHER") >= before + facts

    if not await comes_true(enough, within, every=0.1):
        stored = await ground.stored("PUBLISHER") - before
        raise RuntimeError(f"only {stored} of {facts} facts after {within:.0f} s")


async def became(ground: Ground, deliveries: int, start: int = 1) -> Became:
    """Read back every delivery from a place on; each has to be published, and once."""
    scheduled: list[datetime] = []
    published: list[datetime] = []
    entries: Counter[str] = Counter()
    async with ground.broker.connection("publisher") as connection:
        facts = Facts(connection)
        while page := await facts.page("PUBLISHER", DELIVERY, start, most=1000):
            for kept in page:
                state = _state(kept)
                entries[state] += 1
                if state == "scheduled":
                    scheduled.append(kept.stored_at)
                elif state == "published":
                    published.append(kept.stored_at)
            start = page[-1].sequence + 1
            await asyncio.sleep(0)
    if entries != Counter(dict.fromkeys(("scheduled", "attempted", "published"), deliveries)):
        raise RuntimeError(f"{deliveries} deliveries were expected, and found: {dict(entries)}")
    return Became(scheduled, published)


def _state(kept: Kept) -> str:
    return kept.headers["Budkavle-Type"].split(".")[1]
