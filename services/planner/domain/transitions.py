"""The life of a post: what a person may do with it, and the facts that come of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid5

from schemas.codes import Code
from schemas.posts import (
    Document,
    OrderFact,
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
from services.planner.domain.orders import approved_orders, retracting_orders, voided_orders
from services.planner.domain.people import Person
from services.planner.domain.refusals import refused
from services.planner.domain.standing import Standing, Standings, public_in, refuse_under_way

CLOCK = "clock"
NOTHING_ORDERED: Mapping[str, Standing] = MappingProxyType({})


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


def edit(
    newest: PostFact,
    document: Document,
    person: Person,
    now: datetime,
    standings: Standings = NOTHING_ORDERED,
) -> Next:
    """Change a post in any state; submission and approval no longer count.

    What is public stays public as it is until the change has been approved.
    """
    refuse_under_way(standings.values())
    authors = newest.authors if person.id in newest.authors else (*newest.authors, person.id)
    edited = PostEdited(
        **_following(newest, person.id, now)
        | {"document": document, "digest": content_digest(document), "authors": authors}
    )
    return Next(edited, tuple(voided_orders(edited, newest.document, standings)))


def submit(newest: PostFact, person: Person, now: datetime) -> Next:
    """Ask for another person's approval."""
    if state_of(newest) is State.MISSED:
        raise _missed(newest, frozenset())
    _must_be(newest, State.DRAFT)
    return Next(PostSubmitted(**_following(newest, person.id, now)))


def approve(
    newest: PostFact,
    person: Person,
    now: datetime,
    freshness: timedelta,
    standings: Standings = NOTHING_ORDERED,
) -> Next:
    """Say yes to exactly this content: variants become orders, or corrections of what is public."""
    public = public_in(standings)
    if state_of(newest) is State.MISSED:
        raise _missed(newest, public)
    _must_be(newest, State.SUBMITTED)
    if person.id in newest.authors or person.id == newest.by:
        raise refused(Code.OWN_APPROVAL)
    first = earliest(newest.document, public)
    if first is not None and first[0] <= now:
        raise _missed(newest, public)
    refuse_under_way(standings.values())
    following = _following(newest, person.id, now) | {"revision": newest.revision + 1}
    approved = PostApproved(**following)
    return Next(approved, tuple(approved_orders(approved, person, freshness, standings)))


def withdraw(
    newest: PostFact, person: Person, now: datetime, standings: Standings = NOTHING_ORDERED
) -> Next:
    """Decide that a post shall not be public: not go out, and be taken away where it is out."""
    if state_of(newest) is State.WITHDRAWN:
        raise refused(Code.WRONG_STATE, state=State.WITHDRAWN.value, wanted=State.APPROVED.value)
    withdrawn = PostWithdrawn(**_following(newest, person.id, now))
    return Next(withdrawn, tuple(retracting_orders(withdrawn, standings)))


def miss(newest: PostFact, now: datetime) -> Next:
    """Write down that a submitted post was not approved in time."""
    return Next(PostMissed(**_following(newest, CLOCK, now)))


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


def _must_be(newest: PostFact, wanted: State) -> None:
    state = state_of(newest)
    if state is not wanted:
        raise refused(Code.WRONG_STATE, state=state.value, wanted=wanted.value)


def _missed(newest: PostFact, public: frozenset[str]) -> Exception:
    first = earliest(newest.document, public)
    return refused(Code.POST_MISSED, time=times.local(*first) if first else "–")
