"""How a post goes: each variant's status, what stands in the way, and what happens next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.insights import InsightCollected, PostUnseen, PostWitnessed, WitnessFact
from schemas.posts import PostApproved, PostFact, Variant
from services.planner.domain.refusals import Problem
from services.planner.domain.transitions import State, state_of


class Step(StrEnum):
    """What happens next, by itself or by a person."""

    SUBMIT = "submit"
    APPROVE = "approve"
    HAND_OVER = "hand_over"
    WAIT = "wait"
    SEND = "send"
    TRY_AGAIN = "try_again"
    LOOK_UP = "look_up"
    WITNESS = "witness"
    MEASURE = "measure"
    LOOK = "look"
    MEND = "mend"
    NEW_TIME = "new_time"
    REVIVE = "revive"


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the board has drawn of one post."""

    post: PostFact
    sequence: int
    deliveries: Mapping[str, DeliveryFact] = field(default_factory=dict)
    witnesses: Mapping[str, WitnessFact] = field(default_factory=dict)
    insights: Mapping[str, tuple[InsightCollected, ...]] = field(default_factory=dict)
    mark: str = ""
    """Changes whenever anything else here does."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one variant goes."""

    status: str
    step: Step
    out_at: datetime | None = None
    """When it goes out, or should have; None: as soon as it is approved."""
    next_at: datetime | None = None
    """When something happens by itself, if that is known."""
    problem: Problem | None = None
    published: DeliveryPublished | None = None
    witness: WitnessFact | None = None


_OPEN = DeliveryAttempted | DeliveryUncertain | DeliveryPublished
_STEPS = {
    State.DRAFT: Step.SUBMIT,
    State.SUBMITTED: Step.APPROVE,
    State.APPROVED: Step.HAND_OVER,
    State.WITHDRAWN: Step.REVIVE,
    State.MISSED: Step.NEW_TIME,
}
_DELIVERY_STEPS = {
    "scheduled": Step.WAIT,
    "attempted": Step.SEND,
    "waiting": Step.TRY_AGAIN,
    "uncertain": Step.LOOK_UP,
    "failed": Step.MEND,
    "expired": Step.NEW_TIME,
    "cancelled": Step.REVIVE,
}


def outcome(shown: Shown, variant: Variant) -> Outcome:
    """Say how a variant goes: its delivery's state if that is of the current revision."""
    post = shown.post
    delivery = shown.deliveries.get(variant.channel)
    if delivery is None or not _counts(post, delivery):
        state = state_of(post)
        out_at = variant.publish_at if isinstance(variant.publish_at, datetime) else None
        if out_at is None and isinstance(post, PostApproved):
            out_at = post.occurred_at
        return Outcome(state.value, _STEPS[state], out_at, out_at)
    return _outcome_of(delivery, shown.witnesses.get(variant.channel))


def _counts(post: PostFact, delivery: DeliveryFact) -> bool:
    """Whether a delivery says more than the post itself does.

    After an edit or a withdrawal the old revision's plans no longer count, unless the public can
    see them, or might.
    """
    if delivery.revision != post.revision:
        return False
    match state_of(post):
        case State.APPROVED:
            return True
        case State.WITHDRAWN:
            return _state(delivery) not in {"scheduled", "waiting"}
        case _:
            return isinstance(delivery, _OPEN)


def _outcome_of(delivery: DeliveryFact, witness: WitnessFact | None) -> Outcome:
    state, out_at = _state(delivery), delivery.publish_at
    match delivery:
        case DeliveryPublished():
            return _published(delivery, witness)
        case DeliveryWaiting() | DeliveryUncertain():
            problem = Problem(delivery.code, delivery.parameters)
            return Outcome(state, _DELIVERY_STEPS[state], out_at, delivery.until, problem)
        case DeliveryFailed():
            problem = Problem(delivery.code, delivery.parameters)
            return Outcome(state, _DELIVERY_STEPS[state], out_at, None, problem)
        case DeliveryExpired():
            return Outcome(state, _DELIVERY_STEPS[state], out_at)
        case _:
            return Outcome(state, _DELIVERY_STEPS[state], out_at, out_at)


def _published(delivery: DeliveryPublished, witness: WitnessFact | None) -> Outcome:
    state, out_at = _state(delivery), delivery.publish_at
    match witness:
        case PostWitnessed(revision=delivery.revision):
            return Outcome(state, Step.MEASURE, out_at, published=delivery, witness=witness)
        case PostUnseen(revision=delivery.revision) as unseen:
            problem = Problem(unseen.code, unseen.parameters)
            return Outcome(state, Step.LOOK, out_at, None, problem, delivery, unseen)
        case _:
            return Outcome(state, Step.WITNESS, out_at, published=delivery)


def _state(delivery: DeliveryFact) -> str:
    """Give the state's name: the fact's type is `delivery.<state>.v1`."""
    return delivery.type.split(".")[1]
