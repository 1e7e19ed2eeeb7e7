"""What is done to a thing that stands in public: hidden, shown again, pinned, let go."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.codes import Code
from schemas.envelope import Fact, Name, Parameters

Action = Literal["hide", "unhide", "pin", "unpin"]
"""`hide` and `unhide` a comment of others; `pin` and `unpin` a post of ours. Twice is as once."""


class ModerationAsked(Fact):
    """A person wants it so; the newest word on a thing counts."""

    address: ClassVar = "planner.moderation.{channel}.{thing}"
    identity: ClassVar = ("occurred_at",)
    type: Literal["moderation.asked.v1"] = "moderation.asked.v1"

    channel: Name
    thing: UUID = Field(description="the comment or the post")
    action: Action
    external_id: str = Field(description="the channel's own id")
    beneath: str = Field(default="", description="the channel's id of the post, for a comment")
    url: str = ""
    by: Name
    why: str = Field(default="", description="an authority says why it hides what people wrote")


class ModerationFact(Fact):
    """What came of what a person asked."""

    address: ClassVar = "publisher.moderation.{channel}.{thing}"
    identity: ClassVar = ("on",)

    channel: Name
    thing: UUID
    action: Action
    on: int = Field(ge=1, description="sequence of what was asked")


class ModerationApplied(ModerationFact):
    """The channel has done it."""

    type: Literal["moderation.applied.v1"] = "moderation.applied.v1"


class ModerationFailed(ModerationFact):
    """The channel refused, or did not answer for too long; a person may ask again."""

    type: Literal["moderation.failed.v1"] = "moderation.failed.v1"

    code: Code
    parameters: Parameters = {}
