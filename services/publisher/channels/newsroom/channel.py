"""The newsroom as a channel: publishing is putting a page in its place."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

from schemas.channels import Limits, VideoLimits
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.envelope import Name
from services.kit.messages import BrokerAway, NotWhole
from services.publisher.channels.entry import Address, Entry, Making
from services.publisher.channels.guide import Guide
from services.publisher.channels.newsroom.folder import Folder
from services.publisher.channels.newsroom.items import Item, film_path, picture_path, place_of
from services.publisher.channels.newsroom.site import Site, gone_file, page_file
from services.publisher.domain.answers import (
    Absent,
    Answer,
    NotNow,
    Published,
    Refused,
    Unclear,
)
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import Parcel, Readiness, Sought

_LIMITS = Limits(
    characters=None,
    takes_title=True,
    pictures=10,
    video=VideoLimits(forms=("post",), size=100_000_000, seconds_most=3600),
)


class NewsroomChannel:
    """The organisation's own page. The same delivery always makes the same page."""

    kind = "newsroom"
    keeps_content = True
    amends: Amends = "change"
    repeat_safety = RepeatSafety(Repeat.DETERMINISTIC_ID)
    answer_safety = None

    def __init__(self, name: str, site: Site, data: Path) -> None:
        self.name = name
        self.site = site
        self.title = site.title
        self.url = site.public_url
        self.data = data
        """What belongs to this newsroom: its public folder, its board and its counts."""
        self.folder = Folder(data / "public")

    async def commit(self, parcel: Parcel) -> Answer:
        """Put the page in its place, its pictures before it."""
        item = Item(
            post=parcel.post,
            revision=parcel.revision,
            content=parcel.content,
            # The moment of publication is told afterwards; the board draws the page with it.
            published_at=parcel.publish_at,
            series=parcel.series,
        )
        return await self._shown(parcel, item)

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        """Put the new words in the old ones' place; the address stays."""
        item = Item(
            post=parcel.post,
            revision=parcel.revision,
            content=parcel.content,
            published_at=proof.published_at,
            series=parcel.series,
            changed_at=parcel.publish_at,
            place=self._place(proof),
        )
        return await self._shown(parcel, item)

    async def retract(self, proof: Proof) -> Answer:
        """Take the page away; its address says from now on that it is gone."""
        slug = self._place(proof)
        if slug is None:
            return Refused(Code.RETRACTION_UNABLE, {"channel": self.title})
        return await self._written(partial(self.take_away, slug), slug)

    async def timeline(self, since: datetime) -> None:
        """Nobody but us can write here, so there is nothing to compare with our facts."""

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Look whether the page stands there."""
        try:
            slug = await asyncio.to_thread(self._standing, sought)
        except OSError as error:
            why = error.strerror or type(error).__name__
            return Unclear(Code.ANSWER_UNCLEAR, {"channel": self.title, "status": why})
        return Published(slug, self.site.address(slug)) if slug else Absent()

    async def check(self) -> Readiness:
        """Try whether pages can be written."""
        try:
            await asyncio.to_thread(self.folder.try_writing)
        except OSError as error:
            why = error.strerror or type(error).__name__
            return Readiness(_LIMITS, Code.CHANNEL_BUSY, {"channel": self.title, "status": why})
        return Readiness(_LIMITS)

    async def close(self) -> None:
        """Hold nothing: pages are files."""

    def show(self, item: Item) -> None:
        """Put a post's page in its place, though something else stood there."""
        for name, content in self.site.post(item).items():
            self.folder.write(name, content)
        self.folder.remove(gone_file(item.slug))

    def take_away(self, slug: str) -> None:
        """Let an address say that its post is gone, before the page goes."""
        for name, content in self.site.gone(slug).items():
            self.folder.write(name, content)
        self.folder.remove(page_file(slug))

    async def _shown(self, parcel: Parcel, item: Item) -> Answer:
        if parcel.video and not self.folder.has(path := film_path(parcel.video.video)):
            try:
                await self.folder.write_pieces(path, parcel.video.read())
            except (OSError, NotWhole, BrokerAway) as error:
                return self._not_written(error)
        return await self._written(partial(self._put, parcel, item), item.slug)

    def _not_written(self, error: Exception) -> NotNow:
        why = getattr(error, "strerror", None) or type(error).__name__
        return NotNow(Code.CHANNEL_BUSY, {"channel": self.title, "status": why})

    async def _written(self, write: Callable[[], None], slug: str) -> Answer:
        try:
            await asyncio.to_thread(write)
        except OSError as error:
            return self._not_written(error)
        return Published(slug, self.site.address(slug))

    def _put(self, parcel: Parcel, item: Item) -> None:
        for file in parcel.pictures:
            self.folder.write(picture_path(file.picture), file.content)
        self.show(item)

    def _place(self, proof: Proof) -> str | None:
        """Find a page's place; where a person said that it is public, only its address is known."""
        address = proof.url.removeprefix(f"{self.site.public_url}/").strip("/")
        return place_of(proof.external_id) or place_of(address)

    def _standing(self, sought: Sought) -> str | None:
        # The heading is not known here, but the end of the address is; the page says whose it is.
        words = f'<meta name="budkavle:post" content="{sought.post}/'.encode()
        for page in sorted(self.folder.path.glob(f"*{sought.post.hex[:8]}/index.html")):
            if words in page.read_bytes():
                return page.parent.name
        return None


class NewsroomEntry(Entry):
    """The organisation's own page."""

    guide = Guide(
        called="Newsroom: a page of your own, made by Budkavle",
        keys={"public_url": "where readers find it"},
        examples={"public_url": "https://nyheter.region.example"},
    )

    kind: Literal["newsroom"]
    public_url: Address
    series: dict[Name, str] = {}
    """What readers see of a series, for example `har-jobbar-jag = "Här jobbar jag"`."""

    def make(self, making: Making) -> NewsroomChannel:
        """Make the newsroom, with a folder of its own."""
        site = Site(self.title, self.public_url, making.language, making.zone, self.series)
        return NewsroomChannel(making.name, site, making.data)
