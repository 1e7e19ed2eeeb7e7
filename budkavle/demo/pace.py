"""Maps the times of a week onto the coming minute."""

from collections.abc import Sequence
from itertools import pairwise

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def minute_of_week(day: str, time: str) -> int:
    """Count the minutes from Monday 00:00; `time` is like 18:30."""
    hours, minutes = time.split(":")
    return (DAYS.index(day) * 24 + int(hours)) * 60 + int(minutes)


def spread(moments: Sequence[float], span: float, least: float = 1.0) -> list[float]:
    """Give each moment its second within `span`: same order, gaps in proportion, none too small.

    Gaps that would be under `least` get exactly that, and the others share what is left. When
    even that does not fit, all gaps are `least` and the span grows.
    """
    order = sorted(range(len(moments)), key=lambda place: moments[place])
    gaps = [moments[after] - moments[before] for before, after in pairwise(order)]
    scaled = _share(gaps, span, least)
    seconds = [0.0] * len(moments)
    clock = 0.0
    for place, gap in zip(order, [0.0, *scaled], strict=False):
        clock += gap
        seconds[place] = clock
    return seconds


def _share(gaps: Sequence[float], span: float, least: float) -> list[float]:
    if not gaps or least * len(gaps) >= span:
        return [least] * len(gaps)
    if not any(gaps):
        return [span / len(gaps)] * len(gaps)
    tight: set[int] = set()
    while True:
        total = sum(gap for place, gap in enumerate(gaps) if place not in tight)
        scale = (span - least * len(tight)) / total
        squeezed = {
            place for place, gap in enumerate(gaps) if place not in tight and gap * scale < least
        }
        if not squeezed:
            return [least if place in tight else gap * scale for place, gap in enumerate(gaps)]
        tight |= squeezed
