"""What strangers can see of a delivery now, whatever it is at."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.deliveries import DeliveryCorrected, DeliveryFact, DeliveryPublished, Proof


@dataclass(frozen=True, slots=True)
class Publication:
    """What strangers can see of a delivery."""

    channel: str
    post: UUID
    trace: UUID
    kind: str
    external_id: str
    url: str
    revision: int
    published_at: datetime
    """When it first became public: a correction makes it no younger."""
    shown_at: datetime
    """When it came to be as it is."""
    opening: str
    series: str | None


def publication(newest: DeliveryFact, kind: str = "") -> Publication | None:
    """Say what strangers can see of a delivery; None: nothing, or not known what kind it is of.

    While a correction is on its way, is held or was refused, the delivery tells its proof alone:
    the words that stand there are not known then, and the kind has to be remembered.
    """
    match newest:
        case DeliveryPublished(published_at=at):
            return _shown(newest, at, at)
        case DeliveryCorrected(proof=Proof(published_at=first), corrected_at=at):
            return _shown(newest, first, at)
        case DeliveryFact(proof=Proof() as proof) if kind:
            return Publication(
                channel=newest.channel,
                post=newest.post,
                trace=newest.trace,
                kind=kind,
                external_id=proof.external_id,
                url=proof.url,
                revision=proof.revision,
                published_at=proof.published_at,
                shown_at=proof.published_at,
                opening="",
                series=None,
            )
        case _:
            return None


def _shown(
    fact: DeliveryPublished | DeliveryCorrected, published_at: datetime, shown_at: datetime
) -> Publication:
    return Publication(
        channel=fact.channel,
        post=fact.post,
        trace=fact.trace,
        kind=fact.kind,
        external_id=fact.external_id,
        url=fact.url,
        revision=fact.revision,
        published_at=published_at,
        shown_at=shown_at,
        opening=fact.opening,
        series=fact.series,
    )
