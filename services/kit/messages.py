"""What handlers get and what they may say back; nothing here touches the network."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from schemas.envelope import Fact

F_co = TypeVar("F_co", bound=Fact, covariant=True)


@dataclass(frozen=True, slots=True)
class Told(Generic[F_co]):
    """A fact as the broker keeps it: its place in the stream and the broker's own time."""

    fact: F_co
    sequence: int
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as a stream keeps it."""

    subject: str
    sequence: int
    stored_at: datetime
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Due:
    """A timer has come: `tokens` are what it was set with, the last one its serial."""

    tokens: tuple[str, ...]
    trace: UUID
    at: datetime
    """The broker's time when it came; never before the time that was asked for."""


class TryAgain(Exception):
    """Nothing has happened yet. Bring the message again after `delay` (at most five seconds)."""

    def __init__(self, reason: str, delay: timedelta) -> None:
        super().__init__(reason)
        self.delay = delay


class Overtaken(Exception):
    """Somebody else told the next fact of this thing first; ours is not stored."""


class BrokerAway(Exception):
    """The broker gave no certain answer in time; whether a write is stored is not known."""


class NotWhole(Exception):
    """A blob's bytes are missing or are not what its digest says."""


def instant(text: str) -> datetime:
    """Read the broker's RFC 3339 time; its nanoseconds are cut to microseconds."""
    return datetime.fromisoformat(text).astimezone(UTC)
