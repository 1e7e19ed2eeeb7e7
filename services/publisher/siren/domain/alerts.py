"""What an alert becomes by each act of an officer. Whose act it is has been proved before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeVar
from uuid import UUID

from schemas.alerts import (
    AlertCleared,
    AlertConfirmed,
    AlertCorrected,
    AlertDropped,
    AlertFact,
    AlertIssued,
    AlertReviewed,
    AlertUpdated,
    Bulletin,
    Issued,
    Later,
    Signature,
)
from schemas.codes import Code
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import digest_of

F = TypeVar("F", bound=AlertFact)
Prepared = Mapping[Later, Bulletin]

_CARRIED = frozenset(AlertFact.model_fields) - {"type", "occurred_at"}
_FOLLOWING: Mapping[str, tuple[type[AlertFact], str]] = {
    "update": (AlertUpdated, "update"),
    "correct": (AlertCorrected, "correction"),
    "clear": (AlertCleared, "all_clear"),
}
"""By the act: what it tells, and the kind of bulletin that it takes."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How a word was accepted, and when the first of it may leave."""

    way: Literal["two", "alone", "solo", "sealed"]
    at: datetime
    release_at: datetime
    envelope: str | None = None


def issue(alert: UUID, draft: Bulletin, prepared: Prepared, signed: Signature) -> AlertIssued:
    """Put a draft before the other officers. Nothing goes out of it."""
    beside = all(
        kind == later.kind and (later.reference, later.status) == (draft.reference, draft.status)
        for kind, later in prepared.items()
    )
    if draft.kind != "alert" or not beside or signed.digest != digest_of(draft, prepared):
        raise Refusal(Code.CONTENT_OTHER)
    return AlertIssued(
        occurred_at=signed.at,
        trace=alert,
        alert=alert,
        version=1,
        reference=draft.reference,
        status=draft.status,
        by=signed.officer,
        draft=draft,
        prepared=dict(prepared),
        signatures=(signed,),
    )


def confirm(fact: AlertFact, signed: Signature, accepted: Acceptance) -> AlertConfirmed:
    """Accept exactly the draft that was issued."""
    draft = _draft(fact)
    if signed.digest != digest_of(draft, fact.prepared):
        raise Refusal(Code.CONTENT_OTHER)
    writer = fact.signatures[0].officer
    if accepted.way == "two" and signed.officer == writer:
        raise Refusal(Code.OWN_CONFIRMATION)
    if accepted.at >= draft.expires:
        raise Refusal(Code.ALERT_EXPIRED, time=f"{draft.expires:%Y-%m-%d %H:%M} UTC")
    by = (writer,) if signed.officer == writer else (writer, signed.officer)
    issued = _issued(fact, draft, by, accepted)
    alone = accepted.way in {"solo", "sealed"}
    return _next(
        AlertConfirmed, fact, signed, accepted.at, draft=None, issued=(issued,), unreviewed=alone
    )


def drop(fact: AlertFact, signed: Signature, now: datetime) -> AlertDropped:
    """Give it up while nothing of it has gone out: as a draft, or while the countdown runs."""
    counting = len(fact.issued) == 1 and fact.issued[0].release_at > now
    if fact.draft is None and not counting:
        raise Refusal(Code.ALERT_OUT)
    return _next(AlertDropped, fact, signed, now, draft=None, issued=(), prepared={})


def follow(
    fact: AlertFact, bulletin: Bulletin, prepared: Prepared, signed: Signature, accepted: Acceptance
) -> AlertFact:
    """Send a newer word after what is out: changed, wrong, or over. One officer is enough."""
    tells, kind = _FOLLOWING[signed.act]
    if not fact.issued:
        raise Refusal(Code.ALERT_NOT_OUT)
    newest = fact.issued[-1].bulletin
    if newest.kind in {"correction", "all_clear"} and kind != "correction":
        raise Refusal(Code.ALERT_OVER)
    if bulletin.kind != kind or bulletin.reference != fact.reference:
        raise Refusal(Code.CONTENT_OTHER)
    if bulletin.status != fact.status or signed.digest != digest_of(bulletin, prepared):
        raise Refusal(Code.CONTENT_OTHER)
    issued = _issued(fact, bulletin, (signed.officer,), accepted)
    return _next(
        tells,
        fact,
        signed,
        accepted.at,
        issued=(*fact.issued, issued),
        prepared=dict(prepared) or fact.prepared,
    )


def review(fact: AlertFact, signed: Signature, now: datetime) -> AlertReviewed:
    """Take note that another officer has looked at what one person sent alone."""
    if not fact.unreviewed:
        raise Refusal(Code.NOTHING_TO_REVIEW)
    if signed.officer in fact.issued[0].by:
        raise Refusal(Code.OWN_CONFIRMATION)
    return _next(AlertReviewed, fact, signed, now, unreviewed=False)


def is_open(fact: AlertFact, now: datetime) -> bool:
    """Whether an alert stands: it is out, and neither over, nor wrong, nor expired."""
    if not fact.issued:
        return False
    newest = fact.issued[-1].bulletin
    return newest.kind in {"alert", "update"} and now < newest.expires


def _draft(fact: AlertFact) -> Bulletin:
    if fact.draft is None:
        raise Refusal(Code.ALERT_OUT if fact.issued else Code.ALERT_DROPPED)
    return fact.draft


def _issued(
    fact: AlertFact, bulletin: Bulletin, by: tuple[str, ...], accepted: Acceptance
) -> Issued:
    return Issued(
        number=len(fact.issued) + 1,
        bulletin=bulletin,
        accepted_at=accepted.at,
        release_at=accepted.release_at,
        by=by,
        way=accepted.way,
        envelope=accepted.envelope,
    )


def _next(to: type[F], fact: AlertFact, signed: Signature, now: datetime, **said: object) -> F:
    carried = {name: getattr(fact, name) for name in _CARRIED}
    told = {
        "occurred_at": now,
        "version": fact.version + 1,
        "by": signed.officer,
        "signatures": (*fact.signatures, signed),
    }
    return to(**carried | told | said)
