"""Every measurement of the emergency lane, in one system, one after the other."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median_high
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.rig import quantiles
from benchmarks.siren.ground import Ground, ground
from budkavle.children import end
from budkavle.waiting import comes_true
from schemas.envelope import now
from tests.harness.ports import free_port
from tests.siren.whole import HEALTHY

_WITHIN = 30.0
_READS = 2_000.0
_WARM = 3
_LASTS = timedelta(seconds=5)
"""How long each alert holds: the public page shows in full what holds now, never hundreds."""
_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    alerts: int
    queued: int
    dead: int
    """Alerts with planner and publisher dead."""
    outages: int
    corrections: int
    read: int
    """Alerts with readers, as many without, and as many with readers of something else."""


USUAL = Scale(alerts=40, queued=10_000, dead=10, outages=3, corrections=10, read=40)
FULL = Scale(alerts=200, queued=50_000, dead=30, outages=10, corrections=40, read=200)


@dataclass(slots=True)
class Trials:
    """Sends alert after alert, and remembers when each was accepted and what it says."""

    ground: Ground
    sent: int = 0

    async def alert(self) -> tuple[Any, str, datetime]:
        """Send one, and let normal posts go on."""
        self.sent += 1
        place = f"Tunadal nr {self.sent} x"
        alert, _, accepted = await self.ground.whole.out(place, _LASTS)
        return alert, place, accepted

    async def release(self) -> None:
        """Let normal posts out again: they are the load."""
        astrid = self.ground.whole.astrid
        if (await astrid.ask("GET", "/hold"))["hold"]:
            await astrid.ask("POST", "/hold/release", astrid.signed("release"))

    async def lateness(self, place: str, accepted: datetime, word: str = "Koka") -> list[float]:
        """Wait until it is public in every healthy channel; seconds for each."""
        found: dict[str, datetime] = {}

        async def everywhere() -> bool:
            for line in await self.ground.whole.record_since(self.ground.mark):
                if place in line["text"] and line["text"].startswith(word):
                    found[line["account"]] = datetime.fromisoformat(line["at"])
            return found.keys() >= set(HEALTHY)

        if not await comes_true(everywhere, _WITHIN, every=0.05):
            raise RuntimeError(f"{place}: only in {sorted(found)} after {_WITHIN} s")
        return [(found[name] - accepted).total_seconds() for name in HEALTHY]


async def siren(scale: Scale) -> dict[str, Any]:
    """Measure how fast an alert is at the first request of every healthy channel."""
    with TemporaryDirectory(prefix="budkavle-siren-") as folder:
        async with ground(Path(folder)) as made:
            trials = Trials(made)
            await _some(trials, _WARM)
            return {
                "scale": asdict(scale),
                "channels": {"healthy": len(HEALTHY), "hanging": 1, "answering_503": 1},
                "with_readers": await _read(trials, scale.read),
                "jammed": await _jammed(trials, scale),
                "correction": await _corrections(trials, scale.corrections),
                "others_dead": await _others_dead(trials, scale.dead),
                "broker": await _outages(trials, scale.outages),
            }


async def _some(trials: Trials, count: int) -> list[float]:
    """Send alerts one after the other; every healthy channel's lateness of each."""
    late = []
    for _ in range(count):
        trials.ground.mark = await trials.ground.whole.last()
        _, place, accepted = await trials.alert()
        late += await trials.lateness(place, accepted)
        await trials.release()
    return late


async def _jammed(trials: Trials, scale: Scale) -> dict[str, Any]:
    await trials.ground.queue(scale.queued)
    before = await trials.ground.waiting()
    late = await _some(trials, scale.alerts)
    after = await trials.ground.waiting()
    return {**quantiles(late), "queued_before": before, "queued_after": after}


async def _corrections(trials: Trials, count: int) -> dict[str, Any]:
    """From the command to the new post in the last healthy channel."""
    took = []
    for _ in range(count):
        trials.ground.mark = await trials.ground.whole.last()
        alert, place, accepted = await trials.alert()
        await trials.lateness(place, accepted)
        began = now()
        await trials.ground.whole.astrid.correct(alert)
        took.append(max(await trials.lateness(place, began, "Rättelse")))
        await trials.release()
    return quantiles(took)


async def _others_dead(trials: Trials, count: int) -> dict[str, Any]:
    for program in trials.ground.others.values():
        await program.stop()
    return quantiles(await _some(trials, count))


async def _outages(trials: Trials, count: int) -> dict[str, Any]:
    """Alerts while the broker is killed, and how soon after its return it knows of them."""
    late, told = [], []
    for _ in range(count):
        await trials.ground.broker.kill()
        late += await _some(trials, 1)
        await trials.ground.broker.start()
        back = now()
        if not await comes_true(trials.ground.whole.all_told, _WITHIN, every=0.02):
            raise RuntimeError("the broker is not told")
        told.append((now() - back).total_seconds())
        late += await _some(trials, 1)
    return {"alerts": quantiles(late), "told_after_return": quantiles(told)}


async def _read(trials: Trials, count: int) -> dict[str, Any]:
    """Alerts alone, beside readers, and beside as many readers of somebody else's server.

    By turns, so that the machine's moods meet all three.
    """
    late: dict[str, list[float]] = {"alone": [], "read": [], "beside_another": []}
    reads: dict[str, list[int]] = {"read": [], "beside_another": []}
    async with _neighbour() as neighbour:
        places = {"read": trials.ground.whole.face, "beside_another": neighbour}
        for _ in range(_ROUNDS):
            late["alone"] += await _some(trials, count // _ROUNDS)
            for which, place in places.items():
                async with _readers(place, reads[which]):
                    late[which] += await _some(trials, count // _ROUNDS)
    found = {which: quantiles(each) for which, each in late.items()}
    return {
        **found,
        "reads_per_second": {"wanted": _READS}
        | {which: median_high(n) for which, n in reads.items()},
        "ratios": {
            "read_to_alone": _ratios(found["read"], found["alone"]),
            "beside_another_to_alone": _ratios(found["beside_another"], found["alone"]),
            "read_to_beside_another": _ratios(found["read"], found["beside_another"]),
        },
    }


def _ratios(of: dict[str, float], to: dict[str, float]) -> dict[str, float]:
    return {share: round(of[f"{share}_ms"] / to[f"{share}_ms"], 2) for share in ("p50", "p99")}


@asynccontextmanager
async def _neighbour() -> AsyncIterator[str]:
    port = free_port()
    async with _beside("benchmarks.siren.neighbour", str(port)):
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def _readers(face: str, reads: list[int]) -> AsyncIterator[None]:
    async with _beside("benchmarks.siren.readers", f"{face}/", str(_READS)) as child:
        counting = asyncio.create_task(_count(child, reads))
        await asyncio.sleep(1.5)
        yield
    await asyncio.wait([counting])


@asynccontextmanager
async def _beside(module: str, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program of the measurement's own for as long as the block runs."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *arguments), stdout=asyncio.subprocess.PIPE
    )
    try:
        yield child
    finally:
        await end(child, 3.0)


async def _count(child: asyncio.subprocess.Process, reads: list[int]) -> None:
    if child.stdout is not None:
        reads += [int(line) async for line in child.stdout]
