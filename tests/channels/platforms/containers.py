"""Accounts of the simulator's that fetch their pictures from us; there are no other servers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, Self

from schemas.posts import Video
from services.publisher.channels.meta.containers import ContainerChannel
from services.publisher.channels.meta.instagram import SHAPE as INSTAGRAM
from services.publisher.channels.meta.instagram import InstagramChannel
from services.publisher.channels.meta.threads import SHAPE as THREADS
from services.publisher.channels.meta.threads import ThreadsChannel
from services.publisher.channels.showcase import Shape, Showcase
from services.publisher.channels.tokens import Token
from services.publisher.ports import Channel, PictureFile
from simulator.graph import instagram, threads
from tests.channels.gallery import Gallery, running_gallery
from tests.channels.platforms.base import Simulated


@dataclass
class Contained(Simulated):
    """A platform where posts lie ready as containers, and a gallery of ours."""

    gallery: Gallery = field(kw_only=True)

    changes = False
    tells_id = False
    looks_at_pictures = False
    keeps_apart = False  # Meta does not say, so the simulator makes two
    tells_taken = False
    kind: ClassVar[type[ContainerChannel]]
    shape: ClassVar[Shape]
    base: ClassVar[str]
    account: ClassVar[str]

    @classmethod
    @asynccontextmanager
    async def standing(cls, origin: str) -> AsyncIterator[Self]:
        async with running_gallery(cls.token, cls.shape) as gallery:
            yield cls(origin, gallery=gallery)

    def keep(self, *files: PictureFile) -> None:
        self.gallery.hang(*files)

    def show(self, video: Video, content: bytes) -> None:
        self.gallery.show(video, content)

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        opened = Token(token or self.token)
        return self.kind(
            "channel",
            "Kanalen",
            self.account,
            opened,
            timedelta(seconds=within),
            base_url=f"{self.origin}{self.base}",
            showcase=Showcase("channel", self.gallery.url, opened, self.shape),
        )


class SimulatedInstagram(Contained):
    """Instagram."""

    kind = InstagramChannel
    shape = INSTAGRAM
    characters = 2200
    demands_picture = True
    base = "/graph/v26.0"
    hides_by = ("POST", f"{base}/")
    account = instagram.user_id("regionen.instagram")
    path = reel_path = f"{base}/{account}/media_publish"
    answer_path = f"{base}/"


class SimulatedThreads(Contained):
    """Threads."""

    kind = ThreadsChannel
    shape = THREADS
    characters = 500
    base = f"{threads.BASE}/v1.0"
    hides_by = ("POST", f"{base}/")
    account = threads.user_id("regionen.threads")
    path = f"{base}/{account}/threads_publish"
