"""After a restore, what may have gone out since is uncertain, and nothing else is."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFact,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryScheduled,
    DeliveryWaiting,
    Proof,
)
from schemas.posts import Approval, Content, OrderApproved
from services.provision.doubts import _doubtful, _Newest, in_doubt

POST, TRACE = UUID(int=1), UUID(int=2)
COPIED = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOW = COPIED + timedelta(hours=3)
SIX = COPIED.replace(hour=18)
COMMON: dict[str, Any] = {
    "occurred_at": COPIED,
    "trace": TRACE,
    "channel": "newsroom",
    "post": POST,
    "revision": 1,
    "publish_at": SIX,
    "fresh_until": SIX + timedelta(minutes=15),
    "opening": "Öppet hus",
    "words": "a" * 64,
}
PROOF = Proof(external_id="7", url="http://x/7", revision=1, published_at=COPIED)


def order(revision: int = 1, text: str = "Nya tider på torsdag") -> OrderApproved:
    return OrderApproved(
        occurred_at=COPIED,
        trace=TRACE,
        channel="newsroom",
        post=POST,
        revision=revision,
        content=Content(text=text),
        publish_at=SIX,
        fresh_until=SIX + timedelta(minutes=15),
        digest="b" * 64,
        approvals=(Approval(person="bengt", at=COPIED),),
    )


def test_a_scheduled_one_may_have_gone_out_any_time_since_the_copy() -> None:
    doubt = in_doubt(DeliveryScheduled(**COMMON), order(), COPIED, NOW, 41)

    assert doubt.code is Code.RESTORED
    assert (doubt.until, doubt.look_ups, doubt.follows) == (NOW, 0, 41)
    # It can have been moved to an earlier time after the copy was made.
    assert doubt.first_attempt_at == COPIED
    assert (doubt.opening, doubt.words) == ("Öppet hus", "a" * 64)
    assert (doubt.publish_at, doubt.fresh_until) == (SIX, SIX + timedelta(minutes=15))


def test_an_attempt_keeps_what_is_known_of_it() -> None:
    first = COPIED - timedelta(minutes=5)
    past = DeliveryAttempted(
        **COMMON | {"attempt": 2, "handle": "h", "first_attempt_at": first, "publish_at": first},
        owner="one",
        lease=timedelta(seconds=30),
    )

    doubt = in_doubt(past, order(2), COPIED, NOW)

    # The first revision may be public, so it is the one that is looked for.
    assert (doubt.revision, doubt.attempt, doubt.handle) == (1, 2, "h")
    assert doubt.first_attempt_at == first


def test_an_order_that_nobody_took_in_is_looked_for_by_its_own_words() -> None:
    doubt = in_doubt(None, order(), COPIED, NOW)

    assert doubt.opening == "Nya tider på torsdag"
    assert doubt.words
    assert (doubt.aim, doubt.proof, doubt.follows) == ("publish", None, 0)
    assert doubt.fresh_until == SIX + timedelta(minutes=15)


def test_a_newer_order_is_looked_for_where_the_older_was_not_begun() -> None:
    doubt = in_doubt(DeliveryScheduled(**COMMON), order(2), COPIED, NOW)

    assert (doubt.revision, doubt.opening) == (2, "Nya tider på torsdag")


PUBLISHED: dict[str, Any] = {
    "kind": "newsroom",
    "external_id": "7",
    "url": "http://x/7",
    "published_at": COPIED,
    "known_by": "answer",
}


@pytest.mark.parametrize("proof", [None, PROOF])
def test_a_newer_order_of_what_is_public_is_a_correction(proof: Proof | None) -> None:
    past = DeliveryPublished(**COMMON | {"proof": proof, "attempt": 1}, **PUBLISHED)

    doubt = in_doubt(past, order(2), COPIED, NOW)

    assert (doubt.aim, doubt.proof, doubt.revision) == ("correct", PROOF, 2)


def test_a_newer_order_of_what_was_taken_away_is_a_publication() -> None:
    past = DeliveryRetracted(
        **COMMON, kind="newsroom", external_id="7", url="http://x/7", retracted_at=COPIED
    )

    assert in_doubt(past, order(2), COPIED, NOW).aim == "publish"


def test_a_retraction_under_way_stays_one() -> None:
    past = DeliveryWaiting(
        **COMMON | {"aim": "retract", "proof": PROOF, "attempt": 1, "fresh_until": None},
        until=NOW,
        code=Code.CHANNEL_BUSY,
    )

    doubt = in_doubt(past, None, COPIED, NOW)

    assert (doubt.aim, doubt.proof, doubt.fresh_until) == ("retract", PROOF, None)


def entry(type_: str, sequence: int = 5, **said: Any) -> _Newest:
    return _Newest(sequence, {"type": type_, "revision": 1, **said})


APPROVED = "order.approved.v1"
REST = ["published", "corrected", "retracted", "failed", "expired", "cancelled"]


@pytest.mark.parametrize("state", REST)
def test_what_had_come_to_rest_is_left_alone(state: str) -> None:
    assert not _doubtful(entry(f"delivery.{state}.v1"), entry(APPROVED), None)


@pytest.mark.parametrize("state", ["scheduled", "attempted", "waiting", "uncertain", "held", "new"])
def test_what_was_under_way_is_doubtful(state: str) -> None:
    assert _doubtful(entry(f"delivery.{state}.v1"), entry(APPROVED), None)


def test_an_order_that_was_not_carried_out_is_doubtful() -> None:
    assert _doubtful(None, entry(APPROVED), None)
    assert _doubtful(entry("delivery.published.v1"), entry(APPROVED, revision=2), None)
    assert not _doubtful(None, entry("order.withdrawn.v1"), None)


@pytest.mark.parametrize(
    ("choice", "on", "doubtful"),
    [("send", 5, True), ("absent", 5, True), ("drop", 5, False), ("send", 4, False)],
)
def test_a_persons_wish_to_send_may_have_been_carried_out(
    choice: str, on: int, *, doubtful: bool
) -> None:
    decision = _Newest(9, {"type": "decision.made.v1", "on": on, "choice": choice})

    assert _doubtful(entry("delivery.failed.v1"), entry(APPROVED), decision) is doubtful


def test_every_field_of_a_delivery_is_carried() -> None:
    past = DeliveryWaiting(
        **COMMON
        | {"attempt": 3, "first_attempt_at": COPIED, "handle": "h", "proof": PROOF, "repeats": 1},
        until=NOW,
        code=Code.CHANNEL_BUSY,
    )

    doubt = in_doubt(past, None, COPIED, NOW)

    for name in set(DeliveryFact.model_fields) - {"type", "occurred_at", "follows"}:
        assert getattr(doubt, name) == getattr(past, name), name
