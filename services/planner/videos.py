"""Uploaded videos: looked through, freed of hidden words, and kept under their digest."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import BinaryIO, Protocol

from schemas.codes import Code
from services.kit.blobs import PIECE
from services.kit.messages import NotWhole
from services.planner.domain.refusals import refused
from services.planner.domain.written import VideoHead
from services.planner.mp4 import Broken, Film, Shown, film_of, head_length, shown_by

MOST_BYTES = 100 * 1024 * 1024
_REMEMBERED = 500


class Store(Protocol):
    """Pieces by digest, as the kit keeps them."""

    async def put_pieces(self, digest: str, pieces: Iterator[bytes]) -> None: ...

    async def size(self, digest: str) -> int: ...

    def read(self, digest: str, first: int, last: int) -> AsyncIterator[bytes]: ...


class StoredVideos:
    """The media store's videos, with what is known of them by looking. None is ever held whole."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heads: OrderedDict[str, VideoHead] = OrderedDict()
        self._one = asyncio.Semaphore(1)

    async def keep(self, file: BinaryIO) -> VideoHead:
        """Check a video and store it; a refusal says what is wrong with it."""
        async with self._one:
            size = await asyncio.to_thread(file.seek, 0, 2)
            if size > MOST_BYTES:
                raise refused(
                    Code.VIDEO_TOO_LARGE,
                    size=f"{size / 1_048_576:.1f} MB",
                    limit=f"{MOST_BYTES // 1_048_576} MB",
                )
            try:
                film = await asyncio.to_thread(film_of, file)
                digest = await asyncio.to_thread(_digest, film, file)
                await self._store.put_pieces(digest, film.pieces(file, PIECE))
            except Broken as error:
                raise refused(Code.VIDEO_UNREADABLE) from error
        return self._remember(digest, film.size, film.shown)

    async def look(self, digests: Iterable[str]) -> Mapping[str, VideoHead]:
        """Describe those that there are."""
        found = {}
        for digest in digests:
            try:
                found[digest] = await self.head(digest)
            except NotWhole:
                continue
        return found

    async def head(self, digest: str) -> VideoHead:
        """Describe one; `NotWhole` if it is not there, or no film."""
        if digest in self._heads:
            return self._heads[digest]
        size = await self._store.size(digest)
        held, wanted = bytearray(), 0
        try:
            async for piece in self._store.read(digest, 0, size - 1):
                held += piece
                wanted = wanted or head_length(bytes(held))
                if len(held) >= wanted:
                    break
            return self._remember(digest, size, shown_by(bytes(held[:wanted])))
        except Broken as error:
            # A picture has a digest as well.
            raise NotWhole(digest) from error

    def read(self, digest: str) -> Callable[[int, int], AsyncIterator[bytes]]:
        """Give what reads a part of it, from one byte to another."""
        return partial(self._store.read, digest)

    def _remember(self, digest: str, size: int, shown: Shown) -> VideoHead:
        head = VideoHead(
            digest=digest,
            media_type="video/mp4",
            size=size,
            width=shown.width,
            height=shown.height,
            seconds=shown.seconds,
        )
        self._heads[digest] = head
        if len(self._heads) > _REMEMBERED:
            self._heads.popitem(last=False)
        return head


def _digest(film: Film, file: BinaryIO) -> str:
    found = hashlib.sha256()
    for piece in film.pieces(file, PIECE):
        found.update(piece)
    return found.hexdigest()
