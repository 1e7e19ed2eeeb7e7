"""The publisher's door to pictures, served for real, with the pictures that tests send."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette

from schemas.posts import Video
from services.kit.messages import NotWhole
from services.publisher.channels.showcase import Shape, Showcase, ShowcaseDoor
from services.publisher.channels.tokens import Token
from services.publisher.ports import PictureFile
from tests.channels.builders import picture_file
from tests.harness.ports import free_port
from tests.harness.web import served

GREEN = b"\x20\xc0\x20"


@dataclass
class Gallery:
    """Where pictures stand, and which."""

    url: str
    kept: dict[str, bytes] = field(default_factory=dict)

    def hang(self, *files: PictureFile) -> None:
        """Let these be fetched from now on."""
        self.kept |= {file.picture.digest: file.content for file in files}

    def show(self, video: Video, content: bytes) -> None:
        """Let a video be fetched from now on."""
        self.kept[video.digest] = content

    async def get(self, digest: str) -> bytes:
        """Read a picture, as the media store does."""
        if digest not in self.kept:
            raise NotWhole(digest)
        return self.kept[digest]

    async def whole(self, digest: str) -> None:
        """Read through a video."""
        await self.get(digest)

    async def size(self, digest: str) -> int:
        """Say how large a video is."""
        return len(await self.get(digest))

    async def read(self, digest: str, first: int, last: int) -> AsyncIterator[bytes]:
        """Give a part of a video, in pieces."""
        content = (await self.get(digest))[first : last + 1]
        for at in range(0, len(content), 500):
            yield content[at : at + 500]


@asynccontextmanager
async def running_gallery(token: str, shape: Shape) -> AsyncIterator[Gallery]:
    """Serve what a channel of this name and token shows."""
    port = free_port()
    gallery = Gallery(f"http://127.0.0.1:{port}")
    gallery.hang(picture_file(), picture_file(colour=GREEN))
    showcase = Showcase("channel", gallery.url, Token(token), shape)
    door = ShowcaseDoor({"channel": showcase}, gallery)
    async with served(Starlette(routes=list(door.routes())), port):
        yield gallery
