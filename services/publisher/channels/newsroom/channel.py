"""The newsroom as a channel: publishing is putting a page in its place."""

import asyncio
from pathlib import Path

from schemas.channels import Limits
from schemas.codes import Code
from services.publisher.channels.newsroom.folder import Folder
from services.publisher.channels.newsroom.items import Item, picture_path
from services.publisher.channels.newsroom.site import Site
from services.publisher.domain import Repeat, RepeatSafety
from services.publisher.ports import (
    Absent,
    Answer,
    NotNow,
    Parcel,
    Published,
    Readiness,
    Sought,
    Unclear,
)

_LIMITS = Limits(characters=None, takes_title=True, pictures=10)


class NewsroomChannel:
    """The organisation's own page. The same delivery always makes the same page."""

    kind = "newsroom"
    keeps_content = True
    repeat_safety = RepeatSafety(Repeat.DETERMINISTIC_ID)

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
        try:
            await asyncio.to_thread(self._put, parcel, item)
        except OSError as error:
            why = error.strerror or type(error).__name__
            return NotNow(Code.CHANNEL_BUSY, {"channel": self.title, "status": why})
        return Published(item.slug, self.site.address(item.slug))

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

    def _put(self, parcel: Parcel, item: Item) -> None:
        for file in parcel.pictures:
            self.folder.write(picture_path(file.picture), file.content)
        for name, content in self.site.post(item).items():
            self.folder.write(name, content)

    def _standing(self, sought: Sought) -> str | None:
        # The heading is not known here, but the end of the address is; the page says whose it is.
        words = f'<meta name="budkavle:post" content="{sought.post}/'.encode()
        for page in sorted(self.folder.path.glob(f"*{sought.post.hex[:8]}/index.html")):
            if words in page.read_bytes():
                return page.parent.name
        return None
