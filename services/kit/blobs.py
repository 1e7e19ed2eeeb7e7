"""Large things beside the facts: cut into pieces, named by their digest, checked on reading."""

import hashlib
import json

from services.kit.facts import Facts
from services.kit.messages import NotWhole

STREAM = "MEDIA"
PIECE = 512 * 1024
LARGEST = 64 * 1024 * 1024

_PATIENCE = 5.0


class Blobs:
    """Content-addressed bytes in the broker."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def put(self, content: bytes) -> str:
        """Store bytes and give their SHA-256 digest; the same bytes again change nothing."""
        if len(content) > LARGEST:
            raise ValueError(f"{len(content)} bytes are more than {LARGEST}")
        digest = hashlib.sha256(content).hexdigest()
        if await self.has(digest):
            return digest
        pieces = [content[at : at + PIECE] for at in range(0, len(content), PIECE)]
        # The first message is the whole's description, written last: where it stands, all stand.
        head = json.dumps({"size": len(content), "pieces": len(pieces)}).encode()
        for number, piece in enumerate(pieces, 1):
            await self._keep(f"media.{digest}.{number}", piece)
        await self._keep(f"media.{digest}.0", head)
        return digest

    async def has(self, digest: str) -> bool:
        """Whether these bytes are stored."""
        return await self._facts.newest_kept(STREAM, f"media.{digest}.0") is not None

    async def get(self, digest: str) -> bytes:
        """Read bytes back; `NotWhole` if they are not what the digest says."""
        head = await self._facts.newest_kept(STREAM, f"media.{digest}.0")
        if head is None:
            raise NotWhole(digest)
        content = bytearray()
        for number in range(1, int(json.loads(head.body)["pieces"]) + 1):
            piece = await self._facts.newest_kept(STREAM, f"media.{digest}.{number}")
            if piece is None:
                raise NotWhole(digest)
            content += piece.body
        if hashlib.sha256(content).hexdigest() != digest:
            raise NotWhole(digest)
        return bytes(content)

    async def _keep(self, subject: str, body: bytes) -> None:
        # Where the same piece stands already, it is by its name the same bytes.
        await self._facts.writer.keep(STREAM, subject, {}, body, patience=_PATIENCE)
