"""Draws facts onto the board, a page at a time, in one transaction with the position."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from schemas.channels import ChannelProbed
from schemas.deliveries import DeliveryFact
from schemas.envelope import Fact
from schemas.insights import InsightCollected, WitnessFact
from schemas.parked import MessageParked
from schemas.posts import PostApproved, PostFact, PostMissed, PostWithdrawn
from services.kit.boards import Position
from services.kit.messages import Told
from services.planner.board.file import TABLES
from services.planner.live import Change

UNDATED = 0
"""The slot of a post that goes out on approval and is not approved yet."""


class Board:
    """Follows the streams of planner, publisher and metrics."""

    def __init__(
        self, file: sqlite3.Connection, changed: Callable[[Sequence[Change]], None]
    ) -> None:
        self._file = file
        self._changed = changed

    def position(self, stream: str) -> Position | None:
        """Say how far a stream has been drawn."""
        row = self._file.execute(
            "SELECT created, sequence FROM positions WHERE stream = ?", (stream,)
        ).fetchone()
        return Position(*row) if row else None

    def apply(self, stream: str, page: Sequence[Told[Fact]], position: Position) -> None:
        """Draw a page of facts, in the order in which they were told."""
        with self._whole():
            changes = [change for told in page if (change := self._draw(told))]
            self._file.execute(
                "INSERT OR REPLACE INTO positions VALUES (?, ?, ?)", (stream, *position)
            )
        self._changed(changes)

    def clear(self) -> None:
        """Wipe the board; everything is drawn again."""
        with self._whole():
            for table in TABLES:
                self._file.execute(f"DELETE FROM {table}")  # noqa: S608 – our own names
        self._changed([Change("reset")])

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")

    def _draw(self, told: Told[Fact]) -> Change | None:
        match told.fact:
            case PostFact() as post:
                change = self._draw_post(post, told.sequence)
            case DeliveryFact() as delivery:
                change = self._draw_variant("deliveries", delivery, told.sequence)
            case WitnessFact() as witness:
                change = self._draw_variant("witnesses", witness, told.sequence)
            case InsightCollected() as insight:
                change = self._draw_insight(insight, told.sequence)
            case ChannelProbed() as channel:
                self._file.execute(
                    "INSERT OR REPLACE INTO channels VALUES (?, ?)",
                    (channel.channel, channel.model_dump_json()),
                )
                change = Change("channel", channel.type, None, channel.channel)
            case MessageParked() as parked:
                self._file.execute(
                    "INSERT OR REPLACE INTO parked VALUES (?, ?, ?)",
                    (str(parked.parked), milliseconds(told.stored_at), parked.model_dump_json()),
                )
                change = Change("parked", parked.type)
            case _:
                return None
        return change

    def _draw_insight(self, insight: InsightCollected, sequence: int) -> Change:
        self._file.execute(
            "INSERT OR REPLACE INTO insights VALUES (?, ?, ?, ?, ?)",
            (
                str(insight.post),
                insight.channel,
                int(insight.age.total_seconds() * 1000),
                sequence,
                insight.model_dump_json(),
            ),
        )
        return Change("post", insight.type, insight.post, insight.channel)

    def _draw_post(self, post: PostFact, sequence: int) -> Change:
        key = str(post.post)
        self._file.execute(
            "INSERT OR REPLACE INTO posts VALUES (?, ?, ?)", (key, sequence, post.model_dump_json())
        )
        self._file.execute("DELETE FROM slots WHERE post = ?", (key,))
        self._file.executemany(
            "INSERT INTO slots VALUES (?, ?)", [(at, key) for at in sorted(_slots(post))]
        )
        return Change("post", post.type, post.post)

    def _draw_variant(self, table: str, fact: DeliveryFact | WitnessFact, sequence: int) -> Change:
        self._file.execute(
            f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?, ?)",  # noqa: S608 – our own names
            (str(fact.post), fact.channel, sequence, fact.model_dump_json()),
        )
        return Change("post", fact.type, fact.post, fact.channel)


def _slots(post: PostFact) -> set[int]:
    """Say where on the board a post stands: at its times, or at the moment it was decided on."""
    times = {
        milliseconds(variant.publish_at)
        for variant in post.document.variants
        if isinstance(variant.publish_at, datetime)
    }
    on_approval = len(post.document.variants) > sum(
        isinstance(variant.publish_at, datetime) for variant in post.document.variants
    )
    if on_approval and isinstance(post, PostApproved):
        times.add(milliseconds(post.occurred_at))
    if times:
        return times
    ended = isinstance(post, PostWithdrawn | PostMissed)
    return {milliseconds(post.occurred_at) if ended else UNDATED}


def milliseconds(moment: datetime) -> int:
    """Write an instant as the board keeps it."""
    return int(moment.timestamp() * 1000)
