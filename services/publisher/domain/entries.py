"""Makes a delivery's next entry: its state is carried over, and changed where it is said."""

from datetime import datetime
from typing import Any, TypeVar

from schemas.deliveries import (
    Aim,
    DeliveryCancelled,
    DeliveryCorrected,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryScheduled,
    Proof,
)
from schemas.posts import OrderApproved
from services.kit.messages import Told
from services.kit.texts import opening, words_digest
from services.publisher.domain.answers import Published
from services.publisher.domain.happenings import Order, State
from services.publisher.domain.rules import Rules

F = TypeVar("F", bound=DeliveryFact)

_CARRIED = frozenset(DeliveryFact.model_fields) - {"type", "occurred_at", "follows"}

FINAL = (
    DeliveryPublished,
    DeliveryCorrected,
    DeliveryRetracted,
    DeliveryFailed,
    DeliveryExpired,
    DeliveryCancelled,
)
"""What stands until a person or a new order moves it."""


def following(to: type[F], state: Told[DeliveryFact], now: datetime, **said: Any) -> F:
    """Make the entry after this one."""
    past = state.fact
    carried = {name: getattr(past, name) for name in _CARRIED}
    return to(**carried | {"occurred_at": now, "follows": state.sequence} | said)


def begun(order: Order, aim: Aim, state: State, now: datetime) -> DeliveryScheduled:
    """Make the first entry of an order; what is public already is remembered."""
    past = state.fact if state else None
    common: dict[str, Any] = {
        "occurred_at": now,
        "trace": order.trace,
        "channel": order.channel,
        "post": order.post,
        "revision": order.revision,
        "aim": aim,
        "proof": past.proof if past else None,
        # What may stand there a second time does so after it was changed or taken away, too.
        "repeats": past.repeats if past and past.proof else 0,
        "follows": state.sequence if state else 0,
    }
    if isinstance(order, OrderApproved):
        return DeliveryScheduled(
            **common,
            publish_at=order.publish_at,
            fresh_until=order.fresh_until,
            opening=opening(order.content.text),
            words=words_digest(order.content.text),
            answers=order.content.answers,
        )
    same = {name: getattr(past, name) for name in ("opening", "words", "answers")} if past else {}
    return DeliveryScheduled(**common | same, publish_at=now)


def done(
    rules: Rules,
    state: Told[DeliveryFact],
    order: Order | None,
    proof: Published,
    now: datetime,
    known_by: str = "answer",
) -> DeliveryFact:
    """Make the fact that what was aimed at is done; `order` is what was sent, if it is known."""
    past = state.fact
    told: dict[str, Any] = {"kind": rules.kind, "external_id": proof.external_id, "url": proof.url}
    if past.aim == "retract":
        return following(DeliveryRetracted, state, now, proof=None, retracted_at=now, **told)
    if isinstance(order, OrderApproved) and order.revision == past.revision:
        told |= {
            "content": order.content if rules.keeps_content else None,
            "series": order.series,
            "labels": order.labels,
        }
    first = past.proof.published_at if past.proof else now
    shown = Proof(
        external_id=proof.external_id,
        url=proof.url,
        revision=past.revision,
        published_at=first,
    )
    if past.aim == "correct":
        return following(DeliveryCorrected, state, now, proof=shown, corrected_at=now, **told)
    if proof.flaw:
        told |= {"code": proof.flaw.code, "parameters": proof.flaw.parameters}
    return following(
        DeliveryPublished, state, now, proof=shown, published_at=now, known_by=known_by, **told
    )
