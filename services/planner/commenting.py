"""Shows comments to a reader, in the reader's language, with their words if they can be read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from schemas.channels import ChannelProbed
from schemas.envelope import Instant
from schemas.moderation import Action
from services.kit.languages import Language
from services.planner import wording
from services.planner.answers import ModerationAnswer
from services.planner.domain.comments import Comment
from services.planner.domain.outcomes import outcome
from services.planner.domain.shown import Shown
from services.planner.showing import moderation_answer
from services.planner.words import Read


class WordsAnswer(BaseModel):
    """Who wrote what. `erased`: nobody can read it any more; `unavailable`: not just now."""

    state: Literal["shown", "erased", "unavailable"]
    author: str
    text: str


class AnsweringAnswer(BaseModel):
    """A post of ours that answers the comment, and how it goes."""

    post: UUID
    status: str
    status_label: str
    text: str
    language: str


class CommentAnswer(BaseModel):
    """A comment as it stands."""

    id: UUID
    channel: str
    channel_title: str
    post: UUID
    post_title: str
    external_id: str
    parent: str
    """The channel's id of the comment that it answers; empty: our post."""
    url: str | None
    written_at: Instant
    state: str
    state_label: str
    words: WordsAnswer
    answers: tuple[AnsweringAnswer, ...]
    moderation: ModerationAnswer | None
    answerable: bool
    """Whether the channel takes answers."""
    actions: tuple[Action, ...]
    """What can be done to comments there."""


class CommentsAnswer(BaseModel):
    """Some comments, and the cursor of the page after them; `null`: this is the last one."""

    comments: tuple[CommentAnswer, ...]
    cursor: str | None


def comment_answers(
    comments: Sequence[Comment],
    words: Sequence[Read],
    channels: Mapping[str, ChannelProbed],
    now: datetime,
    speech: Language,
) -> tuple[CommentAnswer, ...]:
    """Show comments with the words that were looked up for them."""
    return tuple(
        _comment(comment, read, channels.get(comment.fact.channel), now, speech)
        for comment, read in zip(comments, words, strict=True)
    )


def _comment(
    comment: Comment, read: Read, channel: ChannelProbed | None, now: datetime, speech: Language
) -> CommentAnswer:
    fact, moderation = comment.fact, comment.moderation
    limits = channel.limits if channel else None
    return CommentAnswer(
        id=fact.comment,
        channel=fact.channel,
        channel_title=channel.title if channel else fact.channel,
        post=fact.post,
        post_title=comment.title,
        external_id=fact.external_id,
        parent=fact.parent,
        url=fact.url if fact.url.startswith(("https://", "http://")) else None,
        written_at=fact.written_at,
        state=comment.state.value,
        state_label=speech(wording.COMMENTS[comment.state]),
        words=WordsAnswer(state=read.state, author=read.author, text=read.text),
        answers=tuple(
            answer
            for shown in comment.answers
            for answer in _answering(comment, shown, now, speech)
        ),
        moderation=moderation_answer(moderation, speech) if moderation else None,
        answerable=bool(limits and limits.answers),
        actions=tuple(a for a in limits.moderation if a in {"hide", "unhide"}) if limits else (),
    )


def _answering(
    comment: Comment, shown: Shown, now: datetime, speech: Language
) -> list[AnsweringAnswer]:
    found = []
    for variant in shown.post.document.variants:
        answers = variant.content.answers
        if answers and (answers.comment, variant.channel) == (
            comment.fact.comment,
            comment.fact.channel,
        ):
            status = outcome(shown, variant, now).status
            found.append(
                AnsweringAnswer(
                    post=shown.post.post,
                    status=status,
                    status_label=wording.state(status, speech),
                    text=variant.content.text,
                    language=variant.content.language,
                )
            )
    return found
