"""What metrics, people and the publisher tell of comments, for tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from schemas.codes import Code
from schemas.comments import (
    CommentEdited,
    CommentFact,
    CommentReceived,
    CommentRemoved,
    CommentWords,
)
from schemas.moderation import (
    Action,
    ModerationApplied,
    ModerationAsked,
    ModerationFact,
    ModerationFailed,
)
from tests.planner.samples import NOW, POST

COMMENT = UUID("5b0f1c3e-9a3d-5c57-8f0e-3f2f3f6e2a10")
DIGEST = "3f" * 32
CANARY = "Kanariefågel i väntrummet"


def comment_id(number: int) -> UUID:
    """Name one of several comments."""
    return uuid5(COMMENT, str(number))


def _common(comment: UUID, channel: str, post: UUID, at: datetime) -> dict[str, Any]:
    return {
        "occurred_at": at,
        "trace": uuid5(post, "trace"),
        "channel": channel,
        "post": post,
        "comment": comment,
        "digest": DIGEST,
    }


def _told(
    kind: type[CommentFact],
    comment: UUID,
    channel: str,
    post: UUID,
    minutes: int,
    at: datetime,
    **more: Any,
) -> Any:
    fields: dict[str, Any] = {
        "external_id": f"{comment.int % 10**6}",
        "beneath": "113524",
        "url": f"https://{channel}.example/c/{comment.int % 10**6}",
        "written_at": NOW - timedelta(minutes=minutes),
    }
    return kind(**_common(comment, channel, post, at) | fields | more)


def received(
    comment: UUID = COMMENT,
    channel: str = "mastodon",
    *,
    post: UUID = POST,
    minutes: int = 5,
    **more: Any,
) -> CommentReceived:
    """Make the word that somebody has written, so many minutes ago."""
    told: CommentReceived = _told(CommentReceived, comment, channel, post, minutes, NOW, **more)
    return told


def edited(comment: UUID = COMMENT, channel: str = "mastodon", *, post: UUID = POST) -> CommentFact:
    """Make the word that the words are others now."""
    told: CommentFact = _told(CommentEdited, comment, channel, post, 5, NOW)
    return told


def removed(
    comment: UUID = COMMENT, channel: str = "mastodon", *, post: UUID = POST, at: datetime = NOW
) -> CommentFact:
    """Make the word that readers no longer find it."""
    told: CommentFact = _told(CommentRemoved, comment, channel, post, 5, at)
    return told


def worded(
    text: str = CANARY,
    author: str = "Aina Öst",
    comment: UUID = COMMENT,
    channel: str = "mastodon",
    *,
    post: UUID = POST,
) -> CommentWords:
    """Make who wrote what."""
    return CommentWords(**_common(comment, channel, post, NOW), author=author, text=text)


def wished(
    action: Action = "hide", thing: UUID = COMMENT, channel: str = "mastodon", **more: Any
) -> ModerationAsked:
    """Make what a person wants."""
    fields: dict[str, Any] = {
        "occurred_at": NOW,
        "trace": uuid5(POST, "trace"),
        "channel": channel,
        "thing": thing,
        "action": action,
        "external_id": "113525",
        "by": "bengt",
        "why": "Personuppgifter",
    }
    return ModerationAsked(**fields | more)


def done(
    action: Action = "hide",
    thing: UUID = COMMENT,
    channel: str = "mastodon",
    *,
    on: int = 1,
    at: datetime = NOW,
) -> ModerationFact:
    """Make the word that the channel has done it."""
    return ModerationApplied(
        occurred_at=at,
        trace=uuid5(POST, "trace"),
        channel=channel,
        thing=thing,
        action=action,
        on=on,
    )


def refused(
    action: Action = "hide", thing: UUID = COMMENT, channel: str = "mastodon", *, on: int = 1
) -> ModerationFact:
    """Make the word that the channel will not."""
    return ModerationFailed(
        occurred_at=NOW,
        trace=uuid5(POST, "trace"),
        channel=channel,
        thing=thing,
        action=action,
        on=on,
        code=Code.PERMISSION_MISSING,
        parameters={"channel": channel.title()},
    )
