"""What the public writes beneath our posts. The words are personal data and are kept apart."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.envelope import Digest, Fact, Instant, Name


class CommentFact(Fact):
    """What is known of a comment without saying who wrote what."""

    address: ClassVar = "metrics.comment.{channel}.{post}.{comment}"
    identity: ClassVar = ("occurred_at",)

    channel: Name
    post: UUID = Field(description="ours, beneath which it stands")
    comment: UUID = Field(description="made of the channel's own id")
    external_id: str
    parent: str = Field(
        default="", description="the channel's id of the comment that it answers; empty: our post"
    )
    beneath: str = Field(description="the channel's id of our post")
    url: str = Field(default="", description="where people read it; empty: the channel has none")
    written_at: Instant
    digest: Digest = Field(description="of the writer and the words")


class CommentReceived(CommentFact):
    """Somebody has written beneath a post of ours."""

    type: Literal["comment.received.v1"] = "comment.received.v1"


class CommentEdited(CommentFact):
    """The words have been changed since."""

    type: Literal["comment.edited.v1"] = "comment.edited.v1"


class CommentRemoved(CommentFact):
    """It no longer stands there for readers."""

    type: Literal["comment.removed.v1"] = "comment.removed.v1"


class CommentWords(Fact):
    """Who wrote what, in a stream of its own, from which it can be erased."""

    address: ClassVar = "personal.metrics.comment.{channel}.{post}.{comment}"
    identity: ClassVar = ("digest", "occurred_at")
    type: Literal["comment.worded.v1"] = "comment.worded.v1"

    channel: Name
    post: UUID
    comment: UUID
    digest: Digest = Field(description="of the writer and the words")
    author: str = Field(description="as the channel shows them; empty: it does not say")
    text: str
