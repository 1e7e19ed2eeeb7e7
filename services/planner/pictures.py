"""Uploaded pictures: checked, freed of hidden words, and kept under their digest."""

import asyncio
import struct
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, Protocol

from PIL import Image, ImageOps

from schemas.codes import Code
from services.kit.messages import NotWhole
from services.planner.domain.refusals import refused
from services.planner.domain.written import PictureHead

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 50_000_000, "WEBP": 16_000_000}
"""By kind; unpacking a WebP takes four times the memory of the others."""
LONGEST_SIDE = 2560
"""Pixels that are kept. Screens show no more, and channels make pictures smaller anyway."""
_FORMATS = ("JPEG", "PNG", "WEBP")
_REMEMBERED = 2_000
# What Pillow raises for files that are not what they say.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


class Store(Protocol):
    """Bytes by digest, as the kit keeps them."""

    async def put(self, content: bytes) -> str: ...

    async def get(self, digest: str) -> bytes: ...


class StoredPictures:
    """The media store's pictures, with what is known of them by looking."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heads: OrderedDict[str, PictureHead] = OrderedDict()
        # One at a time: fifty million points take much of a small container.
        self._one = asyncio.Semaphore(1)

    async def keep(self, content: bytes) -> PictureHead:
        """Check a picture and store it; a refusal says what is wrong with it."""
        refuse_larger(len(content))
        async with self._one:
            clean = await asyncio.to_thread(cleaned, content)
        digest = await self._store.put(clean)
        return self._remember(digest, clean)

    async def look(self, digests: Iterable[str]) -> Mapping[str, PictureHead]:
        """Describe those that there are."""
        return {digest: head for digest in digests if (head := await self._look(digest))}

    async def read(self, digest: str) -> tuple[PictureHead, bytes]:
        """Give a picture's bytes; a refusal if it is not there whole."""
        try:
            content = await self._store.get(digest)
        except NotWhole:
            raise refused(Code.PICTURE_UNKNOWN, digest=digest) from None
        return self._remember(digest, content), content

    async def _look(self, digest: str) -> PictureHead | None:
        if digest in self._heads:
            return self._heads[digest]
        try:
            return self._remember(digest, await self._store.get(digest))
        except NotWhole:
            return None

    def _remember(self, digest: str, content: bytes) -> PictureHead:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            head = PictureHead.model_validate(
                {
                    "digest": digest,
                    "media_type": image.get_format_mimetype(),
                    "size": len(content),
                    "width": image.width,
                    "height": image.height,
                }
            )
        self._heads[digest] = head
        if len(self._heads) > _REMEMBERED:
            self._heads.popitem(last=False)
        return head


def refuse_larger(size: int) -> None:
    """Refuse what is larger than is kept."""
    if size > MOST_BYTES:
        raise refused(
            Code.PICTURE_TOO_LARGE,
            size=f"{size / 1_048_576:.1f} MB",
            limit=f"{MOST_BYTES // 1_048_576} MB",
        )


def cleaned(content: bytes) -> bytes:
    """Draw a picture anew: upright, no larger than needed, without the camera's own notes."""
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            kind = "JPEG" if image.format == "MPO" else str(image.format)
            points, most = image.width * image.height, MOST_PIXELS[kind]
            if points > most:
                raise refused(
                    Code.PICTURE_TOO_LARGE,
                    size=f"{points / 1_000_000:.0f} Mpx",
                    limit=f"{most // 1_000_000} Mpx",
                )
            # A telephone's JPEG may carry a preview as a second picture; that is no animation.
            moving = getattr(image, "is_animated", False) and image.format != "MPO"
            image.verify()
        if moving:
            raise refused(Code.PICTURE_UNREADABLE)
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            # A large JPEG is unpacked at a half or a quarter, which keeps memory small.
            share = 1.3 * LONGEST_SIDE / max(image.size)
            image.draft(None, (int(image.width * share), int(image.height * share)))
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=None)
            return _drawn(image, kind)
    except _BROKEN as error:
        raise refused(Code.PICTURE_UNREADABLE) from error


def _drawn(image: Image.Image, kind: str) -> bytes:
    upright = ImageOps.exif_transpose(image)
    if kind == "JPEG" and upright.mode not in {"L", "RGB"}:
        upright = upright.convert("RGB")
    # Colours keep their profile; every other note is left behind.
    profile = image.info.get("icc_profile") if upright.mode == image.mode else None
    how: dict[str, Any] = {"optimize": True} if kind == "PNG" else {"quality": 92}
    upright.info = {k: v for k, v in upright.info.items() if k == "transparency"}
    out = BytesIO()
    upright.save(out, kind, icc_profile=profile, exif=b"", **how)
    return out.getvalue()
