"""One delivery at a time: what it sends to the broker, and how late it is."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from benchmarks.engine.counting import LOOKED_UP, STORED, counting, round_trips
from benchmarks.engine.ground import Ground, ground
from benchmarks.engine.orders import orders, store, wait_for
from benchmarks.engine.replica import CHANNELS, ReplicaSettings, put_together
from benchmarks.engine.sizes import order
from benchmarks.rig import quantiles, shown
from budkavle.waiting import comes_true
from schemas.envelope import now
from services.kit.facts import Facts
from tests.harness.ports import free_port

_WITHIN = 20.0
_OFTEN = 0.02
LEAD = timedelta(seconds=3)
"""From storing orders to the first that is due."""
# Timers that are less than three quarters of a second apart are late by the broker, all of them.
_APART = timedelta(seconds=1.5)
_MEMORY = Path("/dev/shm")  # noqa: S108  # on Linux a file system in memory
_STORES = {"on_disk": None} | ({"in_memory": _MEMORY} if _MEMORY.is_dir() else {})


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


async def lone(made: Ground, posts: int, first: datetime) -> dict[str, float]:
    """Say how late posts are that come one after the other, by the platform's own record."""
    approved = orders([first + number * _APART for number in range(posts)])
    start = await made.stored("PUBLISHER")
    await store(made.broker, approved)
    ends = first + posts * _APART - now()
    await wait_for(made, 3 * posts, start, ends.total_seconds() + _WITHIN)
    async with httpx.AsyncClient(base_url=made.origin) as judge:
        seen = await shown(judge)
    late = [seen[each.content.text] - each.publish_at for each in approved]
    return quantiles([each.total_seconds() for each in late])


async def lone_beside(posts: int) -> dict[str, Any]:
    """Compare lone posts of two replicas and of two bare consumers, by turns on the same store.

    A disk that is slow to sync makes every one of them late; what is ours shows in memory.
    """
    return {name: await _beside(posts, store) for name, store in _STORES.items()}


async def _beside(posts: int, store: Path | None) -> dict[str, Any]:
    async with (
        ground("replica", store=store) as ours,
        ground("bare", store=store) as theirs,
    ):
        for measured in (len(CHANNELS), posts):
            first = now() + LEAD
            engine, bare = await asyncio.gather(
                lone(ours, measured, first), lone(theirs, measured, first + _APART / 2)
            )
    return {"engine": engine, "bare": bare}


def _all_told(facts: Facts) -> Callable[[], Awaitable[bool]]:
    """Tell when every channel has been told of, so that no chore is counted as a delivery's."""

    async def told() -> bool:
        found = [await facts.newest(f"publisher.channel.{name}") for name in CHANNELS]
        return all(found)

    return told


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    if not await comes_true(condition, _WITHIN, every=_OFTEN):
        raise RuntimeError(f"one delivery was not out within {_WITHIN:.0f} s")
