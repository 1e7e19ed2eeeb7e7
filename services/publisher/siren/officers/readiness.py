"""Whether an alert would find two officers tonight: from what is known, without asking anybody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from schemas.alerts import OfficerPaged, OfficerSignedIn
from services.publisher.siren.officers.roll import Officer

AWAY = timedelta(days=90)
"""Whoever has not signed in for so long has forgotten how."""

NEEDED = 2
"""One writes, another one confirms."""

Lack = Literal["no_way_out", "never_called", "not_taken"]
"""There is no address; no call has shown that one works; the last call was taken by none."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one officer."""

    officer: str
    name: str
    lack: Lack | None
    """Why they cannot be reached; None: they can."""
    called_at: datetime | None
    signed_in_at: datetime | None
    away: bool
    """They have not signed in for 90 days, or never."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is known of them all."""

    officers: tuple[Standing, ...]

    @property
    def reachable(self) -> int:
        """Count those who can be reached."""
        return sum(each.lack is None for each in self.officers)

    @property
    def ready(self) -> bool:
        """Whether at least two can be reached."""
        return self.reachable >= NEEDED

    @property
    def away(self) -> tuple[Standing, ...]:
        """List those who have not signed in for too long."""
        return tuple(each for each in self.officers if each.away)


def readiness(
    officers: Iterable[Officer],
    entered: Mapping[str, OfficerSignedIn],
    called: Mapping[str, OfficerPaged],
    now: datetime,
) -> Readiness:
    """Judge by each one's newest entrance and newest call."""
    return Readiness(
        tuple(_standing(each, entered.get(each.id), called.get(each.id), now) for each in officers)
    )


def _standing(
    officer: Officer, entered: OfficerSignedIn | None, called: OfficerPaged | None, now: datetime
) -> Standing:
    return Standing(
        officer=officer.id,
        name=officer.name,
        lack=_lack(officer, called),
        called_at=called.occurred_at if called else None,
        signed_in_at=entered.occurred_at if entered else None,
        away=entered is None or now - entered.occurred_at >= AWAY,
    )


def _lack(officer: Officer, called: OfficerPaged | None) -> Lack | None:
    if not officer.pages:
        return "no_way_out"
    if called is None:
        return "never_called"
    return None if called.reached else "not_taken"
