"""The one table of the system: which facts there are, who tells them, who hears them.

Streams, durable consumers, broker permissions, the picture in the README and the test of the
wiring all come from here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import Field, TypeAdapter

from schemas.alerts import (
    AlertCleared,
    AlertConfirmed,
    AlertCorrected,
    AlertDropped,
    AlertIssued,
    AlertReviewed,
    AlertUpdated,
    ExerciseScored,
    HoldActivated,
    HoldReleased,
    OfficerPaged,
    OfficerSignedIn,
    ProposalClosed,
    ProposalMade,
)
from schemas.channels import ChannelProbed, ChannelRemoved, ChannelRested, StrangerFound
from schemas.comments import CommentEdited, CommentReceived, CommentRemoved, CommentWords
from schemas.decisions import DecisionMade
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryCorrected,
    DeliveryExpired,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.envelope import PERSONAL, Fact, stream_of, teller_of
from schemas.insights import InsightCollected, PostUnseen, PostWitnessed
from schemas.moderation import ModerationApplied, ModerationAsked, ModerationFailed
from schemas.notices import (
    NoticeClaimed,
    NoticeRaised,
    NoticeRead,
    NoticeSent,
    NoticeSettled,
)
from schemas.parked import MessageParked, MessageReleased, ReleaseAsked
from schemas.posts import (
    OrderApproved,
    OrderWithdrawn,
    PostApproved,
    PostDrafted,
    PostEdited,
    PostMissed,
    PostSubmitted,
    PostWithdrawn,
    RequestAnswered,
    SessionClosed,
    SessionOpened,
)
from schemas.publishing import PublishingPaused, PublishingResumed

HEARERS = ("planner", "publisher", "metrics")
"""Services that are led by what others tell."""

SERVICES = (*HEARERS, "siren")
"""Everyone who tells facts. The siren hears nobody: it works when all others are dead."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One kind of thing: its facts and who has to do with them."""

    facts: tuple[type[Fact], ...]
    heard_by: tuple[str, ...] = ()
    """Services with a durable of their own: every fact reaches them, at least once."""
    per_channel: bool = False
    """One durable for each channel, so that no channel waits for another."""
    looked_up_by: tuple[str, ...] = ()
    """Other services that may ask for the newest fact of one thing."""
    boards: tuple[str, ...] = ()
    """Services whose board follows these facts."""
    teller: str = ""
    """Filled from the subject's first token; given where every service tells the same kind."""

    @property
    def told_by(self) -> str:
        """The only service that may publish here."""
        return self.teller or teller_of(self.facts[0].address)

    @property
    def personal(self) -> bool:
        """Whether these facts identify people, and are kept where they can be erased."""
        return self.pattern.startswith(f"{PERSONAL}.")

    @property
    def stream(self) -> str:
        """Where these facts are kept."""
        return stream_of(self.pattern)

    @property
    def thing(self) -> str:
        """The subject's token after the teller."""
        _, _, rest = self.pattern.partition(f"{self.told_by}.")
        return rest.split(".")[0]

    @property
    def pattern(self) -> str:
        """The subjects of all these things, with a star for each id."""
        return re.sub(r"\{[a-z]+\}", "*", self.facts[0].address.replace("{teller}", self.told_by))


_DELIVERY: tuple[type[Fact], ...] = (
    DeliveryScheduled,
    DeliveryAttempted,
    DeliveryWaiting,
    DeliveryUncertain,
    DeliveryHeld,
    DeliveryPublished,
    DeliveryCorrected,
    DeliveryRetracted,
    DeliveryFailed,
    DeliveryExpired,
    DeliveryCancelled,
)

_CHANNEL: tuple[type[Fact], ...] = (ChannelProbed, ChannelRemoved)

FLOW: tuple[Hop, ...] = (
    Hop(
        (PostDrafted, PostEdited, PostSubmitted, PostApproved, PostWithdrawn, PostMissed),
        heard_by=("planner",),
        boards=("planner",),
    ),
    Hop(
        (OrderApproved, OrderWithdrawn),
        heard_by=("publisher",),
        per_channel=True,
        looked_up_by=("publisher",),
        boards=("planner",),
    ),
    Hop((DecisionMade,), heard_by=("publisher",), per_channel=True, boards=("planner",)),
    Hop(
        (ModerationAsked,),
        heard_by=("publisher",),
        per_channel=True,
        looked_up_by=("publisher",),
        boards=("planner",),
    ),
    Hop((PublishingPaused, PublishingResumed), looked_up_by=("publisher",), boards=("planner",)),
    Hop((ReleaseAsked,), heard_by=HEARERS),
    Hop(
        (NoticeRaised, NoticeClaimed, NoticeSent, NoticeRead, NoticeSettled),
        boards=("planner",),
    ),
    Hop((RequestAnswered,)),
    Hop((SessionOpened, SessionClosed)),
    Hop(
        _DELIVERY,
        teller="publisher",
        heard_by=("metrics",),
        looked_up_by=("planner", "metrics"),
        boards=("planner", "publisher"),
    ),
    Hop(_CHANNEL, teller="publisher", boards=("planner",)),
    Hop((ChannelRested,), boards=("planner", "publisher")),
    Hop((ModerationApplied, ModerationFailed), boards=("planner",)),
    Hop((StrangerFound,), boards=("planner",)),
    Hop((PostWitnessed, PostUnseen), boards=("planner",)),
    Hop((InsightCollected,), boards=("planner",)),
    Hop((CommentReceived, CommentEdited, CommentRemoved), boards=("planner",)),
    Hop((CommentWords,), looked_up_by=("planner",)),
    *(
        Hop((MessageParked, MessageReleased), teller=service, boards=("planner",))
        for service in HEARERS
    ),
    Hop(
        (
            AlertIssued,
            AlertConfirmed,
            AlertDropped,
            AlertUpdated,
            AlertCorrected,
            AlertCleared,
            AlertReviewed,
        ),
        boards=("planner", "publisher"),
    ),
    Hop(
        (HoldActivated, HoldReleased),
        looked_up_by=("publisher", "planner"),
        boards=("planner",),
    ),
    Hop(_DELIVERY, teller="siren", boards=("planner",)),
    Hop(_CHANNEL, teller="siren", boards=("planner",)),
    Hop((OfficerSignedIn,)),
    Hop((OfficerPaged,)),
    Hop((ProposalMade, ProposalClosed), boards=("planner",)),
    Hop((ExerciseScored,), boards=("planner",)),
)


class Timers(NamedTuple):
    """A service that sets timers, and whether its dues come by channel."""

    owner: str
    per_channel: bool


TIMERS = (
    Timers("planner", per_channel=False),
    Timers("publisher", per_channel=True),
    Timers("metrics", per_channel=False),
)

MEDIA_TOLD_BY = ("planner",)
MEDIA_READ_BY = ("planner", "publisher")


class Durable(NamedTuple):
    """A consumer that the provisioner makes and one service hears through."""

    name: str
    stream: str
    pattern: str
    service: str


def durables(channels: Iterable[str]) -> Iterator[Durable]:
    """List every durable consumer that a system with these channels has."""
    names = tuple(channels)
    for hop in FLOW:
        for service in hop.heard_by:
            for channel in names if hop.per_channel else (None,):
                yield heard(service, hop, channel)
    for timers in TIMERS:
        for channel in names if timers.per_channel else (None,):
            yield dues(timers.owner, channel)


def heard(service: str, hop: Hop, channel: str | None = None) -> Durable:
    """Give the durable through which a service hears a hop, of one channel or of all."""
    name = f"{service}-{hop.told_by}-{hop.thing}"
    if channel is None:
        return Durable(name, hop.stream, hop.pattern, service)
    pattern = hop.pattern.replace("*", channel, 1)
    return Durable(f"{name}-{channel}", hop.stream, pattern, service)


def dues(owner: str, channel: str | None = None) -> Durable:
    """Give the durable through which a service hears its own due timers."""
    stream = timer_stream(owner)
    if channel is None:
        return Durable(f"{owner}-due", stream, f"due.{owner}.>", owner)
    return Durable(f"{owner}-due-{channel}", stream, f"due.{owner}.{channel}.>", owner)


def personal_streams(service: str) -> dict[str, str]:
    """Give the streams in which a service keeps what identifies people, each with its subjects."""
    kept_apart = (hop.stream for hop in FLOW if hop.personal and hop.told_by == service)
    return dict.fromkeys(kept_apart, f"{PERSONAL}.{service}.>")


def followed(service: str) -> dict[str, str]:
    """Give the streams that a service's boards follow, each with the subjects that are followed."""
    tellers = dict.fromkeys(hop.told_by for hop in FLOW if service in hop.boards)
    return {teller.upper(): f"{teller}.>" for teller in tellers}


def timer_stream(owner: str) -> str:
    """Name the stream of a service's scheduled messages."""
    return f"TIMERS_{owner.upper()}"


def hop_of(fact: type[Fact]) -> Hop:
    """Find the row of a kind of fact; a parked message has one for each service."""
    return next(hop for hop in FLOW if fact in hop.facts)


def facts_told() -> tuple[type[Fact], ...]:
    """List every kind of fact once, in the table's order."""
    return tuple(dict.fromkeys(fact for hop in FLOW for fact in hop.facts))


AnyFact: TypeAdapter[Fact] = TypeAdapter(
    Annotated[
        PostDrafted
        | PostEdited
        | PostSubmitted
        | PostApproved
        | PostWithdrawn
        | PostMissed
        | OrderApproved
        | OrderWithdrawn
        | DecisionMade
        | ModerationAsked
        | PublishingPaused
        | PublishingResumed
        | ReleaseAsked
        | NoticeRaised
        | NoticeClaimed
        | NoticeSent
        | NoticeRead
        | NoticeSettled
        | RequestAnswered
        | SessionOpened
        | SessionClosed
        | DeliveryScheduled
        | DeliveryAttempted
        | DeliveryWaiting
        | DeliveryUncertain
        | DeliveryHeld
        | DeliveryPublished
        | DeliveryCorrected
        | DeliveryRetracted
        | DeliveryFailed
        | DeliveryExpired
        | DeliveryCancelled
        | ChannelProbed
        | ChannelRemoved
        | ChannelRested
        | ModerationApplied
        | ModerationFailed
        | StrangerFound
        | PostWitnessed
        | PostUnseen
        | InsightCollected
        | CommentReceived
        | CommentEdited
        | CommentRemoved
        | CommentWords
        | MessageParked
        | MessageReleased
        | AlertIssued
        | AlertConfirmed
        | AlertDropped
        | AlertUpdated
        | AlertCorrected
        | AlertCleared
        | AlertReviewed
        | HoldActivated
        | HoldReleased
        | OfficerSignedIn
        | OfficerPaged
        | ProposalMade
        | ProposalClosed
        | ExerciseScored,
        Field(discriminator="type"),
    ]
)
"""Reads any fact by its `type`; a type that is not in the language is an error."""
