"""An Instagram account of the simulator's; there is no other server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from services.publisher.channels.meta.instagram import SHAPE, InstagramChannel
from services.publisher.channels.showcase import Showcase
from services.publisher.ports import Channel
from simulator.graph.instagram import user_id
from tests.channels.gallery import Gallery, running_gallery
from tests.channels.platforms.base import Simulated


@dataclass
class SimulatedInstagram(Simulated):
    """Instagram, which fetches its pictures from a gallery of ours."""

    gallery: Gallery = field(kw_only=True)

    changes = False
    characters = 2200
    demands_picture = True
    tells_id = False
    tells_taken = False
    account = user_id("regionen.instagram")
    path = f"/graph/v26.0/{account}/media_publish"

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        token = token or self.token
        return InstagramChannel(
            "channel",
            "Kanalen",
            self.account,
            token,
            timedelta(seconds=within),
            base_url=f"{self.origin}/graph/v26.0",
            showcase=Showcase("channel", self.gallery.url, token, SHAPE),
        )


@asynccontextmanager
async def instagram(origin: str) -> AsyncIterator[SimulatedInstagram]:
    """An account with its gallery."""
    async with running_gallery(Simulated.token, SHAPE) as gallery:
        yield SimulatedInstagram(origin, gallery=gallery)
