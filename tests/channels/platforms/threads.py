"""A Threads profile of the simulator's; there is no other server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from services.publisher.channels.meta.threads import SHAPE, ThreadsChannel
from services.publisher.channels.showcase import Showcase
from services.publisher.ports import Channel
from simulator.graph.threads import BASE, user_id
from tests.channels.gallery import Gallery, running_gallery
from tests.channels.platforms.base import Simulated


@dataclass
class SimulatedThreads(Simulated):
    """Threads, which fetches its pictures from a gallery of ours."""

    gallery: Gallery = field(kw_only=True)

    changes = False
    characters = 500
    tells_id = False
    tells_taken = False
    account = user_id("regionen.threads")
    path = f"{BASE}/v1.0/{account}/threads_publish"

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        token = token or self.token
        return ThreadsChannel(
            "channel",
            "Kanalen",
            self.account,
            token,
            timedelta(seconds=within),
            base_url=f"{self.origin}{BASE}/v1.0",
            showcase=Showcase("channel", self.gallery.url, token, SHAPE),
        )


@asynccontextmanager
async def threads(origin: str) -> AsyncIterator[SimulatedThreads]:
    """A profile with its gallery."""
    async with running_gallery(Simulated.token, SHAPE) as gallery:
        yield SimulatedThreads(origin, gallery=gallery)
