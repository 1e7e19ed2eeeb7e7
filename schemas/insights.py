"""What an independent reader saw of a published post, and the numbers that came back."""

from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.codes import Code
from schemas.envelope import Fact, Instant, Name, Parameters, Part


class WitnessFact(Fact):
    """One look at the public post, as a stranger."""

    address: ClassVar = "metrics.witness.{channel}.{post}"
    identity: ClassVar = ("revision", "look")

    channel: Name
    post: UUID
    revision: int
    url: str
    look: int = Field(ge=1, description="which look this was")


class PostWitnessed(WitnessFact):
    """A stranger can see the post."""

    type: Literal["post.witnessed.v1"] = "post.witnessed.v1"

    after: timedelta = Field(description="since publication")


class PostUnseen(WitnessFact):
    """A stranger could not see the post; somebody should look."""

    type: Literal["post.unseen.v1"] = "post.unseen.v1"

    code: Code
    parameters: Parameters = {}
    final: bool = Field(description="no further look is planned")


class Measure(StrEnum):
    """What a number counts, across channels. Reach and shares teach more than reactions do."""

    VIEWS = "views"
    REACH = "reach"
    SHARES = "shares"
    COMMENTS = "comments"
    REACTIONS = "reactions"
    CLICKS = "clicks"
    SAVES = "saves"


class Number(Part):
    """One number with its definition. Missing is not zero."""

    name: Measure
    value: int | None = Field(description="None: the channel did not say")
    platform_metric: str = Field(description="the channel's own name for it")
    api_version: str
    valid_from: date | None = None
    valid_to: date | None = None


class InsightCollected(Fact):
    """How a post had carried at a certain age."""

    address: ClassVar = "metrics.insight.{channel}.{post}"
    identity: ClassVar = ("revision", "age")
    type: Literal["insight.collected.v1"] = "insight.collected.v1"

    channel: Name
    post: UUID
    revision: int
    age: timedelta = Field(description="the set age at which it was read")
    observed_at: Instant
    numbers: tuple[Number, ...]
    series: Name | None = None
