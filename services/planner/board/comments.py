"""Draws comments without their words: what is asked and done about them, and who answers them."""

import sqlite3
from uuid import UUID

from schemas.comments import CommentFact
from schemas.moderation import ModerationAsked, ModerationFact
from schemas.posts import PostApproved, PostFact
from services.planner.board.rows import moderation_in, read
from services.planner.board.variants import milliseconds
from services.planner.domain.comments import stands
from services.planner.domain.moderation import Moderation


class Comments:
    """Keeps how each comment stands, so that a list of some state is found without reading all."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def comment(self, fact: CommentFact, sequence: int) -> None:
        """Draw what metrics has seen."""
        self._file.execute(
            "INSERT OR REPLACE INTO comments VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                str(fact.comment),
                fact.channel,
                str(fact.post),
                max(0, milliseconds(fact.written_at)),
                "",
                sequence,
                fact.model_dump_json(),
            ),
        )
        self._settle(str(fact.comment), fact.channel)

    def asked(self, fact: ModerationAsked, sequence: int) -> UUID | None:
        """Draw what a person wants of a comment or a post; give the post."""
        self._file.execute(
            "INSERT OR REPLACE INTO asked VALUES (?, ?, ?, ?)",
            (str(fact.thing), fact.channel, sequence, fact.model_dump_json()),
        )
        return self._thing(fact)

    def moderated(self, fact: ModerationFact, sequence: int) -> UUID | None:
        """Draw what came of it; give the post."""
        self._file.execute(
            "INSERT OR REPLACE INTO moderated VALUES (?, ?, ?, ?)",
            (str(fact.thing), fact.channel, sequence, fact.model_dump_json()),
        )
        return self._thing(fact)

    def answering(self, post: PostFact) -> None:
        """Draw which comments a post answers."""
        key = str(post.post)
        touched = self._file.execute(
            "SELECT comment, channel FROM answers WHERE post = ?", (key,)
        ).fetchall()
        self._file.execute("DELETE FROM answers WHERE post = ?", (key,))
        for variant in post.document.variants:
            if variant.content.answers is None:
                continue
            comment = (str(variant.content.answers.comment), variant.channel)
            self._file.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                (*comment, key, isinstance(post, PostApproved)),
            )
            touched.append(comment)
        for comment, channel in touched:
            self._settle(comment, channel)

    def _thing(self, fact: ModerationAsked | ModerationFact) -> UUID | None:
        if fact.action in {"pin", "unpin"}:
            return fact.thing
        thing = (str(fact.thing), fact.channel)
        self._settle(*thing)
        row = self._file.execute(
            "SELECT post FROM comments WHERE comment = ? AND channel = ?", thing
        ).fetchone()
        return UUID(row[0]) if row else None

    def _settle(self, comment: str, channel: str) -> None:
        """Write down how a comment stands, beneath however many posts it is told of."""
        key = (comment, channel)
        answered = self._file.execute(
            "SELECT max(approved) FROM answers WHERE comment = ? AND channel = ?", key
        ).fetchone()[0]
        moderation = moderation_of(self._file, comment, channel)
        rows = self._file.execute(
            "SELECT post, fact FROM comments WHERE comment = ? AND channel = ?", key
        ).fetchall()
        for post, text in rows:
            state = stands(read(text, CommentFact), moderation, answered=bool(answered))
            self._file.execute(
                "UPDATE comments SET state = ? WHERE comment = ? AND channel = ? AND post = ?",
                (state.value, *key, post),
            )


def moderation_of(file: sqlite3.Connection, thing: str, channel: str) -> Moderation | None:
    """Read what was asked last of a thing, and what came of it."""
    row = file.execute(
        "SELECT asked.sequence, asked.fact, moderated.fact FROM asked "
        "LEFT JOIN moderated USING (thing, channel) WHERE thing = ? AND channel = ?",
        (thing, channel),
    ).fetchone()
    return moderation_in(*row) if row else None
