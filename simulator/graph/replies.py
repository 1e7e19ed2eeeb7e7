"""Comments beneath an Instagram account's posts: answered, read and taken away."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.beneath import Found, answers_to
from simulator.beneath import found as beneath
from simulator.fields import Fields
from simulator.graph import errors
from simulator.graph.containers import instant
from simulator.graph.desk import Desk, chosen, found
from simulator.graph.instagram import Instagram
from simulator.rules import Lag

_MOST_CHARACTERS = 2200
_MANAGE = "instagram_manage_comments"
_USUAL = ("id", "text", "timestamp")


@dataclass(frozen=True)
class Replies:
    """The endpoints of comments. A comment has no address and cannot be changed."""

    desk: Desk
    instagram: Instagram

    def knows(self, node: str) -> bool:
        """Whether a node is a comment."""
        return beneath(self.desk.world, self.instagram.dialect, node) is not None

    async def read(self, request: Request) -> Response:
        """One comment."""
        fields = await self.desk.fields(request)
        return found(chosen(_shape(self._beneath_ours(request, fields)), fields, _USUAL))

    async def listed(self, request: Request) -> Response:
        """What has been answered to a comment, the oldest first."""
        fields = await self.desk.fields(request)
        said = self._with_replies(request, fields)
        answers = answers_to(self.desk.world, said.root, said.id)
        return found({"data": [chosen(_shape(each), fields, _USUAL) for each in answers]})

    async def answer(self, request: Request) -> Response:
        """Answer a comment; the parameter is called otherwise than the field that is read."""
        fields = await self.desk.fields(request)
        said = self._with_replies(request, fields)
        text = fields.one("message") or ""
        if not text.strip() or len(text) > _MOST_CHARACTERS:
            raise errors.bad_parameter("Param message must have 1 to 2200 characters")
        world = self.desk.world
        new = world.posts.new_id(world.now())
        lag = world.faults.inner("POST", request.url.path, text, Lag)
        await self.desk.write(
            request,
            dialect=self.instagram.dialect,
            what="published",
            account=said.root.account,
            id=new,
            text=text,
            in_reply_to_id=said.id,
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )
        return found({"id": new})

    async def delete(self, request: Request) -> Response:
        """Take an answer away."""
        fields = await self.desk.fields(request)
        own = self._beneath_ours(request, fields).own
        if own is None:
            raise errors.not_allowed(_MANAGE)
        await self.desk.write(
            request,
            dialect=self.instagram.dialect,
            what="deleted",
            account=own.account,
            id=own.id,
            text=own.text,
        )
        return found({"success": True})

    def _with_replies(self, request: Request, fields: Fields) -> Found:
        """The comment that the path names; what answers another one has no replies of its own."""
        said = self._beneath_ours(request, fields)
        if said.top != said.id:
            raise errors.gone(said.id)
        return said

    def _beneath_ours(self, request: Request, fields: Fields) -> Found:
        account = self.instagram.account_of(self.desk.name(request, fields))
        self.desk.demand(request, _MANAGE)
        node = request.path_params["node"]
        said = beneath(self.desk.world, self.instagram.dialect, node)
        if said is None or said.root.account != account:
            raise errors.gone(node)
        return said


def _shape(said: Found) -> dict[str, Any]:
    nested = said.top != said.id
    return {
        "id": said.id,
        "text": said.line.text,
        "timestamp": instant(said.line.at),
        # The platform often leaves out who it is.
        "from": None,
        "parent_id": said.top if nested else None,
        "media": {"id": said.root.id},
    }
