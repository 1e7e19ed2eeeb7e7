"""How long two replicas take for many deliveries, beside two bare consumers on the same ground."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from benchmarks.engine.ground import Ground, Kind, ground
from benchmarks.engine.orders import became, orders, store, wait_for
from benchmarks.rig import quantiles
from schemas.envelope import now

_SEED = 20261122
_AHEAD = timedelta(seconds=2)
SLOWEST = 20
"""Deliveries in a second; slower than that is an error, not a figure."""

_TAKEN_IN = 100
"""Orders in a second that any of the two surely takes in before they are due."""


@dataclass(frozen=True, slots=True)
class _Run:
    seconds: float
    cpu: dict[str, float]
    late: Sequence[float] = ()


class _Race(Protocol):
    async def __call__(self, kind: Kind, deliveries: int) -> _Run: ...


async def throughput(deliveries: int, rounds: int) -> dict[str, Any]:
    """Time from the first order heard to the last post out, for orders that are due at once."""
    return await _beside(_all_at_once, deliveries, rounds)


async def one_second(deliveries: int, rounds: int) -> dict[str, Any]:
    """Time from the beginning of one second, in which all are due, to the last post out."""
    return await _beside(_due_in_one_second, deliveries, rounds)


async def _beside(race: _Race, deliveries: int, rounds: int) -> dict[str, Any]:
    runs: dict[Kind, list[_Run]] = {"bare": [], "replica": []}
    for _ in range(rounds):
        for kind, done in runs.items():
            done.append(await race(kind, deliveries))
    ours, theirs = _summary(runs["replica"], deliveries), _summary(runs["bare"], deliveries)
    return {
        "deliveries": deliveries,
        "rounds": rounds,
        "engine": ours,
        "bare": theirs,
        "ratio_time": round(ours["seconds"] / theirs["seconds"], 2),
        "ratio_cpu": round(ours["cpu_ms_each"]["all"] / theirs["cpu_ms_each"]["all"], 2),
    }


def _summary(runs: Sequence[_Run], deliveries: int) -> dict[str, Any]:
    """Take the middle round; the machine's other work makes single ones slow."""
    middle = sorted(runs, key=lambda run: run.seconds)[(len(runs) - 1) // 2]
    each = {name: round(1000 * used / deliveries, 2) for name, used in middle.cpu.items()}
    found: dict[str, Any] = {
        "seconds": round(middle.seconds, 2),
        "all_rounds_s": [round(run.seconds, 2) for run in runs],
        "per_second": round(deliveries / middle.seconds, 1),
        "cpu_ms_each": {**each, "all": round(sum(each.values()), 2)},
    }
    return found | ({"late": quantiles(middle.late)} if middle.late else {})


async def _all_at_once(kind: Kind, deliveries: int) -> _Run:
    async with ground(kind) as made:
        start, opening = await prepare(made, [now()] * deliveries)
        before = made.cpu()
        wait = (opening - now()).total_seconds() + deliveries / SLOWEST + 10
        await wait_for(made, 3 * deliveries, start, wait)
        spent = used(before, made.cpu())
        return _Run((await became(made, deliveries, start + 1)).span, spent)


async def _due_in_one_second(kind: Kind, deliveries: int) -> _Run:
    chance = random.Random(_SEED)
    async with ground(kind) as made:
        due = now() + timedelta(seconds=15 + deliveries / _TAKEN_IN)
        times = [due + timedelta(seconds=chance.random()) for _ in range(deliveries)]
        start, _ = await prepare(made, times)
        await wait_for(made, deliveries, start, (due - now()).total_seconds())
        if now() + _AHEAD > due:
            raise RuntimeError("the orders were not all taken in before they were due")
        before = made.cpu()
        wait = (due - now()).total_seconds() + deliveries / SLOWEST + 10
        await wait_for(made, 3 * deliveries, start, wait)
        spent = used(before, made.cpu())
        published = (await became(made, deliveries, start + 1)).published
        late = [(out - due).total_seconds() for out in published]
        return _Run(max(late), spent, late)


async def prepare(made: Ground, times: Sequence[datetime]) -> tuple[int, datetime]:
    """Store orders that come to both consumers at one moment; gives where their facts begin."""
    await made.hold_orders(now() + timedelta(hours=1))
    await store(made.broker, orders(times))
    start = await made.stored("PUBLISHER")
    opening = now() + timedelta(seconds=0.5)
    await made.hold_orders(opening)
    return start, opening


def used(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """Give the processor time that each program has used in between, in seconds."""
    return {name: after[name] - used for name, used in before.items()}
