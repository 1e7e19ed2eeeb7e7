"""What people have written beneath posts, as the owner of an account is told it, page by page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.fields import Fields
from simulator.graph import errors
from simulator.graph.containers import Containers, instant
from simulator.graph.desk import Desk, chosen, found, page_id, page_path
from simulator.posts import Post
from simulator.remarks import Line

_READ = "pages_read_user_content"

Shape = dict[str, Any]


@dataclass(frozen=True)
class OfAPage:
    """The comments beneath a Page's post."""

    desk: Desk

    async def listed(self, request: Request, fields: Fields, account: str, post: Post) -> Response:
        """All of them with `filter=stream`, else those that answer the post itself."""
        self.desk.demand(request, _READ)
        lines = self.desk.world.thread(post)
        if fields.one("filter") != "stream":
            lines = [line for line in lines if line.parent == post.id]
        if fields.one("order") == "reverse_chronological":
            lines.reverse()

        def shape(line: Line) -> Shape:
            return chosen(self._shape(account, post, line), fields, _USUAL_OF_A_PAGE)

        return paged(self.desk, request, fields, lines, shape, most=100)

    def _shape(self, account: str, post: Post, line: Line) -> Shape:
        writer = {"id": page_id(account) if line.answer else person(line.name), "name": line.name}
        place = f"{self.desk.world.settings.origin}{page_path(post)}?comment_id={line.id}"
        return {
            "id": f"{post.id}_{line.id}",
            "message": line.text,
            "from": writer,
            "created_time": instant(line.at),
            "parent": {"id": f"{post.id}_{line.parent}"} if line.parent != post.id else None,
            "permalink_url": place,
            "is_hidden": line.id in self.desk.world.moderation.hidden(post.id),
            "like_count": 0,
        }


_USUAL_OF_A_PAGE = ("created_time", "from", "message", "id")


@dataclass(frozen=True)
class OfAnInstagramPost:
    """The comments beneath a post on Instagram."""

    account: Containers

    async def listed(self, request: Request) -> Response:
        """Those that answer the post itself, the newest first, each with its replies."""
        desk = self.account.desk
        fields = await desk.fields(request)
        post = self.account.own(request, fields)
        desk.demand(request, "instagram_manage_comments")
        lines = desk.world.thread(post)
        first = [line for line in lines if line.parent == post.id][::-1]

        def shape(line: Line) -> Shape:
            replies = [self._shape(post, each) for each in lines if each.parent == line.id]
            whole = {**self._shape(post, line), "replies": {"data": replies} if replies else None}
            return chosen(whole, fields, ("timestamp", "text", "id"))

        return paged(desk, request, fields, first, shape, most=50)

    def _shape(self, post: Post, line: Line) -> Shape:
        writer = self.account.user_id(line.name) if line.answer else person(line.name)
        return {
            "id": line.id,
            "text": line.text,
            "username": line.name,
            "from": {"id": writer, "username": line.name},
            "timestamp": instant(line.at),
            "parent_id": line.parent if line.parent != post.id else None,
            "hidden": line.id in self.account.desk.world.moderation.hidden(post.id),
            "like_count": 0,
        }


@dataclass(frozen=True)
class OfAThread:
    """The replies beneath a post on Threads."""

    account: Containers

    async def replies(self, request: Request) -> Response:
        """Those that answer the post itself."""
        return await self._listed(request, whole=False)

    async def conversation(self, request: Request) -> Response:
        """All of them, whatever they answer."""
        return await self._listed(request, whole=True)

    async def _listed(self, request: Request, *, whole: bool) -> Response:
        desk = self.account.desk
        fields = await desk.fields(request)
        post = self.account.own(request, fields)
        desk.demand(request, "threads_read_replies")
        lines = [line for line in desk.world.thread(post) if whole or line.parent == post.id]
        if fields.one("reverse") != "false":
            lines.reverse()

        def shape(line: Line) -> Shape:
            return chosen(self._shape(post, line), fields, ("id",))

        return paged(desk, request, fields, lines, shape, most=100)

    def _shape(self, post: Post, line: Line) -> Shape:
        origin = self.account.desk.world.settings.origin
        path = self.account.permalink(line.answer) if line.answer else f"/@{line.name}/{line.id}"
        return {
            "id": line.id,
            "text": line.text,
            "username": line.name,
            "permalink": f"{origin}{path}",
            "timestamp": instant(line.at),
            "media_type": "TEXT_POST",
            "has_replies": False,
            "root_post": {"id": post.id},
            "replied_to": {"id": line.parent},
            "is_reply": True,
            "is_reply_owned_by_me": line.answer is not None,
            "hide_status": "NOT_HUSHED",
        }


def person(name: str) -> str:
    """The number by which a reader is known to one account."""
    return str(10**15 + int.from_bytes(name.encode()[:5]))


def paged(
    desk: Desk,
    request: Request,
    fields: Fields,
    lines: Sequence[Line],
    shape: Callable[[Line], Shape],
    most: int,
) -> Response:
    """One page of a list; its cursors lead to the next one as long as there is one."""
    said, after = fields.one("limit") or "25", fields.one("after")
    # None at all is asked for by who wants the count alone.
    if not said.isdecimal() or int(said) > most:
        raise errors.bad_parameter(f"Param limit must be between 0 and {most}")
    limit, rest = int(said), iter(lines)
    if after:
        found_at = next((place for place, line in enumerate(lines) if line.id == after), None)
        if found_at is None:
            raise errors.bad_parameter("The after cursor specified exceeds the max limit")
        rest = iter(lines[found_at + 1 :])
    page = list(islice(rest, limit + 1))
    shown = page[:limit]
    body: Shape = {"data": [shape(line) for line in shown]}
    if shown:
        body["paging"] = {"cursors": {"before": shown[0].id, "after": shown[-1].id}}
    if shown and len(page) > limit:
        here = f"{desk.world.settings.origin}{request.url.path}"
        body["paging"]["next"] = f"{here}?limit={limit}&after={shown[-1].id}"
    if fields.one("summary") == "true":
        body["summary"] = {"total_count": len(lines)}
    return found(body)
