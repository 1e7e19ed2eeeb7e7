"""Comments beneath a Page's posts: answered, read, changed and taken away."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.beneath import Found, answers_to
from simulator.beneath import found as beneath
from simulator.fields import Fields
from simulator.graph import errors
from simulator.graph.containers import instant
from simulator.graph.desk import DIALECT, Desk, chosen, found, page_id, page_path
from simulator.posts import Post
from simulator.rules import Lag

_MOST_CHARACTERS = 8000
_READ, _ENGAGE = "pages_read_user_content", "pages_manage_engagement"
_USUAL = ("id", "message", "created_time")


@dataclass(frozen=True)
class Comments:
    """The endpoints of comments."""

    desk: Desk

    def knows(self, node: str) -> bool:
        """Whether a node is a comment."""
        return self._named(node) is not None

    async def read(self, request: Request) -> Response:
        """One comment."""
        fields = await self.desk.fields(request)
        said = self._beneath_ours(request, fields, _READ)
        return found(chosen(self._shape(said), fields, _USUAL))

    async def listed(self, request: Request) -> Response:
        """What has been answered to a comment, the oldest first unless asked otherwise."""
        fields = await self.desk.fields(request)
        said = self._beneath_ours(request, fields, _READ)
        answers = answers_to(self.desk.world, said.root, said.id)
        shapes = [chosen(self._shape(each), fields, _USUAL) for each in answers]
        if fields.one("order") == "reverse_chronological":
            shapes.reverse()
        return found({"data": shapes})

    async def answer(self, request: Request) -> Response:
        """Answer a comment. What answers an answer stands in the same place as that."""
        fields = await self.desk.fields(request)
        said = self._beneath_ours(request, fields, _ENGAGE)
        text = _words(fields)
        world = self.desk.world
        new = world.posts.new_id(world.now())
        lag = world.faults.inner("POST", request.url.path, text, Lag)
        await self.desk.write(
            request,
            what="published",
            account=said.root.account,
            id=new,
            text=text,
            in_reply_to_id=said.top,
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )
        return found({"id": f"{said.root.id}_{new}"})

    async def change(self, request: Request) -> Response:
        """Change the words of an answer."""
        fields = await self.desk.fields(request)
        own = self._own(request, fields)
        await self.desk.write(
            request, what="edited", account=own.account, id=own.id, text=_words(fields)
        )
        return found({"success": True})

    async def delete(self, request: Request) -> Response:
        """Take an answer away."""
        fields = await self.desk.fields(request)
        own = self._own(request, fields)
        await self.desk.write(
            request, what="deleted", account=own.account, id=own.id, text=own.text
        )
        return found({"success": True})

    def _own(self, request: Request, fields: Fields) -> Post:
        said = self._beneath_ours(request, fields, _ENGAGE)
        if said.own is None:
            raise errors.not_allowed(_ENGAGE)
        return said.own

    def _beneath_ours(self, request: Request, fields: Fields, permission: str) -> Found:
        """The comment that the path names; beneath another Page's posts there is none for us."""
        account, node = self.desk.caller(request, fields), request.path_params["node"]
        self.desk.demand(request, permission)
        said = self._named(node)
        if said is None or said.root.account != account:
            raise errors.gone(node)
        return said

    def _named(self, node: str) -> Found | None:
        root, _, number = node.partition("_")
        said = beneath(self.desk.world, DIALECT, number)
        return said if said and said.root.id == root else None

    def _shape(self, said: Found) -> dict[str, Any]:
        page, nested = said.root.account, said.top != said.id
        writer = {"id": page_id(page), "name": page} if said.own else None
        place = f"{page_path(said.root)}?comment_id={said.id}"
        return {
            "id": f"{said.root.id}_{said.id}",
            "message": said.line.text,
            "created_time": instant(said.line.at),
            # Of people the API says nothing, unless they have let it.
            "from": writer,
            "parent": {"id": f"{said.root.id}_{said.top}"} if nested else None,
            "permalink_url": f"{self.desk.world.settings.origin}{place}",
        }


def _words(fields: Fields) -> str:
    text = fields.one("message") or ""
    if not text.strip():
        raise errors.bad_parameter("You must provide a message")
    if len(text) > _MOST_CHARACTERS:
        raise errors.bad_parameter("The message is too long; it has too many characters")
    return text
