"""How an alert of the siren stands, as far as it has told: the planner only looks on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.alerts import AlertDropped, AlertFact, Bulletin, Issued
from schemas.deliveries import DeliveryFact


class AlertState(StrEnum):
    """Where an alert is."""

    WAITING = "waiting"
    """One officer has signed it; nothing goes out before a second one has."""
    COUNTING = "counting"
    """It is accepted and can still be stopped."""
    ON = "on"
    EXPIRED = "expired"
    CORRECTED = "corrected"
    CLEARED = "cleared"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert, and how far each of its bulletins has come in each channel."""

    fact: AlertFact
    deliveries: tuple[DeliveryFact, ...] = ()
    """By channel, the newest first in each."""


def state_of(alert: AlertFact, now: datetime) -> AlertState:
    """Say where an alert is at a moment: what is dropped in time never was public."""
    if out := released(alert, now):
        last = out[-1].bulletin
        if last.kind == "correction":
            return AlertState.CORRECTED
        if last.kind == "all_clear":
            return AlertState.CLEARED
        return AlertState.ON if last.expires > now else AlertState.EXPIRED
    if isinstance(alert, AlertDropped):
        return AlertState.DROPPED
    return AlertState.COUNTING if alert.issued else AlertState.WAITING


def released(alert: AlertFact, now: datetime) -> tuple[Issued, ...]:
    """List what went out of an alert, oldest first."""
    until = min(alert.occurred_at, now) if isinstance(alert, AlertDropped) else now
    return tuple(issued for issued in alert.issued if issued.release_at <= until)


def newest_of(alert: AlertFact, now: datetime) -> Bulletin | None:
    """Give what an alert says last in public, or else what it is about to say."""
    if out := released(alert, now):
        return out[-1].bulletin
    return alert.issued[-1].bulletin if alert.issued else alert.draft


def may_be_on_until(alert: AlertFact) -> datetime | None:
    """Give the moment after which an alert is surely not on; None: nothing of it was accepted."""
    wanted = (issued.bulletin for issued in alert.issued)
    return max(
        (each.expires for each in wanted if each.kind in {"alert", "update"}),
        default=None,
    )
