"""Reads the board: a stretch of time, one post, the channels, what was set aside."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.channels import ChannelProbed, ChannelRested, StrangerFound
from schemas.deliveries import DeliveryHeld
from schemas.parked import MessageParked, ParkedFact
from schemas.posts import PostFact
from schemas.publishing import PublishingFact
from services.planner.board import cursors
from services.planner.board.drawing import UNDATED
from services.planner.board.rows import COLUMNS, NAMED, read, shown
from services.planner.board.variants import milliseconds, moment
from services.planner.domain.shown import Shown
from services.planner.domain.times import ON_APPROVAL

_END, _NEVER = 2**62, -1
_MOST_PARKED = 200
_MOST_HELD = 500
_MOST_STRANGERS = 200
_MOST_UNSETTLED = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Some posts in the order of their times, and where the next page begins."""

    posts: tuple[Shown, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """A delivery that a pause has kept back, with its entry's sequence, which a decision names."""

    delivery: DeliveryHeld
    entry: int
    post: PostFact


class Reader:
    """Reads what the board has drawn."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def post(self, post: UUID) -> Shown | None:
        """Find one post with everything that became of it."""
        found = self._shown([str(post)])
        return found[0] if found else None

    def several(self, posts: Sequence[UUID]) -> Mapping[UUID, Shown]:
        """Find those of some posts that are known."""
        return {shown.post.post: shown for shown in self._shown([str(post) for post in posts])}

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
        begin = (-1, "") if cursor is None else cursors.read(cursor)
        rows: list[tuple[int, str]] = []
        listed_before = _NEVER
        if first <= milliseconds(now) < last:
            rows = self._slots(UNDATED, UNDATED + 1, begin, most + 1, _NEVER)
            listed_before = UNDATED
        if len(rows) <= most:
            rows += self._slots(max(first, 1), last, begin, most + 1 - len(rows), listed_before)
        listed = rows[:most]
        further = cursors.write(*listed[-1]) if len(rows) > most else None
        return Page(tuple(self._shown([post for _, post in listed])), further)

    def channels(self) -> Mapping[str, ChannelProbed]:
        """List the channels by name."""
        rows = self._file.execute("SELECT fact FROM channels ORDER BY channel")
        found = [read(fact, ChannelProbed) for (fact,) in rows]
        return {channel.channel: channel for channel in found}

    def approved(
        self, channel: str, between: tuple[datetime, datetime], apart: UUID
    ) -> list[datetime]:
        """List the times of what is approved for a channel, out or not, but for one post."""
        start, end = between
        rows = self._file.execute(
            "SELECT DISTINCT slot.post, variant.value ->> 'publish_at', told_at FROM slots AS slot "
            "JOIN orders ON orders.post = slot.post AND channel = :channel AND approved "
            "JOIN posts AS post ON post.post = slot.post, "
            "json_each(post.fact, '$.document.variants') AS variant "
            "WHERE at >= :start AND at < :end AND slot.post <> :apart "
            "AND variant.value ->> 'channel' = :channel "
            "AND variant.value ->> '$.content.answers' IS NULL",
            {
                "channel": channel,
                "start": milliseconds(start),
                "end": milliseconds(end),
                "apart": str(apart),
            },
        )
        times = [
            moment(told_at) if at == ON_APPROVAL else datetime.fromisoformat(at)
            for _, at, told_at in rows
        ]
        return [at for at in times if start <= at < end]

    def rests(self) -> Mapping[str, ChannelRested]:
        """Give each channel's newest rest by its name; it may be over."""
        rows = self._file.execute("SELECT fact FROM rests")
        found = [read(fact, ChannelRested) for (fact,) in rows]
        return {rest.channel: rest for rest in found}

    def strangers(self, since: datetime | None = None) -> list[StrangerFound]:
        """List posts on our accounts that did not come from here, the last found first."""
        rows = self._file.execute(
            "SELECT fact FROM strangers WHERE stored_at >= ? "
            "ORDER BY stored_at DESC, stranger LIMIT ?",
            (milliseconds(since) if since else 0, _MOST_STRANGERS),
        )
        return [read(fact, StrangerFound) for (fact,) in rows]

    def unsettled(self, unseen_since: datetime) -> list[Shown]:
        """List posts that need a person or soon may, however old; the newest trouble first.

        What a stranger cannot see stays so until somebody withdraws or corrects it, which nobody
        may want: it is listed only if that was told since `unseen_since`.
        """
        rows = self._file.execute(
            "SELECT post FROM unsettled WHERE part NOT LIKE 'witness/%' OR since >= ? "
            "GROUP BY post ORDER BY max(since) DESC, post LIMIT ?",
            (milliseconds(unseen_since), _MOST_UNSETTLED),
        )
        return self._shown([post for (post,) in rows])

    def parked(self) -> list[MessageParked]:
        """List messages that were set aside, newest first."""
        rows = self._file.execute(
            "SELECT fact FROM parked WHERE json_extract(fact, '$.type') = 'message.parked.v1' "
            "ORDER BY stored_at DESC, parked LIMIT ?",
            (_MOST_PARKED,),
        )
        return [read(fact, MessageParked) for (fact,) in rows]

    def parked_message(self, parked: UUID) -> ParkedFact | None:
        """Find one message that was set aside, be it released since."""
        row = self._file.execute(
            "SELECT fact FROM parked WHERE parked = ?", (str(parked),)
        ).fetchone()
        return read(row[0], ParkedFact) if row else None

    def publishing(self) -> PublishingFact | None:
        """Give what is paused."""
        row = self._file.execute("SELECT fact FROM publishing").fetchone()
        return read(row[0], PublishingFact) if row else None

    def held(self) -> list[Held]:
        """List what a pause has kept back and nobody has decided on, oldest first."""
        rows = self._file.execute(
            "SELECT delivery.sequence, delivery.fact, post.fact FROM deliveries AS delivery "
            "JOIN posts AS post ON post.post = delivery.post "
            "WHERE json_extract(delivery.fact, '$.type') = 'delivery.held.v1' "
            "AND NOT EXISTS (SELECT 1 FROM decisions WHERE post = delivery.post "
            "AND channel = delivery.channel AND entry = delivery.sequence) "
            "ORDER BY delivery.sequence LIMIT ?",
            (_MOST_HELD,),
        )
        return [
            Held(read(delivery, DeliveryHeld), sequence, read(post, PostFact))
            for sequence, delivery, post in rows
        ]

    def _slots(
        self, first: int, last: int, begin: tuple[int, str], most: int, listed_before: int
    ) -> list[tuple[int, str]]:
        return self._file.execute(
            "SELECT at, post FROM slots AS slot "
            "WHERE at >= :first AND at < :last AND (at, post) > (:at, :post) AND NOT EXISTS "
            "(SELECT 1 FROM slots WHERE post = slot.post AND at < slot.at "
            "AND (at >= :first OR at = :before)) ORDER BY at, post LIMIT :most",
            {
                "first": first,
                "last": last,
                "at": begin[0],
                "post": begin[1],
                "before": listed_before,
                "most": most,
            },
        ).fetchall()

    def _shown(self, posts: Sequence[str]) -> list[Shown]:
        rows = {table: self._rows(columns, table, posts) for table, columns in COLUMNS.items()}
        return [
            shown({table: found[post] for table, found in rows.items()})
            for post in posts
            if rows["posts"][post]
        ]

    def _rows(
        self, columns: str, table: str, posts: Sequence[str]
    ) -> dict[str, list[tuple[Any, ...]]]:
        found: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        marks = ",".join("?" * len(posts))
        post = NAMED.get(table, "post")
        for row in self._file.execute(
            f"SELECT {post}, {columns} FROM {table} WHERE {post} IN ({marks})",  # noqa: S608 – our own names
            list(posts),
        ):
            found[row[0]].append(row[1:])
        return found
