"""Pausing and resuming: what the publisher must hold back, looked up right before every call."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.envelope import Fact, Instant, Name, Part


class Pause(Part):
    """Posts of one scope do not go out while this stands."""

    scope: Literal["all", "channel", "label"]
    name: Name | None = Field(default=None, description="of the channel or label; null for all")
    why: str
    by: Name
    since: Instant


class PublishingFact(Fact):
    """One thing for the whole system, so that one look-up tells all that is paused."""

    address: ClassVar = "planner.publishing.now"
    identity: ClassVar = ("version",)

    version: int = Field(ge=1)
    by: Name
    pauses: tuple[Pause, ...] = Field(description="everything that is paused now")


class PublishingPaused(PublishingFact):
    """Somebody paused; what comes due in the scope is held until a person says otherwise."""

    type: Literal["publishing.paused.v1"] = "publishing.paused.v1"


class PublishingResumed(PublishingFact):
    """Somebody lifted a pause. What was held meanwhile still waits for a person."""

    type: Literal["publishing.resumed.v1"] = "publishing.resumed.v1"
