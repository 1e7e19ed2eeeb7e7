"""An approved variant on its way to the public: each fact carries the delivery's state to date."""

from datetime import timedelta
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.codes import Code
from schemas.envelope import Digest, Fact, Instant, Name, Parameters, Part
from schemas.posts import Addressee, Content

Lane = Literal["publisher", "siren"]
"""Who makes public: the normal lane, or the one for emergencies."""

Aim = Literal["publish", "correct", "retract"]
"""What a delivery is at: making public, changing what is public, or taking it away."""


class Proof(Part):
    """What strangers see of a delivery: the channel's own id and address, and which revision."""

    external_id: str
    url: str
    revision: int = Field(ge=1)
    published_at: Instant


class DeliveryFact(Fact):
    """What the publisher knows of one order; the newest fact is the ledger's entry."""

    address: ClassVar = "{teller}.delivery.{channel}.{post}"
    identity: ClassVar[tuple[str, ...]] = ("revision", "attempt", "follows")

    teller: Lane = "publisher"
    channel: Name
    post: UUID
    revision: int = Field(ge=1, description="of the order")
    publish_at: Instant
    fresh_until: Instant | None = Field(
        default=None, description="after this it does not go out unasked; null: no such limit"
    )
    aim: Aim = "publish"
    attempt: int = Field(default=0, ge=0, description="how many times the channel has been called")
    first_attempt_at: Instant | None = None
    opening: str = Field(default="", description="first words of the text: what a look-up seeks")
    words: Digest | None = Field(default=None, description="of the whole text: what it must find")
    answers: Addressee | None = Field(
        default=None, description="the comment beneath which it stands; null: a post of its own"
    )
    handle: str | None = Field(
        default=None, description="the channel's own name for what is prepared and not yet public"
    )
    proof: Proof | None = Field(default=None, description="what is public now, if anything is")
    repeats: int = Field(
        default=0, ge=0, description="sent again unknowing, as declared for a crisis"
    )
    follows: int = Field(default=0, ge=0, description="sequence of the entry before; 0: the first")


class DeliveryScheduled(DeliveryFact):
    """An order was taken in; a timer wakes it at its time."""

    type: Literal["delivery.scheduled.v1"] = "delivery.scheduled.v1"


class DeliveryAttempted(DeliveryFact):
    """One replica owns this attempt and may call the channel until its lease is over."""

    identity: ClassVar = ("revision", "attempt", "follows", "owner")
    type: Literal["delivery.attempted.v1"] = "delivery.attempted.v1"

    owner: str = Field(description="replica and boot id")
    lease: timedelta
    doubt: bool = Field(default=False, description="an earlier attempt may have been applied")


class DeliveryWaiting(DeliveryFact):
    """The channel surely did not take it; it is tried again at `until`."""

    type: Literal["delivery.waiting.v1"] = "delivery.waiting.v1"

    until: Instant
    code: Code
    parameters: Parameters = {}


class DeliveryUncertain(DeliveryFact):
    """It may or may not be public. It is looked up, never blindly repeated."""

    type: Literal["delivery.uncertain.v1"] = "delivery.uncertain.v1"

    code: Code
    parameters: Parameters = {}
    until: Instant | None = Field(
        description="when it is looked at again; null: nobody but a person can find out"
    )
    look_ups: int = Field(default=0, ge=0, description="in a row that did not find it")


class DeliveryHeld(DeliveryFact):
    """Its time came while publishing was paused. It goes out only if a person says so."""

    type: Literal["delivery.held.v1"] = "delivery.held.v1"

    code: Code
    parameters: Parameters = {}


class DeliveryPublished(DeliveryFact):
    """It is public. The proof is the channel's own id and address."""

    type: Literal["delivery.published.v1"] = "delivery.published.v1"

    kind: Name = Field(description="of the channel, for example `mastodon`")
    external_id: str
    url: str
    published_at: Instant
    known_by: Literal["answer", "look-up", "person"]
    content: Content | None = Field(
        default=None, description="kept only where we are the channel: its pages are made of it"
    )
    series: Name | None = None
    labels: tuple[Name, ...] = ()
    code: Code | None = Field(default=None, description="what went less well, though it is public")
    parameters: Parameters = {}


class DeliveryCorrected(DeliveryFact):
    """What was public has been changed in its place to a newer revision."""

    type: Literal["delivery.corrected.v1"] = "delivery.corrected.v1"

    kind: Name
    external_id: str
    url: str
    corrected_at: Instant
    content: Content | None = Field(
        default=None, description="kept only where we are the channel: its pages are made of it"
    )
    series: Name | None = None
    labels: tuple[Name, ...] = ()


class DeliveryRetracted(DeliveryFact):
    """What was public has been taken away."""

    type: Literal["delivery.retracted.v1"] = "delivery.retracted.v1"

    kind: Name
    external_id: str
    url: str
    retracted_at: Instant


class DeliveryFailed(DeliveryFact):
    """The channel refused, and would refuse again; a person must act.

    With `proof`, something is still public: a correction or a retraction was refused.
    """

    type: Literal["delivery.failed.v1"] = "delivery.failed.v1"

    code: Code
    parameters: Parameters = {}


class DeliveryExpired(DeliveryFact):
    """It was too late to publish it without asking; a person must choose a new time."""

    type: Literal["delivery.expired.v1"] = "delivery.expired.v1"

    fresh_until: Instant


class DeliveryCancelled(DeliveryFact):
    """It was stopped before it went out; `code` says by what."""

    type: Literal["delivery.cancelled.v1"] = "delivery.cancelled.v1"

    code: Code = Code.ORDER_WITHDRAWN
    parameters: Parameters = {}
