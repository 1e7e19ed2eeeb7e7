"""Pictures and videos on addresses of ours, for platforms that fetch them themselves."""

import asyncio
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from math import ceil
from typing import Protocol, runtime_checkable

from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.kit.messages import BrokerAway, NotWhole
from services.kit.ranges import served
from services.publisher.channels.tokens import Token
from services.publisher.ports import Media

_REMEMBERED = 8
_QUALITY = 90
_MOST_ACROSS = 1440
"""Points across; Meta's platforms keep no more, and with it no JPEG comes near their 8 MB."""
_HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """How a platform wants its pictures: width by height, at the least and at the most."""

    narrowest: float
    widest: float


STORY = Shape(narrowest=9 / 16, widest=1.91)
"""A story fills a telephone's screen."""


class Showcase:
    """One channel's addresses. Only we can make them, so only what we hand over can be fetched.

    Whoever has an address may fetch the picture, before its post is public as well: that is what
    the platform has to do. The seal comes of the channel's token, which all replicas have; what
    was handed over just before the token was renewed can still be fetched.
    """

    def __init__(self, channel: str, media_url: str, token: Token, shape: Shape) -> None:
        self.channel = channel
        self.shape = shape
        self._base = f"{media_url}/media/{channel}"
        self._token = token

    def address(self, digest: str) -> str:
        """Say where a picture can be fetched."""
        return f"{self._base}/{digest}-{_seal(self._token.text, digest)}.jpg"

    def story_address(self, digest: str) -> str:
        """Say where a picture can be fetched in the shape of a story."""
        return f"{self._base}/{digest}-{_seal(self._token.text, f'{digest}/story')}.jpg"

    def film_address(self, digest: str) -> str:
        """Say where a video can be fetched."""
        return f"{self._base}/{digest}-{_seal(self._token.text, f'{digest}/film')}.mp4"

    def opens_film(self, digest: str, seal: str) -> bool:
        """Whether we have made this address of a video."""
        return self._is_seal(f"{digest}/film", seal)

    def opens(self, digest: str, seal: str) -> Shape | None:
        """Give the shape that this address is for; None if we have not made it."""
        if self._is_seal(digest, seal):
            return self.shape
        return STORY if self._is_seal(f"{digest}/story", seal) else None

    def _is_seal(self, sealed: str, seal: str) -> bool:
        ours = [_seal(token, sealed).encode() for token in self._token.recent]
        return any(hmac.compare_digest(each, seal.encode()) for each in ours)


@runtime_checkable
class Shown(Protocol):
    """A channel whose platform may fetch by itself."""

    showcase: Showcase | None


def showcases(channels: Mapping[str, object]) -> dict[str, Showcase]:
    """Collect the addresses at which platforms fetch, by the channel's name."""
    return {
        name: channel.showcase
        for name, channel in channels.items()
        if isinstance(channel, Shown) and channel.showcase is not None
    }


class ShowcaseDoor:
    """Serves what every channel with a showcase shows: pictures as JPEG in the right shape."""

    def __init__(self, showcases: Mapping[str, Showcase], media: Media) -> None:
        self._showcases = showcases
        self._media = media
        self._drawn: OrderedDict[tuple[Shape, str], bytes] = OrderedDict()
        # One at a time: a large picture takes much of a small container.
        self._one = asyncio.Semaphore(1)

    def routes(self) -> list[Route]:
        """Give the routes; none where no channel needs them."""
        if not self._showcases:
            return []
        return [
            Route("/media/{channel}/{digest}-{seal}.jpg", self._serve, methods=["GET"]),
            Route("/media/{channel}/{digest}-{seal}.mp4", self._film, methods=["GET"]),
        ]

    async def _serve(self, request: Request) -> Response:
        digest, seal = request.path_params["digest"], request.path_params["seal"]
        showcase = self._showcases.get(request.path_params["channel"])
        shape = showcase.opens(digest, seal) if showcase else None
        if shape is None:
            return _nothing(404)
        try:
            content = await self._draw(shape, digest)
        except (NotWhole, BrokerAway):
            # Approved pictures do not go away: it is our own trouble, and the platform may retry.
            return _nothing(503)
        return Response(content, headers=_HEADERS, media_type="image/jpeg")

    async def _film(self, request: Request) -> Response:
        digest, seal = request.path_params["digest"], request.path_params["seal"]
        showcase = self._showcases.get(request.path_params["channel"])
        if showcase is None or not showcase.opens_film(digest, seal):
            return _nothing(404)
        try:
            # Before the first byte is given: what is not whole is not begun.
            await self._media.whole(digest)
            size = await self._media.size(digest)
        except (NotWhole, BrokerAway):
            return _nothing(503)
        read = partial(self._media.read, digest)
        return served(request, size, read, _HEADERS, "video/mp4")

    async def _draw(self, shape: Shape, digest: str) -> bytes:
        named = shape, digest
        async with self._one:
            if named not in self._drawn:
                content = await self._media.get(digest)
                self._drawn[named] = await asyncio.to_thread(rendition, content, shape)
            self._drawn.move_to_end(named)
            while len(self._drawn) > _REMEMBERED:
                self._drawn.popitem(last=False)
            return self._drawn[named]


def _nothing(status: int) -> Response:
    return Response(status_code=status, headers=_HEADERS | {"Cache-Control": "no-store"})


def _seal(token: str, sealed: str) -> str:
    key = hmac.digest(token.encode(), b"pictures", hashlib.sha256)
    return hmac.digest(key, sealed.encode(), hashlib.sha256).hex()[:32]


def rendition(content: bytes, shape: Shape) -> bytes:
    """Draw a picture as a JPEG; one of another shape gets white edges, and loses nothing."""
    with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as image:
        drawn = image.convert("RGBA")
        profile = image.info.get("icc_profile") if image.mode == "RGB" else None
    drawn.thumbnail((_MOST_ACROSS, ceil(_MOST_ACROSS / shape.narrowest)))
    width = max(drawn.width, ceil(drawn.height * shape.narrowest))
    height = max(drawn.height, ceil(drawn.width / shape.widest))
    sheet = Image.new("RGB", (width, height), "white")
    sheet.paste(drawn, ((width - drawn.width) // 2, (height - drawn.height) // 2), drawn)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=_QUALITY, icc_profile=profile)
    return out.getvalue()
