"""Kills and freezes at moments that a seed has drawn, and what the platform does to calls."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from drill.channels import Call
from drill.shapes import Effect, Shape
from drill.world import REPLICAS, World

_READING: tuple[Effect, ...] = (
    {"kind": "status", "status": 503},
    {"kind": "reset-before"},
    {"kind": "hang", "seconds": 3.0},
)
_REMOVING: tuple[Effect, ...] = (
    {"kind": "status", "status": 503},
    {"kind": "applied-then-status"},
    {"kind": "reset-after"},
)
_REMOVING_SHARE = 0.1
_LONG = timedelta(minutes=1)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Blow:
    """One harm that is to come."""

    at: float
    """Seconds after the drill's beginning."""
    target: str
    frozen: float = 0.0
    """Seconds that it stands still; 0: it is killed."""


@dataclass(frozen=True, slots=True)
class Struck:
    """One harm that was done."""

    target: str
    frozen: float
    at: datetime
    back_at: datetime
    """When a killed broker took connections again; else the same moment."""


def blows(shape: Shape, seed: int) -> list[Blow]:
    """Draw them, in the order of their times."""
    chance = Random(f"blows {seed}")
    longest = 2 * shape.timing.lease.total_seconds()
    drawn = [
        Blow(_moment(chance, shape), chance.choice(REPLICAS) if name == "publisher" else name)
        for name, number in shape.kills.items()
        for _ in range(number)
    ]
    standing: list[Blow] = []
    while len(standing) < shape.freezes:
        frozen = chance.uniform(0.3, longest)
        one = Blow(_moment(chance, shape), chance.choice(REPLICAS), frozen)
        # One that stands still cannot be frozen once more.
        if not any(_overlap(one, other) for other in standing):
            standing.append(one)
    drawn += standing
    return sorted(drawn, key=lambda blow: blow.at)


def _overlap(one: Blow, other: Blow) -> bool:
    margin = 1.0
    apart = one.at > other.at + other.frozen + margin or other.at > one.at + one.frozen + margin
    return one.target == other.target and not apart


def _moment(chance: Random, shape: Shape) -> float:
    # Posts that are due some seconds after they were written shall be hit as well.
    return chance.uniform(0.05 * shape.span, shape.span + 3.0)


async def strike(world: World, planned: Sequence[Blow], done: list[Struck]) -> None:
    """Carry every blow out at its time; in the end everything runs again."""
    clock = asyncio.get_running_loop().time
    began = clock()
    async with asyncio.TaskGroup() as frozen:
        for blow in planned:
            await asyncio.sleep(max(0.0, began + blow.at - clock()))
            at = datetime.now(UTC)
            if blow.target == "broker":
                await world.broker.restart()
            elif not blow.frozen:
                world.programs[blow.target].kill()
            else:
                world.programs[blow.target].freeze()
                frozen.create_task(_thaw(world, blow))
            done.append(Struck(blow.target, blow.frozen, at, datetime.now(UTC)))


async def _thaw(world: World, blow: Blow) -> None:
    await asyncio.sleep(blow.frozen)
    # One that was killed meanwhile runs anew; telling it to go on changes nothing.
    world.programs[blow.target].resume()


async def set_trouble(world: World, shape: Shape) -> None:
    """Let the platform's answers fail from now on."""
    channels = shape.channels.values()
    slow = [each for each in channels if each.shortest_wait >= _LONG]
    # One long wait will do, and none that outlasts the drill; and whoever has waited must not come
    # back into peace.
    bearable = [each for each in slow if each.shortest_wait.total_seconds() < shape.rest_within]
    once = {each.publishing[-1] for each in bearable if not shape.ends_in_peace}
    spared = {call for each in slow for call in each.publishing} - once
    for call in _once(call for each in channels for call in each.publishing):
        for share, effect in shape.trouble:
            if effect["kind"] != "throttle":
                await _rule(world, call, share, effect)
            elif call not in spared:
                await _rule(world, call, share, effect, most=1 if call in once else None)
    for call in _once(call for each in channels for call in each.removing):
        for effect in _REMOVING:
            await _rule(world, call, _REMOVING_SHARE, effect)
    if shape.reading_trouble:
        for call in _once(call for each in channels for call in each.reading):
            for effect in _READING:
                await _rule(world, call, shape.reading_trouble / len(_READING), effect)


async def end_trouble(world: World) -> dict[str, int]:
    """Let the platform be well again; gives how often each effect has struck."""
    counted: dict[str, int] = {}
    for standing in (await world.platform.get("/faults")).json():
        kind = standing["rule"]["effect"]["kind"]
        counted[kind] = counted.get(kind, 0) + standing["struck"]
    (await world.platform.delete("/faults")).raise_for_status()
    return counted


def _once(given: Iterable[T]) -> list[T]:
    """Give each once; channels of one platform share their calls."""
    return list(dict.fromkeys(given))


async def _rule(
    world: World, call: Call, share: float, effect: Effect, most: int | None = None
) -> None:
    method, path = call
    rule: dict[str, Any] = {"method": method, "path": path, "share": share, "effect": effect}
    if most is not None:
        rule["count"] = most
    (await world.platform.post("/faults", json=rule)).raise_for_status()
