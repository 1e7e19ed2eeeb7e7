"""One simulated world: its posts, its record, its audience and its faults."""

import asyncio
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from simulator.bluesky.beside import BLUESKY, Beside
from simulator.engagement import Audience, Response
from simulator.images import FILES
from simulator.matrix.rooms import MATRIX, Rooms
from simulator.moderation import Moderation
from simulator.plain.shelf import PLAIN, Shelf
from simulator.posts import Post, Posts
from simulator.record import Entry, Record
from simulator.remarks import READERS, Line, Remarks, post_of
from simulator.rules import Faults
from simulator.settings import Settings
from simulator.tallies import Tallies
from simulator.vma.board import VMA, Board
from simulator.wordpress.names import DIALECT as WORDPRESS
from simulator.wordpress.shelf import Shelf as Site


def utc_now() -> datetime:
    """The time, as platforms tell it."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class World:
    """What every dialect and page shares; each change goes through `write`."""

    settings: Settings
    accounts: dict[str, str]
    record: Record
    posts: Posts
    moderation: Moderation
    beside: Beside
    remarks: Remarks
    shelf: Shelf
    site: Site
    rooms: Rooms
    vma: Board
    tallies: Tallies
    faults: Faults
    audience: Audience
    now: Callable[[], datetime]

    @classmethod
    def open(cls, settings: Settings, now: Callable[[], datetime] = utc_now) -> Self:
        """The world as it was left, read back from its record."""
        record = Record(settings.data_folder)
        key_window = timedelta(seconds=settings.key_window_seconds)
        world = cls(
            settings,
            settings.accounts(),
            record,
            Posts(key_window),
            Moderation(),
            Beside(),
            Remarks(),
            Shelf(key_window),
            Site(),
            Rooms(key_window),
            Board(),
            Tallies(),
            Faults(settings.seed),
            Audience(settings.seed, settings.speed, ZoneInfo(settings.zone)),
            now,
        )
        for entry in record.load():
            world.apply(entry)
        return world

    def write(self, **fields: Any) -> Entry:
        """Make something true: in the record first, then in what readers see."""
        entry = self.record.append(at=self.now(), **fields)
        self.apply(entry)
        return entry

    def apply(self, entry: Entry) -> None:
        """Let one entry of the record become true for readers."""
        # A plain post is on no wall and has no audience: a drill makes ten thousand of them.
        if entry.dialect == PLAIN:
            self.shelf.apply(entry)
        elif entry.dialect == VMA:
            self.vma.apply(entry)
        else:
            self.posts.apply(entry)
            self.moderation.apply(entry)
        if entry.dialect == BLUESKY:
            self.beside.apply(entry)
        if entry.dialect == READERS:
            self.remarks.apply(entry)
        if entry.dialect == WORDPRESS:
            self.site.apply(entry)
        if entry.dialect == MATRIX:
            self.rooms.apply(entry)
        self.tallies.count(entry)

    def response(self, post: Post) -> Response:
        """What the made-up audience has done with a post by now."""
        return self.remarks.beneath(post, self.audience.response(post, self.now()))

    def thread(self, post: Post) -> list[Line]:
        """Everything that stands beneath a post, the oldest first."""
        lines = [
            Line(each.id, each.parent or post.id, each.name, each.text, each.at, each.edited_at)
            for each in self.response(post).comments
        ]
        for answer in self.posts.replies_to(post.id, self.now()):
            at, parent = answer.created_at, answer.in_reply_to_id or post.id
            account, text = answer.account, answer.text
            lines.append(Line(answer.id, parent, account, text, at, answer.edited_at, answer))
        return sorted(lines, key=lambda line: (line.at, int(line.id)))

    def comment(self, comment_id: str) -> tuple[Line, Post] | None:
        """The reader's comment with this id, and the post beneath which it stands."""
        if not comment_id.isdecimal():
            return None
        post = self.posts.seen(post_of(comment_id), self.now())
        lines = self.thread(post) if post else ()
        found = (line for line in lines if line.id == comment_id and line.answer is None)
        return next(((line, post) for line in found if post), None)

    def shown(self, post: Post) -> list[Line]:
        """What strangers see beneath a post, the oldest first."""
        hidden = self.moderation.hidden(post.id)
        return [line for line in self.thread(post) if line.id not in hidden]

    def known_names(self) -> set[str]:
        """Every account that can post or ever did."""
        return {*self.accounts.values(), *self.posts.names}

    def picture_path(self, digest: str, mime: str) -> Path:
        """Where the bytes of an image lie."""
        return self.settings.data_folder / "media" / f"{digest}.{FILES[mime]}"

    async def keep_picture(self, content: bytes, mime: str) -> str:
        """Put the bytes of an image on the disk and tell their digest."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.picture_path(digest, mime)
        if not path.exists():
            await asyncio.to_thread(_write_whole, path, content)
        return digest


def _write_whole(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.{id(content)}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
