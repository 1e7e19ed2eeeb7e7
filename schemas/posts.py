"""A post at the planner's desk, and the orders that approval makes of it."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.envelope import Digest, Fact, Instant, Name, Part


class Picture(Part):
    """An image in the media store, with words for those who cannot see it."""

    digest: Digest
    media_type: Literal["image/jpeg", "image/png", "image/webp"]
    size: int = Field(gt=0, description="bytes")
    width: int = Field(gt=0, description="pixels")
    height: int = Field(gt=0, description="pixels")
    alt: str = Field(min_length=1)


class Video(Part):
    """A film in the media store, with words for those who cannot see it."""

    digest: Digest
    media_type: Literal["video/mp4"]
    size: int = Field(gt=0, description="bytes")
    width: int = Field(gt=0, description="pixels, as it is shown")
    height: int = Field(gt=0, description="pixels, as it is shown")
    seconds: float = Field(gt=0)
    description: str = Field(min_length=1)


Form = Literal["post", "story", "reel"]
"""What stays and is read, what is gone after a day, and a short film among others' films."""


class Addressee(Part):
    """The comment that a post answers, in the channel where it stands."""

    comment: UUID = Field(description="as metrics tells of it")
    external_id: str = Field(min_length=1, description="the comment's own id in the channel")
    beneath: str = Field(min_length=1, description="the channel's id of our post above it")


class Content(Part):
    """Everything that a reader of one channel will see."""

    form: Form = "post"
    text: str = Field(description="empty in a story, which shows none")
    title: str = ""
    link: str | None = None
    language: str = "sv"
    pictures: tuple[Picture, ...] = ()
    video: Video | None = None
    answers: Addressee | None = Field(
        default=None, description="the comment beneath which it stands; null: a post of its own"
    )


class Variant(Part):
    """A post as written for one channel, and when it should be public there."""

    channel: Name
    content: Content
    publish_at: Instant | Literal["on_approval"]
    zone: str = Field(description="IANA time zone in which people meant the time")


class Document(Part):
    """A post as people write it: one idea, a variant per channel."""

    title: str
    series: Name | None = None
    labels: tuple[Name, ...] = ()
    variants: tuple[Variant, ...]


class PostFact(Fact):
    """The newest fact carries the whole document, its writers and the digest of its content."""

    address: ClassVar = "planner.post.{post}"
    identity: ClassVar = ("version",)

    post: UUID
    version: int = Field(ge=1, description="counts the facts of this post")
    by: Name = Field(description="the person who did it, or `clock`")
    document: Document
    digest: Digest
    authors: tuple[Name, ...] = Field(description="who has written in it; they may not approve it")
    revision: int = Field(ge=0, description="how many times it has been approved")


class PostDrafted(PostFact):
    """Somebody began a post."""

    type: Literal["post.drafted.v1"] = "post.drafted.v1"


class PostEdited(PostFact):
    """Somebody changed a post; earlier submission and approval no longer count."""

    type: Literal["post.edited.v1"] = "post.edited.v1"


class PostSubmitted(PostFact):
    """A post waits for another person's approval."""

    type: Literal["post.submitted.v1"] = "post.submitted.v1"


class PostApproved(PostFact):
    """Another person approved exactly this content; its orders are in the same write."""

    type: Literal["post.approved.v1"] = "post.approved.v1"


class PostWithdrawn(PostFact):
    """A post shall not go out; what had not yet gone out never will."""

    type: Literal["post.withdrawn.v1"] = "post.withdrawn.v1"


class PostMissed(PostFact):
    """Nobody approved a post in time; it was not published, and a person must choose a new time."""

    type: Literal["post.missed.v1"] = "post.missed.v1"


class Approval(Part):
    """Who approved, and when."""

    person: Name
    at: Instant


class OrderFact(Fact):
    """What shall be public in one channel; the newest revision counts."""

    address: ClassVar = "planner.order.{channel}.{post}"
    identity: ClassVar[tuple[str, ...]] = ("revision",)

    channel: Name
    post: UUID
    revision: int = Field(ge=1)


class OrderApproved(OrderFact):
    """One variant is approved: the publisher makes it public at its time, once."""

    type: Literal["order.approved.v1"] = "order.approved.v1"

    content: Content
    publish_at: Instant
    fresh_until: Instant = Field(description="after this it is too late to publish without asking")
    series: Name | None = None
    labels: tuple[Name, ...] = ()
    digest: Digest = Field(description="of the content that was approved")
    approvals: tuple[Approval, ...] = Field(min_length=1)


class OrderWithdrawn(OrderFact):
    """An approved variant shall not go out."""

    identity: ClassVar = ("revision", "public")
    type: Literal["order.withdrawn.v1"] = "order.withdrawn.v1"

    by: Name
    public: Literal["keep", "retract"] = Field(
        default="keep", description="what becomes of it where it is already out"
    )


class RequestAnswered(Fact):
    """A write with this `Idempotency-Key` is carried out; the same request gets the same answer."""

    address: ClassVar = "planner.request.{key}"
    identity: ClassVar = ("digest",)
    type: Literal["request.answered.v1"] = "request.answered.v1"

    key: Digest = Field(description="of the person and the key they sent")
    digest: Digest = Field(description="of method, path and body")
    post: UUID
    version: int
    status: int = Field(description="HTTP status of the first answer")


class SessionFact(Fact):
    """A person's signed-in browser."""

    address: ClassVar = "planner.session.{session}"
    identity: ClassVar = ("person",)

    session: Digest = Field(description="of the one-time code that opened it")
    person: Name


class SessionOpened(SessionFact):
    """A one-time link was used; it opens nothing a second time."""

    type: Literal["session.opened.v1"] = "session.opened.v1"

    secret: Digest = Field(description="of what the browser's cookie holds")
    expires_at: Instant


class SessionClosed(SessionFact):
    """The person signed out."""

    type: Literal["session.closed.v1"] = "session.closed.v1"
