"""Draws the newsroom from the publisher's facts, so that a lost folder comes back as it was."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

import structlog

from schemas.alerts import AlertFact
from schemas.deliveries import DeliveryFact
from schemas.envelope import Fact, now
from schemas.posts import Picture, Video
from services.kit.boards import Position
from services.kit.messages import BrokerAway, NotWhole, Told
from services.publisher.channels.newsroom import feeds
from services.publisher.channels.newsroom.alerts import Mirrored, mirrored, on_top, public
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.newsroom.items import Item, change_of, film_path, picture_path
from services.publisher.channels.newsroom.shelf import Shelf
from services.publisher.channels.newsroom.site import PER_PAGE, first_on_front, pages
from services.publisher.ports import Media

log = structlog.get_logger()

STREAM = "PUBLISHER"
SIREN = "SIREN"

_STAMP = ".drawn"
"""Says how the folder is drawn; where it is missing or other, everything is drawn anew."""

_BATCH = 50
_MOST_KNOWN = 100
_LOOK_AGAIN = 5.0


class NewsroomBoard:
    """The pages, the list and the feeds of one newsroom. `apply` notes, `draw` writes."""

    def __init__(
        self, channel: NewsroomChannel, media: Media, now: Callable[[], datetime] = now
    ) -> None:
        self._channel = channel
        self._site = channel.site
        self._folder = channel.folder
        self._media = media
        self._shelf = Shelf(channel.data / "board.sqlite")
        self._news = asyncio.Event()
        self._all_pages = True
        self._behind = True
        self._trouble: str | None = None
        self._fed_alerts: list[Mirrored] = []
        self._now = now

    def position(self, stream: str) -> Position | None:
        """Say how far this stream has been followed."""
        return self._shelf.position(stream)

    def apply(self, stream: str, page: Sequence[Told[Fact]], position: Position) -> None:
        """Note what is to be drawn, and how far we have read."""
        if stream == SIREN:
            self._apply_alerts(page, position)
            return
        found = []
        for told in page:
            fact = told.fact
            if isinstance(fact, DeliveryFact) and fact.channel == self._channel.name:
                change = change_of(fact)
                if change is not None:
                    found.append((told.sequence, change))
        if self._shelf.keep(stream, found, position):
            self._all_pages = True
        if found:
            self._news.set()

    def _apply_alerts(self, page: Sequence[Told[Fact]], position: Position) -> None:
        facts = [told.fact for told in page if isinstance(told.fact, AlertFact)]
        changes = {fact.alert: mirrored(fact) for fact in facts if fact.status == "actual"}
        self._shelf.keep_alerts(SIREN, changes.items(), position)
        if changes:
            self._news.set()

    def clear(self) -> None:
        """Forget the list. Pages that were public stay: readers lose nothing with a stream."""
        self._shelf.clear()
        self._all_pages = True
        self._news.set()

    def problems(self) -> list[str]:
        """Say what keeps the newsroom from showing what is published."""
        name = self._channel.name
        if self._trouble is not None:
            return [f"the newsroom {name} cannot be written: {self._trouble}"]
        if self._behind:
            return [f"the newsroom {name} has {self._shelf.count(drawn=False)} posts to draw"]
        return []

    async def run(self) -> None:
        """Draw whenever there is news, and look every five seconds whether the folder stands."""
        while True:
            self._news.clear()
            try:
                await self.draw()
            except (OSError, sqlite3.Error) as error:
                self._trouble = getattr(error, "strerror", None) or str(error)
                self._all_pages = True
                log.warning("newsroom.not_written", newsroom=self._channel.name, why=self._trouble)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_AGAIN):
                    await self._news.wait()

    async def draw(self) -> None:
        """Write what is not yet written; drawing twice changes nothing."""
        if self._shelf.is_lost():
            log.warning("newsroom.shelf_lost", newsroom=self._channel.name)
            # Without a position, the facts are read again from the first one.
            self._shelf.reopen()
        anew = self._folder.read(_STAMP) != self._site.stamp.encode()
        if anew:
            await asyncio.to_thread(self._folder.clear_partial)
            self._shelf.redraw()
            self._all_pages = self._behind = True
        moved = await self._draw_alerts() or self._all_pages
        await self._take_away()
        while batch := self._shelf.undrawn(_BATCH):
            await asyncio.to_thread(self._write_posts, batch)
            self._shelf.mark_drawn(batch)
            moved = True
        if moved:
            await self._draw_lists()
        if anew:
            await asyncio.to_thread(self._folder.write, _STAMP, self._site.stamp.encode())
        self._trouble, self._behind = None, False
        await self._bring_pictures()

    def close(self) -> None:
        """Close the shelf."""
        self._shelf.close()

    def _write_posts(self, batch: Sequence[Item]) -> None:
        for item in batch:
            self._channel.show(item)

    async def _draw_alerts(self) -> bool:
        """Write what stands on top of every page now; True if the feeds say more than before."""
        now = self._now()
        said = public(self._shelf.alerts(_MOST_KNOWN), now)
        await asyncio.to_thread(self._write, self._site.alerts(on_top(said, now)))
        fed = [each for each in said if each.release_at > now - feeds.ALERTS_SINCE]
        before, self._fed_alerts = self._fed_alerts, fed[: feeds.MOST_ALERTS]
        return before != self._fed_alerts

    async def _take_away(self) -> None:
        """Let go of what was taken back: its page first, then the pictures that nobody shows."""
        while slugs := self._shelf.undrawn_gone(_BATCH):
            for slug in slugs:
                await asyncio.to_thread(self._channel.take_away, slug)
            self._shelf.mark_gone(slugs)
        while paths := self._shelf.unused(_BATCH):
            for path in paths:
                await asyncio.to_thread(self._folder.remove, path)
                self._shelf.mark_removed(path)

    async def _draw_lists(self) -> None:
        """Write the first page, the feeds, and the pages behind that may have changed."""
        every, self._all_pages = self._all_pages, False
        shelf, site = self._shelf, self._site
        count = shelf.count(drawn=True)
        last = pages(count)
        # A full page never changes, but for the newest one's link to the page before it.
        for number in range(1 if every else max(last - 1, 1), last + 1):
            shown = shelf.stretch((number - 1) * PER_PAGE, PER_PAGE)[::-1]
            files = site.earlier(number, shown, last=number == last)
            await asyncio.to_thread(self._write, files)
        number = last + 1
        # Where posts were taken back, a page at the end may have become one too many.
        while every and self._folder.has(f"pages/{number}/index.html"):
            await asyncio.to_thread(self._folder.remove, f"pages/{number}/index.html")
            number += 1
        newest = shelf.stretch(first_on_front(count), 2 * PER_PAGE)[::-1]
        fed = shelf.stretch(max(count - feeds.MOST, 0), feeds.MOST)[::-1]
        files = site.front(newest, last or None) | site.feeds(fed, self._fed_alerts) | site.static()
        await asyncio.to_thread(self._write, files)

    def _write(self, files: dict[str, bytes]) -> None:
        for name, content in files.items():
            self._folder.write(name, content)

    async def _bring_pictures(self) -> None:
        """Fetch pictures that are not in place; a page shows their words meanwhile."""
        for item in self._shelf.unpictured(_BATCH):
            try:
                for picture in item.content.pictures:
                    await self._bring(picture)
                if item.content.video:
                    await self._bring_film(item.content.video)
            except BrokerAway as away:
                log.info("newsroom.pictures_wait", newsroom=self._channel.name, why=str(away))
                return
            except NotWhole as lost:
                log.warning(
                    "newsroom.picture_missing", newsroom=self._channel.name, digest=str(lost)
                )
                self._shelf.mark_tried(item)
                continue
            self._shelf.mark_pictured(item)

    async def _bring(self, picture: Picture) -> None:
        path = picture_path(picture)
        if not self._folder.has(path):
            content = await self._media.get(picture.digest)
            await asyncio.to_thread(self._folder.write, path, content)

    async def _bring_film(self, video: Video) -> None:
        path = film_path(video)
        if not self._folder.has(path):
            read = self._media.read(video.digest, 0, video.size - 1)
            await self._folder.write_pieces(path, read)
