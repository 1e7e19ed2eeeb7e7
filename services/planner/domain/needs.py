"""What goes no further until a person acts, of all that is known of a post."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from schemas.deliveries import (
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryUncertain,
    DeliveryWaiting,
)
from services.planner.domain.outcomes import outcome
from services.planner.domain.shown import Outcome, Shown
from services.planner.domain.standing import Order, proof_of
from services.planner.domain.transitions import State


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a person has to see to."""

    channel: str | None
    """None: the post as a whole."""
    outcome: Outcome


def needs_of(shown: Shown, now: datetime) -> Iterator[Need]:
    """List what a post needs a person for; a post is missed once, and not once for each channel."""
    for variant in shown.post.document.variants:
        went = outcome(shown, variant, now)
        if went.needs_person:
            missed = went.status == State.MISSED
            yield Need(None if missed else variant.channel, went)
            if missed:
                return


def is_unsettled(order: Order | None, delivery: DeliveryFact | None) -> bool:
    """Whether a variant may come to need a person if nothing more is told of it.

    Said of far more than really does, and never of less: the board looks closer at these alone.
    """
    proof = proof_of(delivery)
    match delivery:
        case DeliveryUncertain() | DeliveryWaiting():
            return True
        case DeliveryFailed() | DeliveryExpired() | DeliveryHeld():
            return proof is not None or order is None or order.approved
        case None:
            return order is not None and order.approved
    if order is None:
        return False
    if order.approved:
        return delivery.revision < order.revision
    return order.retract and proof is not None and delivery.aim != "retract"
