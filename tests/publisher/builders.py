"""Orders, ledger entries and moments for tests, with only what matters said."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.alerts import HoldActivated
from schemas.codes import Code
from schemas.decisions import Choice, DecisionMade
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryCorrected,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
    Proof,
)
from schemas.posts import Approval, Content, OrderApproved, OrderWithdrawn
from schemas.publishing import Pause
from services.kit.messages import Told
from services.publisher.domain.happenings import Heard, Order, Rang, View
from services.publisher.domain.rules import Repeat, RepeatSafety, Rules, Timing

POST = UUID("0b7b7f5e-5a43-4a0e-9f0c-3a5a4a1d2c3b")
TRACE = UUID("5c0c2b0e-98a1-4c59-8f70-2c1a57a7b0aa")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FRESH = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
LEASE = 30 * SECOND
SETTLE = 35 * SECOND
TIMING = Timing(10 * SECOND, LEASE, SETTLE)
HOUR = timedelta(hours=1)
SAFETIES = {
    Repeat.DETERMINISTIC_ID: RepeatSafety(Repeat.DETERMINISTIC_ID),
    Repeat.TWO_PHASE: RepeatSafety(Repeat.TWO_PHASE),
    Repeat.IDEMPOTENCY_KEY: RepeatSafety(Repeat.IDEMPOTENCY_KEY, HOUR),
    Repeat.LOOK_UP: RepeatSafety(Repeat.LOOK_UP),
    Repeat.NONE: RepeatSafety(Repeat.NONE, finds=False),
}
PROOF = Proof(external_id="x1", url="https://torget.example/x1", revision=1, published_at=NOON)


def rules(by: Repeat = Repeat.IDEMPOTENCY_KEY, **said: Any) -> Rules:
    common: dict[str, Any] = {
        "timing": TIMING,
        "safety": SAFETIES[by],
        "kind": "square",
        "owner": "a/1",
    }
    return Rules(**common | said)


def order(**said: Any) -> OrderApproved:
    return OrderApproved(
        **{
            "occurred_at": NOON - timedelta(days=1),
            "trace": TRACE,
            "channel": "torget",
            "post": POST,
            "revision": 1,
            "content": Content(text="Vaccinera dig mot influensan på torsdag."),
            "publish_at": NOON,
            "fresh_until": NOON + FRESH,
            "digest": "0" * 64,
            "approvals": (Approval(person="bengt", at=NOON - timedelta(days=1)),),
        }
        | said
    )


def withdrawn(revision: int = 1, **said: Any) -> OrderWithdrawn:
    return OrderWithdrawn(
        **{
            "occurred_at": NOON,
            "trace": TRACE,
            "channel": "torget",
            "post": POST,
            "revision": revision,
            "by": "anna",
        }
        | said
    )


def taken_back(revision: int = 1) -> OrderWithdrawn:
    return withdrawn(revision, public="retract")


def decision(choice: Choice, on: int = 7, **said: Any) -> DecisionMade:
    return DecisionMade(
        **{
            "occurred_at": NOON,
            "trace": TRACE,
            "channel": "torget",
            "post": POST,
            "on": on,
            "choice": choice,
            "by": "cilla",
        }
        | said
    )


def pause(scope: str = "all", name: str | None = None) -> Pause:
    return Pause.model_validate(
        {"scope": scope, "name": name, "why": "Kris", "by": "anna", "since": NOON}
    )


def hold(**said: Any) -> HoldActivated:
    """Word of the siren that normal posts are held."""
    word: dict[str, Any] = {"version": 1, "by": "astrid", "why": "2026-7: Koka vattnet"}
    return HoldActivated(**{"occurred_at": NOON, "trace": TRACE, "since": NOON} | word | said)


def view(newest: Order | None, after: timedelta = timedelta(0), **said: Any) -> View:
    """How things stand so long after noon."""
    return View(NOON + after, newest, **said)


def heard(newest: Order | None, after: timedelta = timedelta(0), **said: Any) -> Heard:
    return Heard(view(newest, after, **said))


def rang(newest: Order | None, after: timedelta = timedelta(0), **said: Any) -> Rang:
    return Rang(view(newest, after, **said))


def entry(as_: type[DeliveryFact], stored_at: Any = NOON, **said: Any) -> Told[DeliveryFact]:
    common: dict[str, Any] = {
        "occurred_at": NOON,
        "trace": TRACE,
        "channel": "torget",
        "post": POST,
        "revision": 1,
        "publish_at": NOON,
        "fresh_until": NOON + FRESH,
        "opening": "Vaccinera dig mot",
    }
    return Told(as_(**common | said), sequence=7, stored_at=stored_at)


def scheduled(**said: Any) -> Told[DeliveryFact]:
    return entry(DeliveryScheduled, **said)


def attempted(stored_at: datetime = NOON, **said: Any) -> Told[DeliveryFact]:
    tried: dict[str, Any] = {"attempt": 1, "first_attempt_at": NOON, "owner": "a/1", "lease": LEASE}
    return entry(DeliveryAttempted, stored_at, **tried | said)


def waiting(**said: Any) -> Told[DeliveryFact]:
    tried: dict[str, Any] = {"attempt": 1, "first_attempt_at": NOON, "code": Code.CHANNEL_THROTTLED}
    return entry(DeliveryWaiting, **tried | {"until": NOON + 60 * SECOND} | said)


def uncertain(**said: Any) -> Told[DeliveryFact]:
    tried: dict[str, Any] = {"attempt": 1, "first_attempt_at": NOON, "code": Code.ANSWER_LOST}
    return entry(DeliveryUncertain, **tried | {"until": NOON + SETTLE} | said)


def held(**said: Any) -> Told[DeliveryFact]:
    return entry(DeliveryHeld, **{"code": Code.PUBLISHING_PAUSED} | said)


_PUBLIC: dict[str, Any] = {"kind": "square", "external_id": PROOF.external_id, "url": PROOF.url}


def published(**said: Any) -> Told[DeliveryFact]:
    shown = _PUBLIC | {"proof": PROOF, "published_at": NOON, "known_by": "answer"}
    return entry(DeliveryPublished, **shown | said)


def corrected(revision: int = 2, **said: Any) -> Told[DeliveryFact]:
    proof = PROOF.model_copy(update={"revision": revision})
    shown = _PUBLIC | {"proof": proof, "corrected_at": NOON, "aim": "correct"}
    return entry(DeliveryCorrected, **shown | {"revision": revision} | said)


def retracted(**said: Any) -> Told[DeliveryFact]:
    return entry(DeliveryRetracted, **_PUBLIC | {"retracted_at": NOON, "aim": "retract"} | said)


def failed(**said: Any) -> Told[DeliveryFact]:
    return entry(DeliveryFailed, **{"code": Code.CHANNEL_REFUSED} | said)


def expired(**said: Any) -> Told[DeliveryFact]:
    return entry(DeliveryExpired, **said)


def cancelled(**said: Any) -> Told[DeliveryFact]:
    return entry(DeliveryCancelled, **said)
