"""The pictures of a post, in the site's media library."""

import asyncio
import re
from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.wordpress import answers
from services.publisher.domain.answers import Unclear
from services.publisher.ports import PictureFile

_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_OURS = re.compile(r"[0-9a-f]{16}[.-]")
"""A file that we named; others may add theirs to a post."""

_MOST = 100
_FIELDS = answers.fields(answers.Media)


class Library:
    """Hands pictures over as parts of a post: while that is a draft, nobody is told of them."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def keep(self, post: int, files: Sequence[PictureFile]) -> list[answers.Media]:
        """Let the post have these pictures; what an earlier attempt handed over is used again."""
        known = await self._of(post) if files else []
        return [await self._kept(post, file, known) for file in files]

    async def drop(self, post: int, patience: float, but: Collection[int] = ()) -> Unclear | None:
        """Delete what we handed over, with its files, except some; None: nothing of it is left."""
        try:
            async with asyncio.timeout(patience):
                for media in await self._of(post):
                    if media.id not in but and _OURS.match(_file_of(media)):
                        await self._delete(media)
        except Unready as unready:
            return Unclear(unready.answer.code, unready.answer.parameters)
        except TimeoutError:
            return self._calls.lost()
        return None

    async def _of(self, post: int) -> list[answers.Media]:
        asked = {"parent": post, "context": "edit", "per_page": _MOST, "_fields": _FIELDS}
        reply = await self._calls.unseen("GET", "/media", params=asked)
        listed = reply.read(answers.LIBRARY)
        if listed is None or "X-WP-Total" not in reply.headers:
            raise Unready(self._calls.busy(reply))
        return listed

    async def _delete(self, media: answers.Media) -> None:
        path = f"/media/{media.id}"
        reply = await self._calls.unseen("DELETE", path, params={"force": "true"})
        deleted = reply.read(answers.DELETED)
        if deleted is None or not deleted.deleted:
            raise Unready(self._calls.busy(reply))

    async def _kept(
        self, post: int, file: PictureFile, known: Sequence[answers.Media]
    ) -> answers.Media:
        name = file.picture.digest[:16]
        media = next((each for each in known if _file_of(each).startswith(name)), None)
        if media is None:
            media = await self._hand_over(post, file, name)
        said = {"alt_text": file.picture.alt}
        await self._calls.unseen("POST", f"/media/{media.id}", params={"_fields": "id"}, json=said)
        return media

    async def _hand_over(self, post: int, file: PictureFile, name: str) -> answers.Media:
        kind = file.picture.media_type
        headers = {
            "Content-Type": kind,
            "Content-Disposition": f'attachment; filename="{name}.{_EXTENSIONS[kind]}"',
        }
        asked = {"post": post, "_fields": _FIELDS}
        reply = await self._calls.unseen(
            "POST", "/media", params=asked, content=file.content, headers=headers
        )
        media = reply.read(answers.MEDIA)
        if media is None:
            raise Unready(self._calls.busy(reply))
        return media


def _file_of(media: answers.Media) -> str:
    return urlsplit(media.source_url).path.rpartition("/")[2]
