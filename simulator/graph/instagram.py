"""An Instagram account behind Facebook Login: pictures with a caption, and carousels."""

import hashlib
from typing import Any

from starlette.requests import Request

from simulator.engagement import Response
from simulator.fields import Fields
from simulator.graph import errors
from simulator.graph.codes import code_of
from simulator.graph.containers import Containers
from simulator.graph.taking import Laid, Wanted
from simulator.posts import Post
from simulator.remarks import post_of

_MOST_CHARACTERS = 2200
_MOST_ALT = 1000
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
    """Where a stranger reads a post; what answers a comment is read beneath it."""
    shown = post_of(post.in_reply_to_id) if post.in_reply_to_id else post.id
    kind = f"stories/{post.account}" if post.is_story else "p"
    return f"/instagram/{kind}/{code_of(shown)}/"


class Instagram(Containers):
    """The endpoints of an Instagram account."""

    dialect = "instagram"
    text_name = "caption"
    permission = "instagram_content_publish"
    per_day = 100
    fewest, most = 2, 10
    wanted = _WANTED
    seconds = (3.0, 900.0)

    async def laid(self, request: Request, account: str, fields: Fields) -> Laid:
        caption = fields.one("caption") or ""
        if len(caption) > _MOST_CHARACTERS:
            said = "The caption was too long: it may have 2,200 characters"
            raise errors.coded(36_004, 2207010, said)
        if len(fields.one("alt_text") or "") > _MOST_ALT:
            raise errors.bad_parameter("alt_text may have at most 1000 characters")
        if fields.one("is_carousel_item") == "true" and caption:
            raise errors.bad_parameter("An item of a carousel takes no caption")
        match fields.one("media_type"):
            case None:
                return await self.image(request, account, fields, caption)
            case "STORIES":
                # Whatever words are sent along, a story shows none.
                take = self.film if fields.one("video_url") else self.image
                return await take(request, account, fields, "", story=True)
            case "REELS":
                return await self.film(request, account, fields, caption)
            case "CAROUSEL":
                return self.carousel(account, fields, caption)
            case kind:
                raise errors.coded(100, 2207023, f"The media type {kind} is unknown")

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
