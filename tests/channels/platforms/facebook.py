"""A Facebook Page of the simulator's; there is no other server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from schemas.posts import Video
from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.channels.showcase import STORY, Showcase
from services.publisher.channels.tokens import Token
from services.publisher.ports import Channel
from simulator.graph.desk import account_of, page_id
from simulator.graph.reels import UPLOADS
from tests.channels.gallery import Gallery, running_gallery
from tests.channels.platforms.base import Simulated


@dataclass
class SimulatedFacebook(Simulated):
    """A Facebook Page; with a gallery of ours it takes reels."""

    gallery: Gallery | None = None

    characters = 63_206
    page = page_id(account_of("regionen"))
    # The publishing of what lies ready, which is a call to the post itself.
    path = f"/graph/v26.0/{page}_"
    hides_by = ("POST", "/graph/v26.0/")

    answer_path = "/graph/v26.0/"

    def called(self, post: str, number: str) -> str:
        return f"{post}_{number}"

    reel_path = f"/graph/v26.0/{page}/video_reels"

    @classmethod
    @asynccontextmanager
    async def standing(cls, origin: str) -> AsyncIterator[Self]:
        async with running_gallery(cls.token, STORY) as gallery:
            yield cls(origin, gallery=gallery)

    def show(self, video: Video, content: bytes) -> None:
        if self.gallery:
            self.gallery.show(video, content)

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        base, span = f"{self.origin}/graph/v26.0", timedelta(seconds=within)
        token = token or self.token
        url = self.gallery.url if self.gallery else ""
        return FacebookChannel(
            "channel",
            "Kanalen",
            self.page,
            token,
            span,
            base_url=base,
            upload_url=f"{self.origin}{UPLOADS}",
            showcase=Showcase("channel", url, Token(token), STORY) if url else None,
        )
