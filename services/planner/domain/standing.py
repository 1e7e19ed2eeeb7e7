"""How a post stands in one channel: what was ordered, how far that is, and what is public."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFact,
    DeliveryPublished,
    DeliveryUncertain,
    Proof,
)
from schemas.posts import OrderApproved, OrderFact, OrderWithdrawn
from services.kit.messages import Told
from services.planner.domain.refusals import refused


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest order and ledger entry of a post in a channel, as just looked up."""

    order: OrderFact | None = None
    ordered: int = 0
    """The order's sequence; 0: there is none."""
    delivery: DeliveryFact | None = None
    entry: int = 0
    """The ledger entry's sequence; 0: there is none."""

    @property
    def proof(self) -> Proof | None:
        """What strangers see there."""
        return proof_of(self.delivery)


Standings = Mapping[str, Standing]
"""By channel."""

NOWHERE = Standing()
"""Nothing was ordered yet."""


def standing_of(order: Told[OrderFact] | None, delivery: Told[DeliveryFact] | None) -> Standing:
    """Put together what was looked up."""
    return Standing(
        order.fact if order else None,
        order.sequence if order else 0,
        delivery.fact if delivery else None,
        delivery.sequence if delivery else 0,
    )


@dataclass(frozen=True, slots=True)
class Order:
    """What of an order decides how a variant shows."""

    revision: int
    approved: bool
    retract: bool
    """Withdrawn, also where it is out already."""
    told_at: datetime


def order_of(fact: OrderFact) -> Order:
    """Leave the content out."""
    return Order(
        fact.revision,
        isinstance(fact, OrderApproved),
        isinstance(fact, OrderWithdrawn) and fact.public == "retract",
        fact.occurred_at,
    )


def proof_of(delivery: DeliveryFact | None) -> Proof | None:
    """Say what strangers see now; None: nothing."""
    if isinstance(delivery, DeliveryPublished) and delivery.proof is None:
        # Told before deliveries carried their proof on.
        return Proof(
            external_id=delivery.external_id,
            url=delivery.url,
            revision=delivery.revision,
            published_at=delivery.published_at,
        )
    return delivery.proof if delivery else None


def public_in(standings: Standings) -> frozenset[str]:
    """List the channels in which strangers see the post."""
    return frozenset(channel for channel, standing in standings.items() if standing.proof)


def is_under_way(delivery: DeliveryFact | None) -> bool:
    """Whether the channel is being called, or it is not known how that went."""
    return isinstance(delivery, DeliveryAttempted | DeliveryUncertain)


def refuse_under_way(standings: Iterable[Standing]) -> None:
    """Refuse what has to wait until it is known what became of a call."""
    for standing in standings:
        if standing.delivery is not None and is_under_way(standing.delivery):
            raise refused(Code.UNDER_WAY, channel=standing.delivery.channel)
