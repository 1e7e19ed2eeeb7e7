"""Large things beside the facts: cut into pieces, named by their digest, checked on reading."""

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator

from services.kit.facts import Facts
from services.kit.messages import NotWhole

STREAM = "MEDIA"
PIECE = 512 * 1024
LARGEST = 128 * 1024 * 1024

_PATIENCE = 5.0
_REMEMBERED = 64


class Blobs:
    """Content-addressed bytes in the broker."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._known: OrderedDict[str, list[bytes]] = OrderedDict()
        """Of what has been read through: the digest of each piece."""

    async def put(self, content: bytes) -> str:
        """Store bytes and give their SHA-256 digest; the same bytes again change nothing."""
        if len(content) > LARGEST:
            raise ValueError(f"{len(content)} bytes are more than {LARGEST}")
        digest = hashlib.sha256(content).hexdigest()
        if await self.has(digest):
            return digest
        pieces = (content[at : at + PIECE] for at in range(0, len(content), PIECE))
        await self.put_pieces(digest, pieces)
        return digest

    async def put_pieces(self, digest: str, pieces: Iterator[bytes]) -> None:
        """Store what need not be held at once: pieces of `PIECE` bytes and a last one."""
        if await self.has(digest):
            return
        found, size, number = hashlib.sha256(), 0, 0
        while piece := await asyncio.to_thread(next, pieces, b""):
            size, number = size + len(piece), number + 1
            if size > LARGEST:
                raise ValueError(f"more than {LARGEST} bytes")
            found.update(piece)
            await self._keep(f"media.{digest}.{number}", piece)
        if found.hexdigest() != digest:
            raise ValueError("these are not the bytes of this digest")
        # The first message is the whole's description, written last: where it stands, all stand.
        head = json.dumps({"size": size, "pieces": number}).encode()
        await self._keep(f"media.{digest}.0", head)

    async def has(self, digest: str) -> bool:
        """Whether these bytes are stored."""
        return await self._facts.newest_kept(STREAM, f"media.{digest}.0") is not None

    async def get(self, digest: str) -> bytes:
        """Read bytes back; `NotWhole` if they are not what the digest says."""
        content = bytearray()
        _, count = await self._head(digest)
        for number in range(1, count + 1):
            content += await self._piece(digest, number)
        if hashlib.sha256(content).hexdigest() != digest:
            raise NotWhole(digest)
        return bytes(content)

    async def size(self, digest: str) -> int:
        """Say how many bytes are stored; `NotWhole` if there are none."""
        size, _ = await self._head(digest)
        return size

    async def whole(self, digest: str) -> None:
        """Read through it once, without holding it; `NotWhole` if it is not what it says."""
        if digest in self._known:
            return
        found, pieces = hashlib.sha256(), []
        _, count = await self._head(digest)
        for number in range(1, count + 1):
            piece = await self._piece(digest, number)
            found.update(piece)
            pieces.append(hashlib.sha256(piece).digest())
        if found.hexdigest() != digest:
            raise NotWhole(digest)
        self._known[digest] = pieces
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    async def read(self, digest: str, first: int, last: int) -> AsyncIterator[bytes]:
        """Give its bytes from the first to the last, in pieces, each as it was when all was read.

        `NotWhole` comes before the first piece, or where one has been changed since.
        """
        await self.whole(digest)
        pieces = self._known[digest]
        for number in range(first // PIECE, last // PIECE + 1):
            piece = await self._piece(digest, number + 1)
            if hashlib.sha256(piece).digest() != pieces[number]:
                raise NotWhole(digest)
            begins = number * PIECE
            yield piece[max(first - begins, 0) : last + 1 - begins]

    async def _head(self, digest: str) -> tuple[int, int]:
        head = await self._facts.newest_kept(STREAM, f"media.{digest}.0")
        if head is None:
            raise NotWhole(digest)
        said = json.loads(head.body)
        return int(said["size"]), int(said["pieces"])

    async def _piece(self, digest: str, number: int) -> bytes:
        piece = await self._facts.newest_kept(STREAM, f"media.{digest}.{number}")
        if piece is None:
            raise NotWhole(digest)
        return piece.body

    async def _keep(self, subject: str, body: bytes) -> None:
        # Where the same piece stands already, it is by its name the same bytes.
        await self._facts.writer.keep(STREAM, subject, {}, body, patience=_PATIENCE)
