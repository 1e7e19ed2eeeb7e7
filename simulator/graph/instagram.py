"""An Instagram account behind Facebook Login: pictures with a caption, and carousels."""

import base64
import hashlib
from typing import Any

from starlette.requests import Request

from simulator.engagement import Response
from simulator.fields import Fields
from simulator.graph import errors
from simulator.graph.containers import Containers, Laid
from simulator.graph.errors import Refused
from simulator.graph.taking import Wanted, failure_of, take
from simulator.posts import Post

_MOST_CHARACTERS = 2200
_MOST_ALT = 1000
_FEWEST, _MOST = 2, 10
_WANTED = Wanted({"image/jpeg"}, 4 / 5, 1.91)
_VIEWS_EACH, _SEEN_BY, _SAVED_BY = 31, 22, 9
"""A made-up audience of which a part reacts."""


def user_id(account: str) -> str:
    """The number of an account: always the same for the same account."""
    return str(17_841_400 * 10**9 + int.from_bytes(hashlib.sha256(account.encode()).digest()[:3]))


def account_path(account: str) -> str:
    """Where a stranger reads an account's posts."""
    return f"/instagram/{account}"


def page_path(post: Post) -> str:
    """Where a stranger reads a post; its address does not show its id."""
    code = base64.urlsafe_b64encode(int(post.id).to_bytes(9)).decode().lstrip("A")
    return f"/instagram/p/{code}/"


def id_of(code: str) -> str:
    """Which post an address is for; nothing that is a post's if it is for none."""
    try:
        return str(int.from_bytes(base64.b64decode(code.rjust(12, "A"), b"-_", validate=True)))
    except ValueError:
        return ""


class Instagram(Containers):
    """The endpoints of an Instagram account."""

    dialect = "instagram"
    text_name = "caption"
    per_day = 100

    async def laid(self, request: Request, account: str, fields: Fields) -> Laid:
        caption = fields.one("caption") or ""
        if len(caption) > _MOST_CHARACTERS:
            said = "The caption was too long: it may have 2,200 characters"
            raise errors.coded(36_004, 2207010, said)
        if len(fields.one("alt_text") or "") > _MOST_ALT:
            raise errors.bad_parameter("alt_text may have at most 1000 characters")
        match fields.one("media_type"):
            case None:
                return await self._image(request, account, fields, caption)
            case "CAROUSEL":
                return self._carousel(account, fields, caption)
            case kind:
                raise errors.coded(100, 2207023, f"The media type {kind} is unknown")

    async def _image(self, request: Request, account: str, fields: Fields, caption: str) -> Laid:
        item = fields.one("is_carousel_item") == "true"
        if item and caption:
            raise errors.bad_parameter("An item of a carousel takes no caption")
        try:
            picture = await take(self.desk, request, self.dialect, account, fields, _WANTED)
        except Refused as no:
            if not self.desk.world.settings.container_seconds or "error_subcode" not in no.more:
                raise
            # One that takes its time is answered before the picture has been fetched.
            return Laid(caption, item=item, failure=failure_of(no))
        return Laid(caption, (picture,), item=item)

    def _carousel(self, account: str, fields: Fields, caption: str) -> Laid:
        ids = [each for each in (fields.one("children") or "").split(",") if each]
        if not _FEWEST <= len(ids) <= _MOST:
            said = "The carousel may have 2 to 10 items"
            raise errors.coded(100, 2207028, said)
        items = [self._container(account, each) for each in ids]
        if not all((item.value or {}).get("item") for item in items):
            raise errors.coded(100, 2207028, "Not every child was made as an item of a carousel")
        failures = [failed for item in items if (failed := (item.value or {}).get("failure"))]
        pictures = tuple(picture for item in items for picture in item.media)
        return Laid(caption, pictures, failure=failures[0] if failures else None)

    def metrics(self, response: Response) -> dict[str, Any]:
        crowd = response.favourites + response.reblogs + len(response.comments)
        return {
            "views": crowd * _VIEWS_EACH,
            "reach": crowd * _SEEN_BY,
            "likes": response.favourites,
            "comments": len(response.comments),
            "shares": response.reblogs,
            "saved": response.favourites // _SAVED_BY,
            "total_interactions": crowd + response.favourites // _SAVED_BY,
        }

    def permalink(self, post: Post) -> str:
        return page_path(post)

    def user_id(self, account: str) -> str:
        return user_id(account)

    def state_shape(self, state: str, words: str) -> dict[str, Any]:
        return {"status_code": state, "status": words}
