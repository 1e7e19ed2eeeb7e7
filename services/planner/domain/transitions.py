"""The life of a post: what a person may do with it, and the facts that come of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFact,
    DeliveryPublished,
    DeliveryUncertain,
)
from schemas.posts import (
    Approval,
    Document,
    OrderApproved,
    OrderFact,
    OrderWithdrawn,
    PostApproved,
    PostDrafted,
    PostEdited,
    PostFact,
    PostMissed,
    PostSubmitted,
    PostWithdrawn,
)
from services.planner.domain import times
from services.planner.domain.checks import content_digest, earliest
from services.planner.domain.people import Person
from services.planner.domain.refusals import refused

CLOCK = "clock"


class State(StrEnum):
    """Where a post stands before its deliveries take over."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Next:
    """What is now true of a post, and the orders that are told in the same write."""

    post: PostFact
    orders: tuple[OrderFact, ...] = ()


def state_of(post: PostFact) -> State:
    """Read the state from the newest fact."""
    match post:
        case PostSubmitted():
            return State.SUBMITTED
        case PostApproved():
            return State.APPROVED
        case PostWithdrawn():
            return State.WITHDRAWN
        case PostMissed():
            return State.MISSED
        case _:
            return State.DRAFT


def draft(document: Document, post: UUID, person: Person, now: datetime) -> Next:
    """Begin a post."""
    return Next(
        PostDrafted(
            occurred_at=now,
            trace=uuid5(post, "trace"),
            post=post,
            version=1,
            by=person.id,
            document=document,
            digest=content_digest(document),
            authors=(person.id,),
            revision=0,
        )
    )


def edit(newest: PostFact, document: Document, person: Person, now: datetime) -> Next:
    """Change a post in any state; submission and approval no longer count."""
    authors = newest.authors if person.id in newest.authors else (*newest.authors, person.id)
    return Next(
        PostEdited(
            **_following(newest, person.id, now)
            | {"document": document, "digest": content_digest(document), "authors": authors}
        ),
        _withdrawals(newest, person.id, now),
    )


def submit(newest: PostFact, person: Person, now: datetime) -> Next:
    """Ask for another person's approval."""
    if state_of(newest) is State.MISSED:
        raise _missed(newest)
    _must_be(newest, State.DRAFT)
    return Next(PostSubmitted(**_following(newest, person.id, now)))


def approve(newest: PostFact, person: Person, now: datetime, freshness: timedelta) -> Next:
    """Say yes to exactly this content: every variant becomes an order."""
    if state_of(newest) is State.MISSED:
        raise _missed(newest)
    _must_be(newest, State.SUBMITTED)
    if person.id in newest.authors or person.id == newest.by:
        raise refused(Code.OWN_APPROVAL)
    first = earliest(newest.document)
    if first is not None and first[0] <= now:
        raise _missed(newest)
    revision = newest.revision + 1
    following = _following(newest, person.id, now) | {"revision": revision}
    return Next(PostApproved(**following), tuple(_orders(newest, person, now, freshness, revision)))


def withdraw(
    newest: PostFact, person: Person, now: datetime, deliveries: Sequence[DeliveryFact] = ()
) -> Next:
    """Decide that what is not yet public of a post shall not go out."""
    if state_of(newest) is State.WITHDRAWN:
        raise refused(Code.WRONG_STATE, state=State.WITHDRAWN.value, wanted=State.APPROVED.value)
    public = {each.channel for each in deliveries if isinstance(each, DeliveryPublished)}
    orders = _withdrawals(newest, person.id, now)
    stopped = tuple(order for order in orders if order.channel not in public)
    if orders and not stopped:
        raise refused(Code.ALREADY_PUBLIC, channel=orders[0].channel)
    return Next(PostWithdrawn(**_following(newest, person.id, now)), stopped)


def miss(newest: PostFact, now: datetime) -> Next:
    """Write down that a submitted post was not approved in time."""
    return Next(PostMissed(**_following(newest, CLOCK, now)))


def channels_of(documents: Iterable[Document]) -> list[str]:
    """List the channels of some documents, each once."""
    return list(dict.fromkeys(v.channel for document in documents for v in document.variants))


def refuse_public(deliveries: Sequence[DeliveryFact]) -> None:
    """Refuse what comes too late: a variant that is public, or may be in a moment."""
    for delivery in deliveries:
        if isinstance(delivery, DeliveryAttempted | DeliveryUncertain | DeliveryPublished):
            raise refused(Code.ALREADY_PUBLIC, channel=delivery.channel)


def _following(newest: PostFact, by: str, now: datetime) -> dict[str, Any]:
    return {
        "occurred_at": now,
        "trace": newest.trace,
        "post": newest.post,
        "version": newest.version + 1,
        "by": by,
        "document": newest.document,
        "digest": newest.digest,
        "authors": newest.authors,
        "revision": newest.revision,
    }


def _orders(
    newest: PostFact, person: Person, now: datetime, freshness: timedelta, revision: int
) -> Iterable[OrderApproved]:
    document = newest.document
    for variant in document.variants:
        publish_at = variant.publish_at if isinstance(variant.publish_at, datetime) else now
        yield OrderApproved(
            occurred_at=now,
            trace=newest.trace,
            channel=variant.channel,
            post=newest.post,
            revision=revision,
            content=variant.content,
            publish_at=publish_at,
            fresh_until=publish_at + freshness,
            series=document.series,
            labels=document.labels,
            digest=newest.digest,
            approvals=(Approval(person=person.id, at=now),),
        )


def _withdrawals(newest: PostFact, by: str, now: datetime) -> tuple[OrderWithdrawn, ...]:
    if state_of(newest) is not State.APPROVED:
        return ()
    return tuple(
        OrderWithdrawn(
            occurred_at=now,
            trace=newest.trace,
            channel=variant.channel,
            post=newest.post,
            revision=newest.revision,
            by=by,
        )
        for variant in newest.document.variants
    )


def _must_be(newest: PostFact, wanted: State) -> None:
    state = state_of(newest)
    if state is not wanted:
        raise refused(Code.WRONG_STATE, state=state.value, wanted=wanted.value)


def _missed(newest: PostFact) -> Exception:
    first = earliest(newest.document)
    return refused(Code.POST_MISSED, time=times.local(*first) if first else "–")
