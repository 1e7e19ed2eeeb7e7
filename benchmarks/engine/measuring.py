"""Every measurement of the engine, one after the other."""

from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.engine.filling import filling
from benchmarks.engine.lone import counted, lone_beside
from benchmarks.engine.queueing import queueing
from benchmarks.engine.racing import one_second, throughput

GOAL = 1.67
"""So many times as long as the bare consumer the engine may take."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured."""

    deliveries: int
    queued: int
    levels: tuple[int, ...]
    """Facts stored before."""
    new: int
    """Deliveries measured at each level."""
    rounds: int
    lone: int
    """Posts, one after the other."""


USUAL = Scale(deliveries=2_000, queued=5_000, levels=(0, 100_000), new=500, rounds=2, lone=40)
FULL = Scale(
    deliveries=10_000,
    queued=50_000,
    levels=(0, 100_000, 1_000_000),
    new=2_000,
    rounds=2,
    lone=100,
)


async def engine(scale: Scale) -> dict[str, Any]:
    """Measure what the engine costs."""
    return {
        "scale": asdict(scale),
        "goal_ratio": GOAL,
        "one_delivery": await counted(),
        "lone": await lone_beside(scale.lone),
        "throughput": await throughput(scale.deliveries, scale.rounds),
        "due_in_one_second": await one_second(scale.deliveries, scale.rounds),
        "queue": await queueing(scale.queued),
        "facts_before": await filling(list(scale.levels), scale.new),
    }
