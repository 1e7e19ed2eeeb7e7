"""Reads the board: a stretch of time, one post, the channels, what was set aside."""

import base64
import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from schemas.channels import ChannelProbed
from schemas.codes import Code
from schemas.deliveries import DeliveryFact
from schemas.envelope import Fact
from schemas.flow import AnyFact
from schemas.insights import InsightCollected, WitnessFact
from schemas.parked import MessageParked
from schemas.posts import PostFact
from services.planner.board.drawing import UNDATED, milliseconds
from services.planner.domain.outcomes import Shown
from services.planner.domain.refusals import refused

F = TypeVar("F", bound=Fact)

_END = 2**62
_MOST_PARKED = 200


@dataclass(frozen=True, slots=True)
class Page:
    """Some posts in the order of their times, and where the next page begins."""

    posts: tuple[Shown, ...]
    cursor: str | None


class Reader:
    """Reads what the board has drawn."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def post(self, post: UUID) -> Shown | None:
        """Find one post with everything that became of it."""
        found = self._shown([str(post)])
        return found[0] if found else None

    def posts(
        self,
        start: datetime | None,
        end: datetime | None,
        now: datetime,
        cursor: str | None = None,
        most: int = 100,
    ) -> Page:
        """List posts with a time in a stretch, each once, where it first comes.

        A post that waits to go out on approval has no time yet; it belongs to now.
        """
        first = milliseconds(start) if start else 1
        last = milliseconds(end) if end else _END
        begin = _read_cursor(cursor)
        rows: list[tuple[int, str]] = []
        if first <= milliseconds(now) < last:
            rows = self._slots(UNDATED, UNDATED + 1, begin, most + 1)
        if len(rows) <= most:
            rows += self._slots(max(first, 1), last, begin, most + 1 - len(rows))
        listed = rows[:most]
        further = _cursor(listed[-1]) if len(rows) > most else None
        return Page(tuple(self._shown([post for _, post in listed])), further)

    def channels(self) -> Mapping[str, ChannelProbed]:
        """List the channels by name."""
        rows = self._file.execute("SELECT fact FROM channels ORDER BY channel")
        found = [_read(fact, ChannelProbed) for (fact,) in rows]
        return {channel.channel: channel for channel in found}

    def parked(self) -> list[MessageParked]:
        """List messages that were set aside, newest first."""
        rows = self._file.execute(
            "SELECT fact FROM parked ORDER BY stored_at DESC, parked LIMIT ?", (_MOST_PARKED,)
        )
        return [_read(fact, MessageParked) for (fact,) in rows]

    def _slots(
        self, first: int, last: int, begin: tuple[int, str], most: int
    ) -> list[tuple[int, str]]:
        return self._file.execute(
            "SELECT at, post FROM slots AS slot "
            "WHERE at >= :first AND at < :last AND (at, post) > (:at, :post) AND NOT EXISTS "
            "(SELECT 1 FROM slots WHERE post = slot.post AND at >= :first AND at < slot.at) "
            "ORDER BY at, post LIMIT :most",
            {"first": first, "last": last, "at": begin[0], "post": begin[1], "most": most},
        ).fetchall()

    def _shown(self, posts: Sequence[str]) -> list[Shown]:
        rows: dict[str, dict[str, list[tuple[Any, ...]]]] = {
            "posts": self._rows("post, sequence, fact", "posts", posts),
            "deliveries": self._rows("post, sequence, fact", "deliveries", posts),
            "witnesses": self._rows("post, sequence, fact", "witnesses", posts),
            "insights": self._rows("post, sequence, fact", "insights", posts),
        }
        return [
            _drawn({table: found[post] for table, found in rows.items()})
            for post in posts
            if rows["posts"][post]
        ]

    def _rows(
        self, columns: str, table: str, posts: Sequence[str]
    ) -> dict[str, list[tuple[Any, ...]]]:
        found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        marks = ",".join("?" * len(posts))
        for row in self._file.execute(
            f"SELECT {columns} FROM {table} WHERE post IN ({marks})",  # noqa: S608 – our own names
            list(posts),
        ):
            found[row[0]].append(row[1:])
        return found


def _drawn(rows: dict[str, list[tuple[Any, ...]]]) -> Shown:
    ((sequence, post),) = rows["posts"]
    deliveries = [_read(fact, DeliveryFact) for _, fact in rows["deliveries"]]
    witnesses = [_read(fact, WitnessFact) for _, fact in rows["witnesses"]]
    insights: dict[str, tuple[InsightCollected, ...]] = {}
    for _, fact in rows["insights"]:
        insight = _read(fact, InsightCollected)
        insights[insight.channel] = (*insights.get(insight.channel, ()), insight)
    sequences = {table: [row[0] for row in found] for table, found in rows.items()}
    return Shown(
        _read(post, PostFact),
        sequence,
        {fact.channel: fact for fact in deliveries},
        {fact.channel: fact for fact in witnesses},
        insights,
        hashlib.sha256(repr(sequences).encode()).hexdigest()[:16],
    )


def _read(text: str, kind: type[F]) -> F:
    fact = AnyFact.validate_json(text)
    if not isinstance(fact, kind):
        raise TypeError(f"{fact.type} stands where a {kind.__name__} belongs")
    return fact


def _cursor(row: tuple[int, str]) -> str:
    return base64.urlsafe_b64encode(f"{row[0]}/{row[1]}".encode()).decode()


def _read_cursor(cursor: str | None) -> tuple[int, str]:
    if cursor is None:
        return -1, ""
    try:
        at, _, post = (
            base64.b64decode(cursor, altchars=b"-_", validate=True).decode().partition("/")
        )
        if 0 <= int(at) < _END:
            return int(at), post
    except ValueError:
        pass
    raise refused(Code.BODY_UNREADABLE, where="cursor", why="it is not from a list of ours")
