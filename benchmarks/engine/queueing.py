"""Whether a long queue leaves anything behind in memory, for each delivery that is done."""

import asyncio
from typing import Any

from benchmarks.engine.ground import Ground, ground
from benchmarks.engine.orders import became
from benchmarks.engine.racing import SLOWEST, prepare
from schemas.envelope import now

_WARM = 500
"""Deliveries before anything is weighed: buffers grow to their size, caches fill up."""

_SETTLE = 5.0
_LOOK_EVERY = 0.5


async def queueing(deliveries: int) -> dict[str, Any]:
    """Weigh broker and replicas before, during and after many deliveries that queue at once."""
    async with ground("replica") as made:
        await _work_off(made, _WARM)
        await asyncio.sleep(_SETTLE)
        before = made.resident()
        most = await _work_off(made, deliveries)
        await asyncio.sleep(_SETTLE)
        after = made.resident()
    return {
        "deliveries": deliveries,
        "resident_mb": {
            name: {
                "before": _mb(before[name]),
                "most": _mb(most[name]),
                "after": _mb(after[name]),
                "bytes_each_after": round((after[name] - before[name]) / deliveries),
            }
            for name in before
        },
    }


async def _work_off(made: Ground, deliveries: int) -> dict[str, int]:
    """Let a queue be worked off; gives the most memory that each program had meanwhile."""
    start, opening = await prepare(made, [now()] * deliveries)
    give_up = (opening - now()).total_seconds() + deliveries / SLOWEST + 10
    most = made.resident()
    async with asyncio.timeout(give_up):
        while await made.stored("PUBLISHER") < start + 3 * deliveries:
            await asyncio.sleep(_LOOK_EVERY)
            most = {name: max(size, most[name]) for name, size in made.resident().items()}
    await became(made, deliveries, start + 1)
    return most


def _mb(size: int) -> float:
    return round(size / 1e6, 1)
