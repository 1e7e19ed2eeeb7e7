"""A Threads profile: words alone, or with pictures, on an API and under a version of its own."""

import hashlib
import re
import unicodedata
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response as Answer

from simulator.beneath import found as beneath
from simulator.engagement import Response
from simulator.fields import Fields
from simulator.graph import errors
from simulator.graph.codes import code_of
from simulator.graph.containers import Containers
from simulator.graph.desk import chosen, found
from simulator.graph.taking import Laid, Wanted
from simulator.posts import Post

BASE = "/threads-graph"
VERSION = re.compile(r"v1\.0")
_MOST_CHARACTERS = 500
_MOST_LINKS = 5
_WANTED = Wanted({"image/jpeg", "image/png"}, 1 / 10, 10)
_VIEWS_EACH = 27
"""A made-up audience of which a part reacts."""


def user_id(account: str) -> str:
    """The number of a profile: always the same for the same account."""
    return str(25 * 10**15 + int.from_bytes(hashlib.sha256(account.encode()).digest()[:4]))


def account_path(account: str) -> str:
    """Where a stranger reads a profile's posts."""
    return f"/threads/@{account}"


def page_path(post: Post) -> str:
    """Where a stranger reads a post."""
    return f"{account_path(post.account)}/post/{code_of(post.id)}"


class Threads(Containers):
    """The endpoints of a Threads profile."""

    dialect = "threads"
    text_name = "text"
    permission = "threads_content_publish"
    per_day = 250
    fewest, most = 2, 20
    wanted = _WANTED
    seconds = (0.0, 300.0)

    async def laid(self, request: Request, account: str, fields: Fields) -> Laid:
        text, link = fields.one("text") or "", fields.one("link_attachment")
        if _length(text) > _MOST_CHARACTERS:
            raise errors.bad_parameter("Param text must be at most 500 characters long.")
        if len({*re.findall(r"https?://\S+", text), *([link] if link else [])}) > _MOST_LINKS:
            raise errors.bad_parameter("The post has more than 5 links")
        if fields.one("auto_publish_text") == "true":
            raise errors.bad_parameter("The simulator publishes in two steps only")
        answers = self._answered(request, account, fields)
        kind = fields.one("media_type")
        if link and kind != "TEXT":
            raise errors.bad_parameter("link_attachment is for text posts only")
        match kind:
            case "TEXT":
                if not text.strip():
                    raise errors.bad_parameter("The parameter text is required")
                return Laid(text, link=link, answers=answers)
            case "IMAGE":
                image = await self.image(request, account, fields, text)
                return replace(image, answers=answers)
            case "VIDEO":
                film = await self.film(request, account, fields, text)
                return replace(film, answers=answers)
            case "CAROUSEL":
                return replace(self.carousel(account, fields, text), answers=answers)
            case _:
                raise errors.bad_parameter(
                    "Param media_type must be one of TEXT, IMAGE, VIDEO, CAROUSEL"
                )

    async def replies(self, request: Request) -> Answer:
        """What the profile has answered, the newest first; those of others are asked elsewhere."""
        fields = await self.desk.fields(request)
        account = self._owner(request, fields)
        self.desk.demand(request, "threads_read_replies")
        world = self.desk.world
        own = world.posts.newest_first(world.now(), account)
        return self.page(request, fields, (post for post in own if post.in_reply_to_id))

    async def read(self, request: Request) -> Answer:
        """Also a comment, which is a post of somebody's."""
        comment = beneath(self.desk.world, self.dialect, request.path_params["node"])
        if comment is None or comment.own:
            return await super().read(request)
        fields = await self.desk.fields(request)
        self._caller(request, fields)
        shape = {"id": comment.id, "text": comment.line.text, "username": comment.line.name}
        return found(chosen(shape, fields, ("id",)))

    def _answered(self, request: Request, account: str, fields: Fields) -> str | None:
        """The comment that is answered: beneath a post of the profile's, and there."""
        named = fields.one("reply_to_id")
        if named is None:
            return None
        self.desk.demand(request, "threads_manage_replies")
        comment = beneath(self.desk.world, self.dialect, named)
        if comment is None or comment.root.account != account:
            raise errors.gone(named)
        return named

    def metrics(self, response: Response) -> dict[str, Any]:
        crowd = response.favourites + response.reblogs + len(response.comments)
        return {
            "views": crowd * _VIEWS_EACH,
            "likes": response.favourites,
            "replies": len(response.comments),
            "reposts": response.reblogs,
            "quotes": response.reblogs // 4,
            "shares": response.reblogs // 3,
        }

    def permalink(self, post: Post) -> str:
        return page_path(post)

    def user_id(self, account: str) -> str:
        return user_id(account)

    def state_shape(self, state: str, words: str) -> dict[str, Any]:
        return {"status": state, "error_message": words if state == "ERROR" else None}


def _length(text: str) -> int:
    """How long a text is where an emoji is as long as its bytes."""
    signs = (len(sign.encode()) if _is_emoji(sign) else 1 for sign in text)
    return sum(signs)


def _is_emoji(sign: str) -> bool:
    return unicodedata.category(sign) in {"So", "Sk", "Cf"} or sign in {"\ufe0f", "\u20e3"}
