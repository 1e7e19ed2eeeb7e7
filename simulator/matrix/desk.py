"""What every endpoint of the dialect needs: who asks, in which room, and how to say no."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.deeds import keep
from simulator.door import Door
from simulator.matrix import refusals
from simulator.matrix.names import BASE, account_of, device_of, rooms_of, user_of
from simulator.matrix.refusals import Refused
from simulator.matrix.rooms import MATRIX
from simulator.world import World


@dataclass(frozen=True)
class Caller:
    """A user on a device, and the rooms that they are in, by what kind each is."""

    user: str
    device: str
    rooms: dict[str, str]


@dataclass(frozen=True)
class Desk:
    """The common ground of the endpoints."""

    world: World

    def caller(self, request: Request) -> Caller:
        """Whose token the request carries."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Refused(401, "M_MISSING_TOKEN", "Missing access token")
        name = self.world.accounts.get(token.strip())
        if name is None:
            raise Refused(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.")
        return Caller(user_of(name), device_of(token.strip()), rooms_of(name))

    def room(self, request: Request, caller: Caller) -> str:
        """The room that the path names, as the record calls it; only for who is in it."""
        room = request.path_params["room"]
        if room not in caller.rooms.values():
            words = f"User {caller.user} not in room {room}"
            if request.method == "GET":
                words += ", and room previews are disabled"
            raise Refused(403, "M_FORBIDDEN", words)
        return account_of(room)

    async def said(self, request: Request) -> dict[str, Any]:
        """What the body says."""
        try:
            said = json.loads(await request.body(), parse_float=_refuse_float)
        except ValueError as broken:
            raise Refused(400, "M_NOT_JSON", "Content not JSON.") from broken
        if not isinstance(said, dict):
            raise refusals.bad_json("Content must be a JSON object.")
        return said

    async def write(self, request: Request, *, status: int = 200, **fields: Any) -> None:
        """Write down what came of a request, safely, before it is answered."""
        await keep(self.world, MATRIX, request, status=status, **fields)


@dataclass(frozen=True)
class MatrixDoor(Door):
    """How the dialect is entered."""

    desk: Desk

    def error(self, status: int, *, retry_after: int | None = None) -> Response:
        """The server's answer with this status."""
        return refusals.answer(status, retry_after=retry_after)

    async def note(self, request: Request, *, status: int, **fields: Any) -> None:
        """Write down a request that changed nothing."""
        await self.desk.write(request, status=status, what="request", **fields)


def under(path: str) -> str:
    """The full path of an endpoint of this dialect."""
    return f"{BASE}/_matrix/{path}"


def _refuse_float(_: str) -> None:
    raise refusals.bad_json("Bad JSON value: float")
