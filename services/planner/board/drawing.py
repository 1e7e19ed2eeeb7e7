"""Draws facts onto the board, a page at a time, in one transaction with the position."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from schemas.channels import ChannelProbed, ChannelRemoved, ChannelRested, StrangerFound
from schemas.comments import CommentFact
from schemas.decisions import DecisionMade
from schemas.deliveries import DeliveryFact
from schemas.envelope import Fact
from schemas.insights import InsightCollected, WitnessFact
from schemas.moderation import ModerationAsked, ModerationFact
from schemas.parked import ParkedFact
from schemas.posts import OrderFact, PostApproved, PostFact, PostMissed, PostWithdrawn
from schemas.publishing import PublishingFact
from services.kit.boards import Position
from services.kit.messages import Told
from services.planner.board.alerts import Alerts
from services.planner.board.comments import Comments
from services.planner.board.file import TABLES
from services.planner.board.variants import Variants, milliseconds
from services.planner.live import Change

UNDATED = 0
"""The slot of a post that goes out on approval and is not approved yet."""


class Board:
    """Follows the streams of planner, publisher, metrics and siren."""

    def __init__(
        self, file: sqlite3.Connection, changed: Callable[[Sequence[Change]], None]
    ) -> None:
        self._file = file
        self._variants = Variants(file)
        self._comments = Comments(file)
        self._alerts = Alerts(file)
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
        change: Change | None
        match told.fact:
            case PostFact() as post:
                change = self._draw_post(post, told.sequence)
            case OrderFact() as order:
                # Told in one write with the post, whose change is heard.
                self._variants.order(order, told.sequence)
                change = None
            case DecisionMade() as decision:
                self._variants.decision(decision, told.sequence)
                change = Change("post", decision.type, decision.post, decision.channel)
            case DeliveryFact(teller="publisher") as delivery:
                self._variants.delivery(delivery, told.sequence)
                change = Change("post", delivery.type, delivery.post, delivery.channel)
            case WitnessFact() as witness:
                self._variants.witness(witness, told.sequence)
                change = Change("post", witness.type, witness.post, witness.channel)
            case InsightCollected() as insight:
                self._variants.insight(insight, told.sequence)
                change = Change("post", insight.type, insight.post, insight.channel)
            case _ as other:
                return (
                    self._draw_comment(told, other)
                    or self._draw_channel(told, other)
                    or self._alerts.draw(other, told.sequence)
                )
        return change

    def _draw_comment(self, told: Told[Fact], fact: Fact) -> Change | None:
        """Draw what the public wrote, and what people do about it."""
        match fact:
            case CommentFact() as comment:
                self._comments.comment(comment, told.sequence)
                return Change("comment", comment.type, comment.post, comment.channel)
            case ModerationAsked() as asked:
                post = self._comments.asked(asked, told.sequence)
                return Change("comment", asked.type, post, asked.channel)
            case ModerationFact() as done:
                post = self._comments.moderated(done, told.sequence)
                return Change("comment", done.type, post, done.channel)
            case _:
                return None

    def _draw_channel(self, told: Told[Fact], fact: Fact) -> Change | None:
        """Draw what belongs to no post."""
        match fact:
            case ChannelProbed(teller="publisher") as channel:
                self._file.execute(
                    "INSERT OR REPLACE INTO channels VALUES (?, ?)",
                    (channel.channel, channel.model_dump_json()),
                )
                change = Change("channel", channel.type, None, channel.channel)
            case ChannelRemoved(teller="publisher") as gone:
                self._file.execute("DELETE FROM channels WHERE channel = ?", (gone.channel,))
                change = Change("channel", gone.type, None, gone.channel)
            case ChannelRested() as rest:
                self._file.execute(
                    "INSERT OR REPLACE INTO rests VALUES (?, ?)",
                    (rest.channel, rest.model_dump_json()),
                )
                change = Change("channel", rest.type, None, rest.channel)
            case StrangerFound() as stranger:
                self._file.execute(
                    "INSERT OR REPLACE INTO strangers VALUES (?, ?, ?)",
                    (
                        str(stranger.stranger),
                        milliseconds(told.stored_at),
                        stranger.model_dump_json(),
                    ),
                )
                change = Change("stranger", stranger.type, None, stranger.channel)
            case PublishingFact() as publishing:
                self._file.execute(
                    "INSERT OR REPLACE INTO publishing VALUES (1, ?)",
                    (publishing.model_dump_json(),),
                )
                change = Change("publishing", publishing.type)
            case ParkedFact() as parked:
                self._file.execute(
                    "INSERT OR REPLACE INTO parked VALUES (?, ?, ?)",
                    (str(parked.parked), milliseconds(told.stored_at), parked.model_dump_json()),
                )
                change = Change("parked", parked.type)
            case _:
                return None
        return change

    def _draw_post(self, post: PostFact, sequence: int) -> Change:
        key = str(post.post)
        self._file.execute(
            "INSERT OR REPLACE INTO posts VALUES (?, ?, ?)", (key, sequence, post.model_dump_json())
        )
        self._file.execute("DELETE FROM slots WHERE post = ?", (key,))
        self._file.executemany(
            "INSERT INTO slots VALUES (?, ?)",
            [(at, key) for at in sorted(_slots(post) | self._variants.public_times(post))],
        )
        self._comments.answering(post)
        missed_at = milliseconds(post.occurred_at) if isinstance(post, PostMissed) else None
        self._variants.unsettled(key, "", missed_at)
        return Change("post", post.type, post.post)


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
    ended = isinstance(post, PostWithdrawn | PostMissed)
    if post.revision and not ended and not isinstance(post, PostApproved):
        # A change of what may be public already: its times are of no matter, it belongs to now.
        times.add(UNDATED)
    return times or {milliseconds(post.occurred_at) if ended else UNDATED}
