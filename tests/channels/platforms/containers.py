"""Accounts of the simulator's that fetch their pictures from us; there are no other servers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar, TypeVar

from services.publisher.channels.meta.containers import ContainerChannel
from services.publisher.channels.meta.instagram import SHAPE as INSTAGRAM
from services.publisher.channels.meta.instagram import InstagramChannel
from services.publisher.channels.meta.threads import SHAPE as THREADS
from services.publisher.channels.meta.threads import ThreadsChannel
from services.publisher.channels.showcase import Shape, Showcase
from services.publisher.ports import Channel
from simulator.graph import instagram, threads
from tests.channels.gallery import Gallery, running_gallery
from tests.channels.platforms.base import Simulated


@dataclass
class Contained(Simulated):
    """A platform where posts lie ready as containers, and a gallery of ours."""

    gallery: Gallery = field(kw_only=True)

    changes = False
    tells_id = False
    tells_taken = False
    kind: ClassVar[type[ContainerChannel]]
    shape: ClassVar[Shape]
    base: ClassVar[str]
    account: ClassVar[str]

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        token = token or self.token
        return self.kind(
            "channel",
            "Kanalen",
            self.account,
            token,
            timedelta(seconds=within),
            base_url=f"{self.origin}{self.base}",
            showcase=Showcase("channel", self.gallery.url, token, self.shape),
        )


class SimulatedInstagram(Contained):
    """Instagram."""

    kind = InstagramChannel
    shape = INSTAGRAM
    characters = 2200
    demands_picture = True
    base = "/graph/v26.0"
    account = instagram.user_id("regionen.instagram")
    path = f"{base}/{account}/media_publish"


class SimulatedThreads(Contained):
    """Threads."""

    kind = ThreadsChannel
    shape = THREADS
    characters = 500
    base = f"{threads.BASE}/v1.0"
    account = threads.user_id("regionen.threads")
    path = f"{base}/{account}/threads_publish"


C = TypeVar("C", bound=Contained)


@asynccontextmanager
async def with_gallery(kind: type[C], origin: str) -> AsyncIterator[C]:
    """Open an account with its gallery."""
    async with running_gallery(Simulated.token, kind.shape) as gallery:
        yield kind(origin, gallery=gallery)
