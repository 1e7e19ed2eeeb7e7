"""What people wrote beneath a post, and what is new about it. No I/O, no clock."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from schemas.comments import (
    CommentEdited,
    CommentFact,
    CommentReceived,
    CommentRemoved,
    CommentWords,
)
from services.metrics.publications import Publication

_NAMESPACE = UUID("b3f0f7c1-5d0c-4d6e-9a0b-6a1c2f7e9d42")


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment as its channel shows it."""

    external_id: str
    parent: str
    """The channel's id of the comment that it answers; empty: our post."""
    author: str
    text: str
    written_at: datetime
    url: str = ""

    @property
    def digest(self) -> str:
        """Stand for the writer and the words, and say neither."""
        return hashlib.sha256(json.dumps([self.author, self.text]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Thread:
    """What stands beneath a post for readers, without what we wrote ourselves."""

    remarks: tuple[Remark, ...]
    whole: bool
    """Whether nothing was left out or could not be read: only then is what it lacks gone."""


def comment_of(channel: str, external_id: str) -> UUID:
    """Name a comment: the same one is always named the same."""
    return uuid5(_NAMESPACE, f"{channel}/{external_id}")


def news(
    remark: Remark, published: Publication, newest: CommentFact | None, moment: datetime
) -> CommentFact | None:
    """Say what has happened to a comment that stands there; None: nothing."""
    if newest is None or newest.digest != remark.digest:
        kind = CommentReceived if newest is None else CommentEdited
    elif isinstance(newest, CommentRemoved):
        kind = CommentReceived
    else:
        return None
    return kind(
        occurred_at=moment,
        trace=published.trace,
        channel=published.channel,
        post=published.post,
        comment=comment_of(published.channel, remark.external_id),
        external_id=remark.external_id,
        parent=remark.parent,
        beneath=published.external_id,
        url=remark.url,
        written_at=remark.written_at,
        digest=remark.digest,
    )


def words(remark: Remark, fact: CommentFact) -> CommentWords:
    """Say who wrote what of a comment that is about to be told."""
    return CommentWords(
        occurred_at=fact.occurred_at,
        trace=fact.trace,
        channel=fact.channel,
        post=fact.post,
        comment=fact.comment,
        digest=fact.digest,
        author=remark.author,
        text=remark.text,
    )


def removal(newest: CommentFact, published: Publication, moment: datetime) -> CommentRemoved | None:
    """Say that a comment is gone; None: it has been told before."""
    if isinstance(newest, CommentRemoved):
        return None
    told = newest.model_dump(exclude={"type", "event_id"})
    return CommentRemoved(**told | {"occurred_at": moment, "trace": published.trace})


def missing(known: Mapping[UUID, CommentFact], channel: str, thread: Thread) -> frozenset[UUID]:
    """Name the comments that should stand in a thread and do not."""
    if not thread.whole:
        return frozenset()
    there = {comment_of(channel, remark.external_id) for remark in thread.remarks}
    standing = {name for name, fact in known.items() if not isinstance(fact, CommentRemoved)}
    return frozenset(standing - there)


def name_of(comments: Iterable[UUID]) -> str:
    """Name some comments together, short enough for a timer."""
    return hashlib.sha256(" ".join(sorted(map(str, comments))).encode()).hexdigest()[:16]
