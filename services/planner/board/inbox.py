"""Reads comments off the board: a page of them, one, and how many nobody has seen to."""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from schemas.comments import CommentFact
from services.planner.board import cursors
from services.planner.board.comments import moderation_of
from services.planner.board.reading import Reader
from services.planner.board.rows import read
from services.planner.domain.comments import Comment, CommentState, Known

MOST_COUNTED = 100
"""Nobody needs to know more exactly how many there are."""
_MOST_ANSWERS = 5
_COLUMNS = "comment, channel, post, written_at, state, sequence, fact"


@dataclass(frozen=True, slots=True)
class CommentPage:
    """Some comments, the newest first, and where the next page begins."""

    comments: tuple[Comment, ...]
    cursor: str | None


class Inbox:
    """What the public wrote beneath our posts, without who wrote what."""

    def __init__(self, file: sqlite3.Connection, posts: Reader) -> None:
        self._file = file
        self._posts = posts

    def page(
        self,
        state: CommentState | None = None,
        channel: str | None = None,
        post: UUID | None = None,
        cursor: str | None = None,
        most: int = 50,
    ) -> CommentPage:
        """List comments of a state, in a channel, beneath a post: the newest first."""
        asked: dict[str, Any] = {
            "state": state.value if state else None,
            "channel": channel,
            "post": str(post) if post else None,
        }
        wanted = {name: value for name, value in asked.items() if value is not None}
        conditions = [f"{name} = :{name}" for name in wanted]
        if cursor is not None:
            at, key = cursors.read(cursor)
            comment, _, rest = key.partition("/")
            beneath, _, place = rest.partition("/")
            wanted |= {"at": at, "before": comment, "beneath": beneath, "place": place}
            conditions.append(
                "(written_at, comment, post, channel) < (:at, :before, :beneath, :place)"
            )
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._file.execute(
            f"SELECT {_COLUMNS} FROM comments {where} "  # noqa: S608 – our own names
            "ORDER BY written_at DESC, comment DESC, post DESC, channel DESC LIMIT :most",
            wanted | {"most": most + 1},
        ).fetchall()
        listed = rows[:most]
        return CommentPage(tuple(self._comments(listed)), _further(rows, most))

    def one(self, channel: str, post: UUID, comment: UUID) -> Comment | None:
        """Find one comment."""
        rows = self._file.execute(
            f"SELECT {_COLUMNS} FROM comments "  # noqa: S608 – our own names
            "WHERE comment = ? AND channel = ? AND post = ?",
            (str(comment), channel, str(post)),
        ).fetchall()
        return next(iter(self._comments(rows)), None)

    def find(self, channel: str, comment: UUID) -> Comment | None:
        """Find a comment of which only the id is known."""
        for known in self.known([comment]).get(comment, ()):
            if known.fact.channel == channel:
                return self.one(channel, known.fact.post, comment)
        return None

    def known(self, comments: Iterable[UUID]) -> Mapping[UUID, list[Known]]:
        """Give what metrics has told of some comments, in whatever channel."""
        asked = [str(comment) for comment in comments]
        marks = ",".join("?" * len(asked))
        found: dict[UUID, list[Known]] = defaultdict(list)
        for text, state in self._file.execute(
            f"SELECT fact, state FROM comments WHERE comment IN ({marks}) ORDER BY sequence DESC",  # noqa: S608 – our own names
            asked,
        ):
            fact = read(text, CommentFact)
            found[fact.comment].append(Known(fact, CommentState(state)))
        return found

    def count(self, state: CommentState) -> int:
        """Count the comments of a state, as far as that is of interest."""
        row = self._file.execute(
            "SELECT count(*) FROM (SELECT 1 FROM comments WHERE state = ? LIMIT ?)",
            (state.value, MOST_COUNTED),
        ).fetchone()
        return int(row[0])

    def _comments(self, rows: Sequence[tuple[Any, ...]]) -> Iterable[Comment]:
        answers = {row[:2]: self._answers(*row[:2]) for row in rows}
        beneath = {UUID(row[2]) for row in rows}
        posts = self._posts.several([*beneath, *(a for found in answers.values() for a in found)])
        for comment, channel, post, _, state, sequence, text in rows:
            moderation = moderation_of(self._file, comment, channel)
            above = posts.get(UUID(post))
            answering = tuple(posts[a] for a in answers[comment, channel] if a in posts)
            seen = [
                sequence,
                moderation.sequence if moderation else 0,
                moderation.last.on if moderation and moderation.last else 0,
                *(shown.mark for shown in answering),
            ]
            yield Comment(
                read(text, CommentFact),
                CommentState(state),
                above.post.document.title if above else "",
                moderation,
                answering,
                hashlib.sha256(repr(seen).encode()).hexdigest()[:16],
            )

    def _answers(self, comment: str, channel: str) -> list[UUID]:
        rows = self._file.execute(
            "SELECT post FROM answers WHERE comment = ? AND channel = ? "
            "ORDER BY approved DESC, post LIMIT ?",
            (comment, channel, _MOST_ANSWERS),
        )
        return [UUID(post) for (post,) in rows]


def _further(rows: Sequence[tuple[Any, ...]], most: int) -> str | None:
    """Name the last one that is listed, if there are more."""
    if len(rows) <= most:
        return None
    comment, channel, post, at, *_ = rows[most - 1]
    return cursors.write(at, f"{comment}/{post}/{channel}")
