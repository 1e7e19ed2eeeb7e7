"""How late the other channels are while one says nothing, beside how late they are otherwise."""

import asyncio
from datetime import timedelta
from statistics import median
from typing import Any

import httpx

from benchmarks.engine.ground import ground
from benchmarks.engine.orders import store
from benchmarks.engine.replica import CHANNELS
from benchmarks.engine.sizes import order
from benchmarks.rig import quantiles, shown
from budkavle.waiting import comes_true
from schemas.envelope import now

_HANGING, *_OTHERS = CHANNELS
_LEAD = timedelta(seconds=5)
_WITHIN = 60.0
_SILENCE = 600.0


async def hanging(deliveries: int, per_second: float, rounds: int) -> dict[str, Any]:
    """Compare by turns, two replicas each time; only the channels that work are counted."""
    found: dict[str, list[dict[str, float]]] = {"all well": [], "one hangs": []}
    for _ in range(rounds):
        for how, runs in found.items():
            runs.append(await _late(deliveries, per_second, hangs=how == "one hangs"))
    p99 = {how: median(run["p99_ms"] for run in runs) for how, runs in found.items()}
    return {
        "deliveries_each_round": deliveries,
        "per_second": per_second,
        "rounds": found,
        "ratio_p99": round(p99["one hangs"] / p99["all well"], 2),
    }


async def _late(deliveries: int, per_second: float, *, hangs: bool) -> dict[str, float]:
    async with ground("replica") as made, httpx.AsyncClient(base_url=made.origin) as platform:
        if hangs:
            rule = {
                "method": "POST",
                "path": f"/plain/{_HANGING}/posts",
                "effect": {"kind": "hang", "seconds": _SILENCE},
            }
            (await platform.post("/faults", json=rule)).raise_for_status()
        first = now() + _LEAD + timedelta(seconds=deliveries / 100)
        approved = [
            order(CHANNELS[number % len(CHANNELS)], first + timedelta(seconds=number / per_second))
            for number in range(deliveries)
        ]
        await store(made.broker, approved)
        counted = {
            each.content.text: each.publish_at for each in approved if each.channel in _OTHERS
        }

        async def all_out() -> bool:
            made.complain()
            return counted.keys() <= (await shown(platform)).keys()

        last = max(counted.values())
        await asyncio.sleep((last - now()).total_seconds())
        if not await comes_true(all_out, _WITHIN, every=0.5):
            raise RuntimeError("the channels that work did not publish everything")
        seen = await shown(platform)
    return quantiles([(seen[text] - at).total_seconds() for text, at in counted.items()])
