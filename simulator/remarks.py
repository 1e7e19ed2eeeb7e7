"""What readers were told to write, change and take away, beside what they do by themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from simulator.engagement import Comment, Response
from simulator.posts import COMMENT_ROOM, Post
from simulator.record import Entry

READERS = "readers"
"""What the record calls those who belong to no platform."""

FIRST = 16
"""The numbers before it are the audience's own."""


class NoRoom(Exception):
    """As many comments as have numbers stand beneath the post."""


@dataclass(frozen=True)
class Line:
    """One thing that stands beneath a post: a reader's comment, or an answer of ours."""

    id: str
    parent: str
    """What it answers: the post, or another line."""
    name: str
    text: str
    at: datetime
    edited_at: datetime | None = None
    answer: Post | None = None
    """The post that it is, if it is ours."""


class Remarks:
    """Changed only by entries of the record, as posts are."""

    def __init__(self) -> None:
        self._written: dict[str, list[Comment]] = {}
        self._words: dict[str, tuple[str, datetime]] = {}
        self._removed: set[str] = set()

    def apply(self, entry: Entry) -> None:
        """Let one entry of the record become true."""
        name, value = entry.id or "", entry.value or {}
        match entry.what:
            case "commented":
                comment = Comment(
                    name,
                    str(value["name"]),
                    entry.text or "",
                    entry.at,
                    parent=entry.in_reply_to_id or "",
                )
                self._written.setdefault(post_of(name), []).append(comment)
            case "comment-edited":
                self._words[name] = entry.text or "", entry.at
            case "comment-removed":
                self._removed.add(name)

    def next_id(self, post_id: str) -> str:
        """Number the next comment beneath a post."""
        number = FIRST + len(self._written.get(post_id, ()))
        if number >= COMMENT_ROOM:
            raise NoRoom
        return str(int(post_id) + number)

    def beneath(self, post: Post, response: Response) -> Response:
        """Give the response to a post, with what readers were told to do."""
        comments = (*response.comments, *self._written.get(post.id, ()))
        return replace(response, comments=tuple(self._as_it_stands(comments)))

    def _as_it_stands(self, comments: tuple[Comment, ...]) -> Iterator[Comment]:
        for comment in comments:
            if comment.id in self._removed:
                continue
            if comment.id in self._words:
                text, at = self._words[comment.id]
                yield replace(comment, text=text, edited_at=at)
            else:
                yield comment


def post_of(comment_id: str) -> str:
    """Name the post beneath which a comment with this id stands."""
    return str(int(comment_id) // COMMENT_ROOM * COMMENT_ROOM)
