"""Times as people mean them, made into instants: on approval, with an offset, or local."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.codes import Code
from services.planner.domain.refusals import Problem

ON_APPROVAL: Literal["on_approval"] = "on_approval"

_SHAPE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_YEARS = range(1970, 2200)


@dataclass(frozen=True, slots=True)
class Slot:
    """When a variant should be public, and the zone in which people meant it."""

    publish_at: datetime | Literal["on_approval"]
    zone: str


def slot_from_text(text: str, zone: str) -> Slot | Problem:
    """Read `on_approval` or a time with an offset."""
    if text == ON_APPROVAL:
        return Slot(ON_APPROVAL, zone)
    moment = _read(text)
    if moment is None:
        return _unreadable(text)
    if moment.tzinfo is None:
        return Problem(Code.TIME_WITHOUT_ZONE, {"time": text})
    return _slot(moment, zone) or _unreadable(text)


def slot_from_local(local: str, zone: str, instant: str | None = None) -> Slot | Problem:
    """Read a time on the clocks of a zone.

    An `instant` beside it only says which one is meant where the local time comes twice, so an
    answer of ours can be sent back as it is, or with another local time.
    """
    zoned = _zone(zone)
    if zoned is None:
        return Problem(Code.ZONE_UNKNOWN, {"zone": zone[:60]})
    moment = _read(local)
    if moment is None or moment.year not in _YEARS:
        return _unreadable(local)
    if moment.tzinfo is None:
        found = _on_clocks(moment, zoned, local, instant)
        if isinstance(found, Problem):
            return found
        moment = found
    return _slot(moment, zone) or _unreadable(local)


def _on_clocks(
    moment: datetime, zone: ZoneInfo, local: str, instant: str | None
) -> datetime | Problem:
    """Find the one moment at which a zone's clocks show a time."""
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        return Problem(Code.TIME_SKIPPED, {"time": local, "zone": zone.key})
    if first.utcoffset() == second.utcoffset():
        return first
    meant = _read(instant) if instant else None
    for candidate in (first, second):
        if meant is not None and meant.tzinfo and meant == candidate.astimezone(UTC):
            return candidate
    return Problem(
        Code.TIME_DOUBLED,
        {"time": local, "zone": zone.key, "first": _short(first), "second": _short(second)},
    )


def local(moment: datetime, zone: str) -> str:
    """Say an instant as the clocks of a zone show it, without an offset."""
    shown = moment.astimezone(_zone(zone) or UTC).replace(tzinfo=None)
    return shown.isoformat(
        timespec="minutes" if not (shown.second or shown.microsecond) else "auto"
    )


def _read(text: str) -> datetime | None:
    if not _SHAPE.match(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _slot(moment: datetime, zone: str) -> Slot | None:
    try:
        instant = moment.astimezone(UTC)
    except OverflowError:
        return None
    return Slot(instant, zone) if instant.year in _YEARS else None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _unreadable(text: str) -> Problem:
    return Problem(Code.TIME_UNREADABLE, {"time": text[:60]})


def _short(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes" if moment.second == 0 else "auto")
