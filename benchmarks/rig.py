"""The embedded system with the simulator beside it, on free ports and in a folder of its own."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from budkavle.demo.setting import furnish, lay_out
from budkavle.folder import Folder
from budkavle.planner import Planner
from budkavle.ports import Ports
from budkavle.supervisor import Ended
from budkavle.system import System, running
from budkavle.waiting import comes_true
from tests.up.places import free_base

_CHANNELS_WITHIN = 30.0


@asynccontextmanager
async def rig() -> AsyncIterator[System]:
    """Run it until the measurements are done; what ends by itself spoils them."""

    def tell(ended: Ended) -> None:
        raise RuntimeError(f"{ended} in the middle of a measurement")

    def leftovers(_: list[str]) -> None:
        raise RuntimeError("a new folder cannot hold leftovers")

    with TemporaryDirectory(prefix="budkavle-bench-") as folder:
        plan = lay_out(Folder(Path(folder)), Ports.on(free_base()), "Mätningen", {})
        async with running(
            plan, tell, leftovers, lambda plan: furnish(plan, "Mätningen", {})
        ) as it:
            async with desk(it, "anna") as planner:

                async def ready() -> bool:
                    channels = await planner.channels()
                    return len(channels) > 1 and all(channel.ready for channel in channels)

                if not await comes_true(ready, _CHANNELS_WITHIN, every=0.2):
                    raise RuntimeError("the channels are not ready")
            yield it


def desk(system: System, person: str) -> Planner:
    """Give a person's way to the planner."""
    return Planner(system.plan.ports.url("planner"), system.plan.folder.token_of(person))


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Give median, 99th percentile and worst, in milliseconds."""
    ordered = sorted(seconds)

    def at(share: float) -> float:
        return round(1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)], 1)

    return {"n": len(ordered), "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1.0)}


async def shown(judge: httpx.AsyncClient) -> dict[str, datetime]:
    """Say when the simulated platform had each text, by its own record."""
    record = await judge.get("/record")
    record.raise_for_status()
    lines = (json.loads(line) for line in record.text.splitlines())
    return {
        line["text"]: datetime.fromisoformat(line["at"])
        for line in lines
        if line["what"] == "published"
    }
