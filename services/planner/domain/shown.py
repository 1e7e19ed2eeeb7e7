"""What is known of a post, and how a variant can go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from schemas.decisions import Choice
from schemas.deliveries import DeliveryFact, Proof
from schemas.insights import InsightCollected, WitnessFact
from schemas.posts import PostFact
from services.planner.domain.moderation import Moderation
from services.planner.domain.refusals import Problem
from services.planner.domain.standing import Order


class Step(StrEnum):
    """What happens next, by itself or by a person."""

    SUBMIT = "submit"
    APPROVE = "approve"
    HAND_OVER = "hand_over"
    WAIT = "wait"
    SEND = "send"
    TRY_AGAIN = "try_again"
    LOOK_UP = "look_up"
    FIND_OUT = "find_out"
    DECIDE = "decide"
    CARRY_OUT = "carry_out"
    CORRECT = "correct"
    TAKE_BACK = "take_back"
    CHANGE = "change"
    KEPT = "kept"
    GONE = "gone"
    WITNESS = "witness"
    SENT = "sent"
    MEASURE = "measure"
    LOOK = "look"
    MEND = "mend"
    ASK = "ask"
    NEW_TIME = "new_time"
    REVIVE = "revive"


@dataclass(frozen=True, slots=True)
class Entry:
    """The newest entry of the ledger about one variant."""

    fact: DeliveryFact
    sequence: int
    since: datetime
    """Since when it has been in doubt without a break; else when it was told."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person has decided about the ledger's entry `on`."""

    on: int
    choice: Choice
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the board has drawn of one post."""

    post: PostFact
    sequence: int
    deliveries: Mapping[str, Entry] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    witnesses: Mapping[str, WitnessFact] = field(default_factory=dict)
    insights: Mapping[str, tuple[InsightCollected, ...]] = field(default_factory=dict)
    moderations: Mapping[str, Moderation] = field(default_factory=dict)
    """What was asked last of the post as it stands there: pin it, or let it go."""
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
    needs_person: bool = False
    """Nothing more happens by itself, or nobody can see it."""
    proof: Proof | None = None
    """What strangers see of it now."""
    witness: WitnessFact | None = None
    entry: int | None = None
    """The sequence of the ledger's entry, which a decision names."""
    choices: tuple[Choice, ...] = ()
    """What a person can decide now."""
    decision: Decision | None = None
    """What somebody has decided about this entry; the publisher is about to carry it out."""
