"""Alerts of the siren as clients and pages read them. Nothing here can start or end one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from schemas.alerts import AlertFact, Bulletin, HoldActivated, Info, Issued, Kind, Status
from schemas.channels import ChannelProbed
from schemas.codes import Code
from schemas.deliveries import (
    DeliveryCancelled,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.envelope import Instant
from services.kit.languages import Language
from services.planner import wording
from services.planner.answers import TroubleAnswer
from services.planner.domain.alerts import Alert, AlertState, newest_of, state_of
from services.planner.domain.outcomes import status_of
from services.planner.domain.refusals import Problem
from services.planner.domain.standing import proof_of
from services.planner.pausing import HoldAnswer, hold_answer
from services.planner.showing import trouble

KINDS: dict[Kind, str] = {
    "alert": "Alert",
    "update": "Update",
    "correction": "Correction",
    "all_clear": "All-clear",
}
"""What a bulletin is called where people see it."""

STATUSES: dict[Status, str] = {"actual": "Alert", "exercise": "Exercise", "test": "Test"}
"""What an alert is called, by whether it is meant."""

STATES = {
    AlertState.WAITING: "Waits for a second officer",
    AlertState.COUNTING: "About to go out",
    AlertState.ON: "On",
    AlertState.EXPIRED: "Its time is over",
    AlertState.CORRECTED: "Corrected",
    AlertState.CLEARED: "All clear",
    AlertState.DROPPED: "Given up – nothing went out",
}
"""What an alert's state is called where people see it."""


class BulletinAnswer(BaseModel):
    """One message of an alert that was accepted."""

    number: int
    kind: Kind
    kind_label: str
    headline: str
    accepted_at: Instant
    release_at: Instant
    by: tuple[str, ...]
    way: Literal["two", "alone", "solo", "sealed"]


class AlertDeliveryAnswer(BaseModel):
    """How far a message of an alert has come in a channel."""

    channel: str
    channel_title: str
    state: str
    state_label: str
    at: Instant
    url: str | None
    problem: TroubleAnswer | None


class AlertAnswer(BaseModel):
    """An alert, with what it says last."""

    id: UUID
    reference: str
    """Its number, as people say it."""
    status: Status
    status_label: str
    state: AlertState
    state_label: str
    changed_at: Instant
    language: str
    """Of the words below."""
    headline: str
    description: str
    instruction: str
    web: str | None
    """Where the public reads more."""
    expires: Instant | None
    unreviewed: bool
    """Whether it went out on one person's word alone, and nobody has looked at it yet."""
    bulletins: tuple[BulletinAnswer, ...]
    deliveries: tuple[AlertDeliveryAnswer, ...]
    """By channel; the newest first in each."""


class AlertsAnswer(BaseModel):
    """Whether normal posts are held, and the alerts, what was told last first."""

    hold: HoldAnswer | None
    alerts: tuple[AlertAnswer, ...]


def alerts_answer(
    hold: HoldActivated | None,
    alerts: Iterable[Alert],
    channels: Mapping[str, ChannelProbed],
    now: datetime,
    speech: Language,
) -> AlertsAnswer:
    """Show alerts in the reader's language, where they speak it."""
    return AlertsAnswer(
        hold=hold_answer(hold),
        alerts=tuple(alert_answer(each, channels, now, speech) for each in alerts),
    )


def alert_answer(
    alert: Alert, channels: Mapping[str, ChannelProbed], now: datetime, speech: Language
) -> AlertAnswer:
    """Show one alert."""
    fact, state = alert.fact, state_of(alert.fact, now)
    bulletin = newest_of(fact, now)
    info = _info(bulletin, speech)
    return AlertAnswer(
        id=fact.alert,
        reference=fact.reference,
        status=fact.status,
        status_label=speech(STATUSES[fact.status]),
        state=state,
        state_label=speech(STATES[state]),
        changed_at=fact.occurred_at,
        language=info.language if info else speech.code,
        headline=info.headline if info else "",
        description=info.description if info else "",
        instruction=info.instruction if info else "",
        web=bulletin.web if bulletin else None,
        expires=bulletin.expires if bulletin else None,
        unreviewed=fact.unreviewed,
        bulletins=tuple(_bulletin(each, speech) for each in fact.issued),
        deliveries=tuple(_delivery(each, channels, speech) for each in alert.deliveries),
    )


def on_now(alerts: Iterable[AlertFact], now: datetime, speech: Language) -> list[AlertAnswer]:
    """Choose the alerts that everybody at the desk should know of; machines' tests are not."""
    return [
        alert_answer(Alert(fact), {}, now, speech)
        for fact in alerts
        if fact.status != "test" and state_of(fact, now) is AlertState.ON
    ]


def _bulletin(issued: Issued, speech: Language) -> BulletinAnswer:
    info = _info(issued.bulletin, speech)
    return BulletinAnswer(
        number=issued.number,
        kind=issued.bulletin.kind,
        kind_label=speech(KINDS[issued.bulletin.kind]),
        headline=info.headline if info else "",
        accepted_at=issued.accepted_at,
        release_at=issued.release_at,
        by=issued.by,
        way=issued.way,
    )


def _delivery(
    delivery: DeliveryFact, channels: Mapping[str, ChannelProbed], speech: Language
) -> AlertDeliveryAnswer:
    known, proof = channels.get(delivery.channel), proof_of(delivery)
    state = status_of(delivery)
    return AlertDeliveryAnswer(
        channel=delivery.channel,
        channel_title=known.title if known else delivery.channel,
        state=state,
        state_label=wording.state(state, speech),
        at=delivery.occurred_at,
        url=proof.url or None if proof else None,
        problem=_problem(delivery, speech),
    )


def _problem(delivery: DeliveryFact, speech: Language) -> TroubleAnswer | None:
    match delivery:
        case (
            DeliveryWaiting(code=Code() as code, parameters=parameters)
            | DeliveryUncertain(code=Code() as code, parameters=parameters)
            | DeliveryFailed(code=Code() as code, parameters=parameters)
            | DeliveryCancelled(code=Code() as code, parameters=parameters)
            | DeliveryPublished(code=Code() as code, parameters=parameters)
        ):
            return trouble(Problem(code, parameters), speech)
        case _:
            return None


def _info(bulletin: Bulletin | None, speech: Language) -> Info | None:
    """Choose the words in the reader's language, or else the first."""
    if bulletin is None:
        return None
    spoken = (info for info in bulletin.infos if info.language == speech.code)
    return next(spoken, bulletin.infos[0])
