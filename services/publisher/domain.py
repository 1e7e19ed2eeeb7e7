"""What shall happen next to a delivery. No I/O, no clock, no framework."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeGuard, TypeVar
from uuid import UUID, uuid5

from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.posts import Content, OrderApproved, OrderWithdrawn
from services.kit.messages import Told

F = TypeVar("F", bound=DeliveryFact)

_KEYS = UUID("2f8f5ad1-7a0c-4a35-8f5e-0d6f4c1a7b52")
_AGREEING_LOOK_UPS = 2
_OPENING = 60
_OPENING_AT_LEAST = 12


class Repeat(Enum):
    """What makes it harmless to send the same thing twice to a channel."""

    DETERMINISTIC_ID = "deterministic id"
    IDEMPOTENCY_KEY = "idempotency key"
    LOOK_UP = "look-up"


@dataclass(frozen=True, slots=True)
class RepeatSafety:
    """How a channel lets us find out, or makes it harmless, after a lost answer."""

    by: Repeat
    window: timedelta | None = None
    """How long the channel remembers a key; half of it is trusted."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take: answer_within < lease < settle."""

    answer_within: timedelta
    lease: timedelta
    settle: timedelta


@dataclass(frozen=True, slots=True)
class Nothing:
    """All is done, or somebody else is at it and a timer will come."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Take the order in and wait for its time."""

    order: OrderApproved


@dataclass(frozen=True, slots=True)
class Wake:
    """Come back at this moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Send:
    """Claim the next attempt, then call the channel."""

    order: OrderApproved
    attempt: int


@dataclass(frozen=True, slots=True)
class Suspect:
    """The one who claimed it fell silent: it may or may not be public."""

    until: datetime


@dataclass(frozen=True, slots=True)
class LookUp:
    """Ask the channel whether it is there."""


@dataclass(frozen=True, slots=True)
class Expire:
    """Too late to publish without asking."""

    fresh_until: datetime


@dataclass(frozen=True, slots=True)
class Cancel:
    """It was withdrawn and is surely not public."""


Step = Nothing | Schedule | Wake | Send | Suspect | LookUp | Expire | Cancel
Order = OrderApproved | OrderWithdrawn


def next_step(
    order: Order | None,
    entry: Told[DeliveryFact] | None,
    now: datetime,
    timing: Timing,
    safety: RepeatSafety,
) -> Step:
    """Decide from the newest order and the ledger's newest entry; asked twice, it says the same."""
    match entry:
        case _ if order is None:
            return Nothing()
        case None:
            return _begin(order, None)
        case Told(DeliveryAttempted() as claim, _, stored_at):
            return _guard(claim, stored_at, now, timing)
        case Told(DeliveryUncertain() as unsure):
            return _settle(order, unsure, now, safety)
        case Told(past) if order.revision > past.revision:
            return _begin(order, past)
        case Told(past):
            return Nothing() if _is_over(past) else _continue(order, past, now)


def _guard(claim: DeliveryAttempted, since: datetime, now: datetime, timing: Timing) -> Step:
    """While its owner may still be sending, nobody else moves."""
    silent_from = since + claim.lease
    return Wake(silent_from) if now < silent_from else Suspect(since + timing.settle)


def _is_over(past: DeliveryFact) -> bool:
    return isinstance(
        past, DeliveryPublished | DeliveryFailed | DeliveryExpired | DeliveryCancelled
    )


def _begin(order: Order, past: DeliveryFact | None) -> Step:
    if isinstance(past, DeliveryPublished):
        # A higher revision of a published post is a correction, not a second publication.
        return Nothing()
    if isinstance(order, OrderWithdrawn):
        return Nothing() if past is None or _is_over(past) else Cancel()
    return Schedule(order)


def _continue(order: Order, past: DeliveryFact, now: datetime) -> Step:
    if isinstance(order, OrderWithdrawn):
        return Cancel()
    due = past.until if isinstance(past, DeliveryWaiting) else order.publish_at
    if now < due and now < order.fresh_until:
        return Wake(min(due, order.fresh_until))
    if now > order.fresh_until:
        return Expire(order.fresh_until)
    return Send(order, past.attempt + 1)


def _settle(order: Order, unsure: DeliveryUncertain, now: datetime, safety: RepeatSafety) -> Step:
    if now < unsure.until:
        return Wake(unsure.until)
    wanted = isinstance(order, OrderApproved) and order.revision == unsure.revision
    absent = unsure.look_ups >= _AGREEING_LOOK_UPS
    if wanted and isinstance(order, OrderApproved) and now <= order.fresh_until:
        if absent or _harmless(unsure, now, safety):
            return Send(order, unsure.attempt + 1)
    elif absent:
        if isinstance(order, OrderApproved) and order.revision > unsure.revision:
            return Schedule(order)
        return Expire(order.fresh_until) if isinstance(order, OrderApproved) else Cancel()
    return LookUp()


def _harmless(unsure: DeliveryUncertain, now: datetime, safety: RepeatSafety) -> bool:
    if safety.by is Repeat.DETERMINISTIC_ID:
        return True
    if safety.by is Repeat.IDEMPOTENCY_KEY and safety.window and unsure.first_attempt_at:
        return now < unsure.first_attempt_at + safety.window / 2
    return False


def in_doubt(past: DeliveryFact) -> TypeGuard[DeliveryUncertain]:
    """Whether an attempt before the next one may have been applied: only proof ends the doubt."""
    return isinstance(past, DeliveryUncertain) and past.look_ups < _AGREEING_LOOK_UPS


def following(to: type[F], past: DeliveryFact, now: datetime, **said: Any) -> F:
    """Make a delivery's next fact: its state is carried over, and changed where it is said."""
    carried = past.model_dump(include=set(DeliveryFact.model_fields) - {"type"})
    return to(**carried | {"occurred_at": now} | said)


def key(channel: str, post: UUID, revision: int) -> str:
    """Give the idempotency key of a delivery: the same for every attempt."""
    return str(uuid5(_KEYS, f"{channel}/{post}/{revision}"))


def opening(content: Content) -> str:
    """Give the first words of the text, without what platforms rewrite (links, tags, mentions)."""
    text = plain(content.text)
    untouched = re.split(r"https?://|#|@", text, maxsplit=1)[0].strip()
    chosen = untouched if len(untouched) >= _OPENING_AT_LEAST else text
    if len(chosen) <= _OPENING:
        return chosen
    return chosen[: _OPENING + 1].rsplit(" ", 1)[0][:_OPENING]


def plain(text: str) -> str:
    """Give a text in one way of writing it: composed characters and single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def words_digest(text: str) -> str:
    """Name a whole text, to know it from one that begins alike."""
    return hashlib.sha256(plain(text).encode()).hexdigest()


def next_serial(entry: str, woken_by: str) -> str:
    """Name the next timer of an entry that has had one: `812` → `812-1` → `812-2`."""
    _, _, times = woken_by.partition("-") if woken_by.startswith(entry) else ("", "", "")
    return f"{entry}-{int(times or 0) + 1}"


def pause_after(attempt: int, chance: float, base: timedelta, cap: timedelta) -> timedelta:
    """Wait between tries: full jitter below a bound that doubles. `chance` is in [0, 1)."""
    bound: timedelta = min(cap, base * 2 ** min(attempt, 20))
    return chance * bound
