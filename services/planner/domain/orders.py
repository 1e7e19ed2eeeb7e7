"""The orders that come of a decision about a post: what shall be public, and what no longer."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from schemas.codes import Code
from schemas.posts import (
    Approval,
    Document,
    OrderApproved,
    OrderWithdrawn,
    PostFact,
    Variant,
)
from services.planner.domain.people import Person
from services.planner.domain.refusals import refused
from services.planner.domain.standing import NOWHERE, Standing, Standings, is_under_way


def approved_orders(
    approved: PostFact, person: Person, freshness: timedelta, standings: Standings
) -> Iterator[OrderApproved]:
    """Order every variant of a post that has just been approved.

    Where an earlier revision is public the order is a correction, due at once whatever time the
    variant says; what already reads there as approved is not ordered again.
    """
    document, now = approved.document, approved.occurred_at
    for variant in document.variants:
        standing = standings.get(variant.channel, NOWHERE)
        if _reads_so(standing, variant):
            continue
        at = variant.publish_at
        publish_at = at if isinstance(at, datetime) and not standing.proof else now
        yield OrderApproved(
            occurred_at=now,
            trace=approved.trace,
            channel=variant.channel,
            post=approved.post,
            revision=approved.revision,
            content=variant.content,
            publish_at=publish_at,
            fresh_until=publish_at + freshness,
            series=document.series,
            labels=document.labels,
            digest=approved.digest,
            approvals=(Approval(person=person.id, at=now),),
        )


def voided_orders(edited: PostFact, before: Document, standings: Standings) -> list[OrderWithdrawn]:
    """Take back what an edit makes void: whatever is ordered and not public as ordered.

    What is public stays so until the edited post is approved. A channel that is left out takes its
    order along even if it goes out in this very moment; one where the post is public already
    cannot be left out: whoever clears a text does not expect a public post to disappear.
    """
    kept = set(channels_of([edited.document]))
    voided: list[OrderWithdrawn] = []
    for channel in channels_of([before, edited.document]):
        standing = standings.get(channel, NOWHERE)
        proof = standing.proof
        if channel not in kept and proof:
            raise refused(Code.ALREADY_PUBLIC, channel=channel)
        order = standing.order
        if isinstance(order, OrderApproved) and not (proof and proof.revision >= order.revision):
            voided.append(_withdrawn(edited, channel, retract=channel not in kept))
    return voided


def retracting_orders(withdrawn: PostFact, standings: Standings) -> list[OrderWithdrawn]:
    """Take a post back in every channel: what is not out never goes out, what is out goes away."""
    return [
        _withdrawn(withdrawn, channel, retract=True)
        for channel in channels_of([withdrawn.document])
        if _has_to_go(standings.get(channel, NOWHERE))
    ]


def channels_of(documents: Iterable[Document]) -> list[str]:
    """List the channels of some documents, each once."""
    return list(dict.fromkeys(v.channel for document in documents for v in document.variants))


def _reads_so(standing: Standing, variant: Variant) -> bool:
    order, proof = standing.order, standing.proof
    return (
        isinstance(order, OrderApproved)
        and proof is not None
        and proof.revision == order.revision
        and variant.content == order.content
    )


def _has_to_go(standing: Standing) -> bool:
    match standing.order:
        case OrderApproved():
            return True
        case OrderWithdrawn(public="keep"):
            # It went out in the moment in which an edit took the order back.
            return standing.proof is not None or is_under_way(standing.delivery)
        case _:
            return False


def _withdrawn(post: PostFact, channel: str, *, retract: bool) -> OrderWithdrawn:
    return OrderWithdrawn(
        occurred_at=post.occurred_at,
        trace=post.trace,
        channel=channel,
        post=post.post,
        revision=post.revision,
        by=post.by,
        public="retract" if retract else "keep",
    )
