"""What will be written in one drill, drawn from its seed before anything begins."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from random import Random

from drill.shapes import Shape

WORDS = re.compile(r"Övning \d+, inlägg \d+ för [a-z-]+\.")
"""The words of one post in one channel, whatever is around them."""

_FAR = 0.15
"""The share of posts that are not due yet when a copy is put back."""


class Fate(Enum):
    """What people do with a post."""

    APPROVED = "approved"
    LEFT = "left"
    """Submitted, and nobody approves it."""
    STOPPED = "stopped"
    """Approved, and withdrawn before its time."""
    RECALLED = "recalled"
    """Approved, and withdrawn while it goes out or soon after."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One post."""

    number: int
    fate: Fate
    begins: float
    """Seconds after the drill's beginning."""
    ahead: float | None
    """Seconds from its writing to its time; None: on approval."""
    texts: Mapping[str, str]
    """By channel; no other post and no other channel has the same."""
    recalled_after: float = 0.0


def plans(shape: Shape, seed: int) -> list[Plan]:
    """Draw posts until enough deliveries will be approved, spread evenly over the span."""
    chance = Random(f"plans {seed}")
    drawn: list[tuple[Fate, list[str]]] = []
    deliveries = 0
    names = tuple(shape.channels)
    while deliveries < shape.deliveries:
        fate = _fate(chance, shape.withdrawn)
        channels = chance.sample(names, chance.randint(3, len(names)))
        if fate is not Fate.LEFT:
            channels = channels[: shape.deliveries - deliveries]
            deliveries += len(channels)
        drawn.append((fate, channels))
    return [
        Plan(
            number=number,
            fate=fate,
            begins=shape.span * number / len(drawn),
            ahead=_ahead(chance, fate, shape),
            texts={name: f"Övning {seed}, inlägg {number} för {name}." for name in channels},
            recalled_after=chance.uniform(0, 2.5),
        )
        for number, (fate, channels) in enumerate(drawn)
    ]


def _fate(chance: Random, withdrawn: float) -> Fate:
    drawn = chance.random()
    if drawn < withdrawn / 2:
        return Fate.STOPPED
    if drawn < withdrawn:
        return Fate.RECALLED
    return Fate.LEFT if drawn < withdrawn + 0.03 else Fate.APPROVED


def _ahead(chance: Random, fate: Fate, shape: Shape) -> float | None:
    if fate is Fate.STOPPED:
        return chance.uniform(4, 6)
    if shape.restored and chance.random() < _FAR:
        return chance.uniform(0.8, 1.3) * shape.span
    return None if chance.random() < 0.6 else chance.uniform(2.5, 5)
