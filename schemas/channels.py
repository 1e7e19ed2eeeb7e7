"""The channels that exist, what they take, and whether they are ready."""

from typing import ClassVar, Literal

from pydantic import Field

from schemas.codes import Code
from schemas.envelope import Fact, Name, Parameters, Part


class Limits(Part):
    """What a channel takes. The planner checks against it when people write, not at 18:00."""

    characters: int | None = Field(description="of text; None: no limit")
    link_characters: int | None = Field(
        default=None, description="what any link counts as; None: its own length"
    )
    link_in_text: bool = Field(default=False, description="the link is counted with the text")
    takes_title: bool = False
    pictures: int = Field(ge=0)
    picture_bytes: int | None = None
    alt_characters: int | None = None


class ChannelProbed(Fact):
    """The publisher asked a channel how it is; told when the answer has changed."""

    address: ClassVar = "publisher.channel.{channel}"
    identity: ClassVar = ("occurred_at",)
    type: Literal["channel.probed.v1"] = "channel.probed.v1"

    channel: Name
    kind: Name
    title: str = Field(description="what people call it")
    url: str = Field(description="where strangers find it")
    limits: Limits
    ready: bool
    code: Code | None = Field(default=None, description="why it is not ready")
    parameters: Parameters = {}
