"""One delivery at a time: what it sends to the broker, and how late it is."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.engine.counting import LOOKED_UP, STORED, counting, round_trips
from benchmarks.engine.ground import Ground, ground
from benchmarks.engine.orders import orders, store, wait_for
from benchmarks.engine.replica import CHANNELS, ReplicaSettings, put_together
from benchmarks.engine.sizes import order
from benchmarks.rig import quantiles
from budkavle.waiting import comes_true
from schemas.deliveries import DeliveryPublished
from schemas.envelope import now
from schemas.posts import OrderApproved
from services.kit.facts import Facts
from tests.harness.ports import free_port

_WITHIN = 20.0
_OFTEN = 0.02
_LEAD = timedelta(seconds=3)
# Timers that are less than a quarter of a second apart are late by the broker, all of them.
_APART = timedelta(seconds=0.5)


async def counted() -> dict[str, Any]:
    """Count what one delivery stores and asks, in a replica inside this process."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="budkavle-bench-")))
        made = await stack.enter_async_context(ground("replica", consumers=0))
        settings = ReplicaSettings(
            nats_url=made.broker.url,
            secrets=made.broker.secrets / "publisher",
            port=free_port(),
            data=folder,
            platform=made.origin,
        )
        bus, channels, _ = put_together(settings)
        for channel in channels.values():
            stack.push_async_callback(channel.close)
        await stack.enter_async_context(made.broker.listening(bus))
        await _until(_all_told(bus.facts))
        counts = stack.enter_context(counting(bus.connection))
        before = {name: await made.stored(name) for name in ("PUBLISHER", "TIMERS_PUBLISHER")}
        planner = await stack.enter_async_context(made.broker.connection("planner"))
        approved = order(CHANNELS[0], now())
        await Facts(planner).tell(approved, after=0)

        async def done() -> bool:
            return counts["acknowledged"] == 2

        await _until(done)
        stored = {name: await made.stored(name) - last for name, last in before.items()}
        return {
            "stored": sum(stored.values()),
            "stored_by_stream": stored,
            "round_trips": round_trips(counts),
            "sent": {kind: counts[kind] for kind in (*STORED, *LOOKED_UP, "acknowledged")},
        }


async def lone(made: Ground, posts: int) -> dict[str, float]:
    """Say how late posts are that come one after the other, by the broker's clock."""
    first = now() + _LEAD
    approved = orders([first + number * _APART for number in range(posts)])
    start = await made.stored("PUBLISHER")
    await store(made, approved)
    await wait_for(made, 3 * posts, start, (_LEAD + posts * _APART).total_seconds() + _WITHIN)
    async with made.broker.connection("publisher") as publisher:
        facts = Facts(publisher)
        late = [await _late(facts, each) for each in approved]
    return quantiles(late)


async def _late(facts: Facts, approved: OrderApproved) -> float:
    told = await facts.newest(f"publisher.delivery.{approved.channel}.{approved.post}")
    if told is None or not isinstance(told.fact, DeliveryPublished):
        raise RuntimeError("a delivery is not published")
    return (told.stored_at - approved.publish_at).total_seconds()


def _all_told(facts: Facts) -> Callable[[], Awaitable[bool]]:
    """Tell when every channel has been told of, so that no chore is counted as a delivery's."""

    async def told() -> bool:
        found = [await facts.newest(f"publisher.channel.{name}") for name in CHANNELS]
        return all(found)

    return told


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    if not await comes_true(condition, _WITHIN, every=_OFTEN):
        raise RuntimeError(f"one delivery was not out within {_WITHIN:.0f} s")
