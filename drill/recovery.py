"""How long it took until something was public again, after each harm."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from drill.entries import Entries, Entry
from drill.harm import Struck
from drill.record import Record
from drill.world import REPLICAS
from schemas.codes import Code
from schemas.deliveries import DeliveryAttempted, DeliveryUncertain, DeliveryWaiting

_SOON = timedelta(seconds=60)


def recoveries(
    struck: Sequence[Struck],
    record: Record,
    entries: Entries,
    lease: timedelta,
    finding: Collection[str],
) -> dict[str, dict[str, Any]]:
    """Give the times, in seconds, for each kind of harm, where the publisher can find out."""
    shown = sorted(line.at for line in record.published())
    replicas = [blow for blow in struck if blow.target in REPLICAS]
    killed = sorted(blow.at for blow in replicas if not blow.frozen)
    held = _held(entries, killed, lease, finding)
    others: dict[str, list[timedelta | None]] = {
        "publisher killed, the next publication of all": [
            _next_after(shown, at) for at in killed if at not in held
        ],
        "publisher killed while it held a claim, that delivery": [*held.values()],
        "broker killed, the next publication after it is back": [
            _next_after(shown, blow.back_at) for blow in struck if blow.target == "broker"
        ],
    }
    return {name: _quantiles([each for each in found if each]) for name, found in others.items()}


def _held(
    entries: Entries, killed: Sequence[datetime], lease: timedelta, finding: Collection[str]
) -> dict[datetime, timedelta]:
    """Find the claims that died with their owner, and when their deliveries came to an end."""
    held: dict[datetime, timedelta] = {}
    for (channel, _), told in entries.of.items():
        if channel not in finding:
            # Where only a person can find out, it takes as long as a person takes.
            continue
        for claim, after in pairwise(told):
            kill = _kill_of(claim, after, killed, lease)
            end = next((each for each in told if each.fact.proof), None)
            if kill is not None and end is not None and end.sequence > claim.sequence:
                held[kill] = max(held.get(kill, timedelta(0)), end.stored_at - kill)
    return held


def _kill_of(
    claim: Entry, after: Entry, killed: Sequence[datetime], lease: timedelta
) -> datetime | None:
    silent = isinstance(after.fact, DeliveryUncertain | DeliveryWaiting)
    if not (isinstance(claim.fact, DeliveryAttempted) and silent):
        return None
    if getattr(after.fact, "code", None) is not Code.SENDER_SILENT:
        return None
    place = bisect_right(killed, claim.stored_at)
    if place < len(killed) and killed[place] - claim.stored_at <= lease:
        return killed[place]
    return None


def _next_after(shown: Sequence[datetime], at: datetime) -> timedelta | None:
    place = bisect_right(shown, at)
    if place == len(shown) or shown[place] - at > _SOON:
        return None
    return shown[place] - at


def _quantiles(found: Sequence[timedelta]) -> dict[str, Any]:
    seconds = sorted(each.total_seconds() for each in found)
    if not seconds:
        return {"n": 0}
    return {
        "n": len(seconds),
        "p50_s": round(median(seconds), 2),
        "max_s": round(seconds[-1], 2),
    }
