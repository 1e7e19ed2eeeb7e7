"""What every endpoint of the dialect needs: who asks, what was said, and how to say no."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.bluesky import refusals
from simulator.bluesky.names import BASE, did_of, handle_of
from simulator.bluesky.refusals import Refused, invalid
from simulator.bluesky.sessions import Sessions
from simulator.deeds import keep
from simulator.door import Door
from simulator.world import World

DIALECT = "bluesky"


@dataclass(frozen=True)
class Desk:
    """The common ground of the endpoints."""

    world: World
    sessions: Sessions

    def caller(self, request: Request) -> str:
        """The account whose session the request carries."""
        return self.sessions.account_of(request.headers.get("authorization", ""), "access")

    def account_of(self, who: object) -> str | None:
        """The account with a lasting name or a handle."""
        handles = {handle_of(name) for name in self.world.accounts.values()}
        known = handles | self.world.posts.names
        return next((handle for handle in known if who in (handle, did_of(handle))), None)

    async def said(self, request: Request) -> dict[str, Any]:
        """What the body says."""
        try:
            said = json.loads(await request.body())
        except ValueError as broken:
            raise invalid("Unable to parse request body") from broken
        if not isinstance(said, dict):
            raise invalid("Input must be an object")
        return said

    async def write(self, request: Request, *, status: int = 200, **fields: Any) -> None:
        """Write down what came of a request, safely, before it is answered."""
        await keep(self.world, DIALECT, request, status=status, **fields)


@dataclass(frozen=True)
class BlueskyDoor(Door):
    """How the dialect is entered."""

    desk: Desk

    def error(self, status: int, *, retry_after: int | None = None) -> Response:
        """The server's answer with this status."""
        return refusals.answer(status, retry_after=retry_after)

    async def note(self, request: Request, *, status: int, **fields: Any) -> None:
        """Write down a request that changed nothing."""
        try:
            account = self.desk.caller(request)
        except Refused:
            account = None
        await self.desk.write(request, status=status, what="request", account=account, **fields)


def under(method: str) -> str:
    """The full path of a method of this dialect."""
    return f"{BASE}/xrpc/{method}"
