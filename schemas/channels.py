"""The channels that exist, what they take, and whether they are ready."""

from datetime import timedelta
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.codes import Code
from schemas.deliveries import Lane
from schemas.envelope import Fact, Instant, Name, Parameters, Part
from schemas.moderation import Action
from schemas.posts import Form

Counting = Literal["characters", "bytes_for_emoji", "weighted", "escaped"]
"""Plain characters; emoji as bytes; wide signs as two; or with the escapes a channel wants."""


class VideoLimits(Part):
    """What a channel takes of a film: H.264 in an MP4 everywhere."""

    forms: tuple[Form, ...] = Field(description="in which a film may be")
    size: int = Field(gt=0, description="bytes, at most")
    seconds_least: float = 0
    seconds_most: float = Field(gt=0)
    story_seconds_most: float = Field(default=60, gt=0, description="where there are stories")
    upright: bool = Field(default=False, description="nine wide by sixteen tall, and nothing else")
    described_in_text: bool = Field(
        default=False, description="it is described in the text, and counted with it"
    )


class Limits(Part):
    """What a channel takes. The planner checks against it when people write, not at 18:00."""

    forms: tuple[Form, ...] = ("post",)
    characters: int | None = Field(description="of text; None: no limit")
    characters_with_picture: int | None = Field(
        default=None, description="of text that stands beneath pictures; None: as many"
    )
    link_characters: int | None = Field(
        default=None, description="what any link counts as; None: its own length"
    )
    link_in_text: bool = Field(default=False, description="the link is counted with the text")
    counting: Counting = Field(default="characters", description="how a text is measured there")
    links: int | None = Field(default=None, description="different ones in a post; None: no limit")
    hashtags: int | None = Field(default=None, description="in a post; None: no limit")
    takes_title: bool = False
    pictures: int = Field(ge=0)
    pictures_least: int = Field(
        default=0, ge=0, description="fewer are refused: there is no post without"
    )
    picture_bytes: int | None = None
    alt_characters: int | None = None
    alt_in_text: bool = Field(
        default=False, description="pictures are described in the text, and counted with it"
    )
    video: VideoLimits | None = Field(default=None, description="None: no film is taken")
    answers: bool = Field(default=False, description="a post may answer a comment there")
    answer_characters: int | None = Field(
        default=None, description="of an answer to a comment; None: as many as in a post"
    )
    answer_pictures: int | None = Field(
        default=None, ge=0, description="in an answer to a comment; None: as many as in a post"
    )
    moderation: tuple[Action, ...] = Field(
        default=(), description="what can be done to comments and to posts there"
    )


class Quota(Part):
    """How many more posts of ours a channel takes, whoever or whatever made those before."""

    left: int = Field(ge=0)
    of: int = Field(ge=0)
    per: timedelta = Field(description="a post counts for so long after it was made public")


class ChannelProbed(Fact):
    """The publisher asked a channel how it is; told when the answer has changed.

    Where nothing but the quota or the end of the token has, it is told a little later.
    """

    address: ClassVar = "{teller}.channel.{channel}"
    identity: ClassVar = ("occurred_at",)
    type: Literal["channel.probed.v1"] = "channel.probed.v1"

    teller: Lane = "publisher"
    channel: Name
    kind: Name
    title: str = Field(description="what people call it")
    url: str = Field(description="where strangers find it")
    limits: Limits
    ready: bool
    code: Code | None = Field(default=None, description="why it is not ready")
    parameters: Parameters = {}
    token_ends: Instant | None = Field(
        default=None, description="when what opens the account stops working, as far as is known"
    )
    quota: Quota | None = Field(
        default=None, description="None: the channel does not count posts, or does not say"
    )


class ChannelRemoved(Fact):
    """The channel is no longer there; what was told of it remains, and nothing new goes out."""

    address: ClassVar = "{teller}.channel.{channel}"
    identity: ClassVar = ("occurred_at",)
    type: Literal["channel.removed.v1"] = "channel.removed.v1"

    teller: Lane = "publisher"
    channel: Name


class ChannelRested(Fact):
    """This channel is not called before `until`: it asked for a rest, or fails every time.

    What it asked for holds for every replica; what failed, for the one that it failed for.
    """

    address: ClassVar = "publisher.rest.{channel}"
    identity: ClassVar = ("until",)
    type: Literal["channel.rested.v1"] = "channel.rested.v1"

    channel: Name
    until: Instant
    failures: int = Field(ge=0, description="in a row; 0: the channel itself named the time")
    code: Code
    parameters: Parameters = {}


class StrangerFound(Fact):
    """A public post on our own account that no delivery accounts for; a person must look."""

    address: ClassVar = "publisher.stranger.{channel}.{stranger}"
    identity: ClassVar = ()
    type: Literal["stranger.found.v1"] = "stranger.found.v1"

    channel: Name
    stranger: UUID = Field(description="made of the channel's own id")
    external_id: str
    url: str
    posted_at: Instant
    twin: UUID | None = Field(
        default=None, description="the post of ours that says the same: it stands there twice"
    )
    code: Code
    parameters: Parameters = {}
