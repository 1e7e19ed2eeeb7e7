"""How late lone posts are at the channel, by the simulator's own record."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from benchmarks.rig import desk, quantiles, shown
from budkavle.programs import MASTODON
from budkavle.system import System

_SEED = 20261121
_LEAD = timedelta(seconds=8)
_APART = 1.5
_WITHIN = 60.0


async def lateness(system: System, posts: int) -> dict[str, Any]:
    """Approve posts for moments of their own, and compare them with when the channel had them."""
    chance = random.Random(_SEED)
    planned: dict[str, datetime] = {}
    async with desk(system, "anna") as author, desk(system, "bengt") as approver:
        first = datetime.now(UTC) + _LEAD + timedelta(seconds=0.05 * posts)
        for number in range(posts):
            at = first + timedelta(seconds=number * _APART + chance.uniform(0, _APART / 3))
            text = f"Mätning {number:04d}: ett ensamt inlägg."
            planned[text] = at
            variant = {"channel": MASTODON, "text": text, "publish_at": at.isoformat()}
            drafted = await author.draft({"title": text, "variants": [variant]})
            await approver.approve(await author.submit(drafted))
    give_up = first + timedelta(seconds=posts * _APART + _WITHIN)
    async with httpx.AsyncClient(base_url=system.plan.ports.url("simulator")) as judge:
        while datetime.now(UTC) < give_up:
            seen = await shown(judge)
            if planned.keys() <= seen.keys():
                break
            await asyncio.sleep(1)
    late = [(seen[text] - at).total_seconds() for text, at in planned.items()]
    if min(late) < 0:
        raise RuntimeError("a post was early")
    return quantiles(late) | {"seed": _SEED, "apart_s": _APART}
