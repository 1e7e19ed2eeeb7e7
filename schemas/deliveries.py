"""An approved variant on its way to the public: each fact carries the delivery's state to date."""

from datetime import timedelta
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.codes import Code
from schemas.envelope import Digest, Fact, Instant, Name, Parameters
from schemas.posts import Content


class DeliveryFact(Fact):
    """What the publisher knows of one order; the newest fact is the ledger's entry."""

    address: ClassVar = "publisher.delivery.{channel}.{post}"
    identity: ClassVar[tuple[str, ...]] = ("revision", "attempt")

    channel: Name
    post: UUID
    revision: int = Field(ge=1, description="of the order")
    publish_at: Instant
    attempt: int = Field(default=0, ge=0, description="how many times the channel has been called")
    first_attempt_at: Instant | None = None
    opening: str = Field(default="", description="first words of the text: what a look-up seeks")
    words: Digest | None = Field(default=None, description="of the whole text: what it must find")


class DeliveryScheduled(DeliveryFact):
    """An order was taken in; a timer wakes it at its time."""

    type: Literal["delivery.scheduled.v1"] = "delivery.scheduled.v1"


class DeliveryAttempted(DeliveryFact):
    """One replica owns this attempt and may call the channel until its lease is over."""

    identity: ClassVar = ("revision", "attempt", "owner")
    type: Literal["delivery.attempted.v1"] = "delivery.attempted.v1"

    owner: str = Field(description="replica and boot id")
    lease: timedelta


class DeliveryWaiting(DeliveryFact):
    """The channel surely did not take it; it is tried again at `until`."""

    type: Literal["delivery.waiting.v1"] = "delivery.waiting.v1"

    until: Instant
    code: Code
    parameters: Parameters = {}


class DeliveryUncertain(DeliveryFact):
    """It may or may not be public. It is looked up, never blindly repeated."""

    identity: ClassVar = ("revision", "attempt", "look_ups")
    type: Literal["delivery.uncertain.v1"] = "delivery.uncertain.v1"

    code: Code
    parameters: Parameters = {}
    until: Instant = Field(description="when it is looked at again")
    look_ups: int = Field(default=0, ge=0)


class DeliveryPublished(DeliveryFact):
    """It is public. The proof is the channel's own id and address."""

    type: Literal["delivery.published.v1"] = "delivery.published.v1"

    kind: Name = Field(description="of the channel, for example `mastodon`")
    external_id: str
    url: str
    published_at: Instant
    known_by: Literal["answer", "look-up"]
    content: Content | None = Field(
        default=None, description="kept only where we are the channel: its pages are made of it"
    )
    series: Name | None = None
    labels: tuple[Name, ...] = ()


class DeliveryFailed(DeliveryFact):
    """The channel refused, and would refuse again; a person must act."""

    type: Literal["delivery.failed.v1"] = "delivery.failed.v1"

    code: Code
    parameters: Parameters = {}


class DeliveryExpired(DeliveryFact):
    """It was too late to publish it without asking; a person must choose a new time."""

    type: Literal["delivery.expired.v1"] = "delivery.expired.v1"

    fresh_until: Instant


class DeliveryCancelled(DeliveryFact):
    """It was withdrawn before it went out."""

    type: Literal["delivery.cancelled.v1"] = "delivery.cancelled.v1"
