"""Orders and ledger entries for tests, with only what matters said."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFact,
    DeliveryScheduled,
    DeliveryUncertain,
)
from schemas.posts import Approval, Content, OrderApproved, OrderWithdrawn
from services.kit.messages import Told

POST = UUID("0b7b7f5e-5a43-4a0e-9f0c-3a5a4a1d2c3b")
TRACE = UUID("5c0c2b0e-98a1-4c59-8f70-2c1a57a7b0aa")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FRESH = timedelta(minutes=15)


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


def withdrawn(revision: int = 1) -> OrderWithdrawn:
    return OrderWithdrawn(
        occurred_at=NOON,
        trace=TRACE,
        channel="torget",
        post=POST,
        revision=revision,
        by="anna",
    )


def entry(as_: type[DeliveryFact], stored_at: datetime = NOON, **said: Any) -> Told[DeliveryFact]:
    common: dict[str, Any] = {
        "occurred_at": NOON,
        "trace": TRACE,
        "channel": "torget",
        "post": POST,
        "revision": 1,
        "publish_at": NOON,
        "opening": "Vaccinera dig mot",
    }
    return Told(as_(**common | said), sequence=7, stored_at=stored_at)


def scheduled(**said: Any) -> Told[DeliveryFact]:
    return entry(DeliveryScheduled, **said)


def attempted(stored_at: datetime = NOON, **said: Any) -> Told[DeliveryFact]:
    return entry(
        DeliveryAttempted,
        stored_at,
        **{
            "attempt": 1,
            "first_attempt_at": NOON,
            "owner": "a/1",
            "lease": timedelta(seconds=30),
        }
        | said,
    )


def uncertain(**said: Any) -> Told[DeliveryFact]:
    return entry(
        DeliveryUncertain,
        NOON,
        **{
            "attempt": 1,
            "first_attempt_at": NOON,
            "code": "answer_lost",
            "until": NOON + timedelta(seconds=35),
        }
        | said,
    )
