"""Where the list is read, and where a test sends, takes back, or loses a message."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.deeds import keep
from simulator.door import Door, Refusal
from simulator.vma import messages
from simulator.vma.board import VMA
from simulator.world import World

BASE = "/vma"

_MAX_AGE = 10


class Refused(Refusal):
    """The request is answered with an error, and nothing is changed."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words

    def answer(self) -> Response:
        """Say it in a sentence."""
        return error(self.status, self.words)


@dataclass(frozen=True)
class Desk:
    """The endpoints. Anyone may read the list; the desk is for tests and exercises."""

    world: World

    async def listed(self, request: Request) -> Response:
        """Every message in force, and those that took one back."""
        board = self.world.vma
        alerts = list(board.listed(request.query_params.get("geocode")))
        seen = hashlib.sha256(json.dumps(alerts).encode()).hexdigest()[:32]
        headers = {"ETag": f'"{seen}"', "Cache-Control": f"public, max-age={_MAX_AGE}"}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        at = board.changed_at or self.world.now()
        told = at.isoformat(timespec="seconds")
        return JSONResponse({"timestamp": told, "alerts": alerts}, headers=headers)

    async def announce(self, request: Request) -> Response:
        """Send a message; the answer is the message as it is listed."""
        said = await _said(request)
        old = None
        if said.updates is not None:
            old = self._named(said.updates)
        return await self._list(request, said, old)

    async def cancel(self, request: Request) -> Response:
        """Take a message back; both stay in the list."""
        old = self._named(request.path_params["identifier"])
        n, at = self.world.record.last + 1, self.world.now()
        return await self._keep(request, messages.cancellation(old, n, at))

    async def lose(self, request: Request) -> Response:
        """Let a message be gone from the list without a word."""
        identifier = self._named(request.path_params["identifier"])["identifier"]
        await self._write(request, what="vanished", id=identifier)
        return Response(status_code=204)

    async def sample(self, request: Request) -> Response:
        """Send what the real test address shows: technical tests and an exercise."""
        for said in messages.samples():
            await self._list(request, said, None)
        return JSONResponse({"listed": len(messages.samples())}, 201)

    async def _list(
        self, request: Request, said: messages.Announcement, old: dict[str, Any] | None
    ) -> Response:
        n, at = self.world.record.last + 1, self.world.now()
        return await self._keep(request, messages.announcement(said, n, at, old))

    async def _keep(self, request: Request, message: dict[str, Any]) -> Response:
        await self._write(
            request, status=201, what="announced", id=message["identifier"], value=message
        )
        return JSONResponse(message, 201)

    async def _write(self, request: Request, *, status: int = 204, **fields: Any) -> None:
        await keep(self.world, VMA, request, status=status, **fields)

    def _named(self, identifier: str) -> dict[str, Any]:
        message = self.world.vma.message(identifier)
        if message is None:
            raise Refused(404, "no such message is listed")
        return message


@dataclass(frozen=True)
class VmaDoor(Door):
    """How the dialect is entered."""

    desk: Desk

    def error(self, status: int, *, retry_after: int | None = None) -> Response:
        """The server's answer with this status."""
        return error(status, retry_after=retry_after)

    async def note(self, request: Request, *, status: int, **fields: Any) -> None:
        """Write down a request that changed nothing."""
        await keep(self.desk.world, VMA, request, status=status, what="request", **fields)


def routes(door: VmaDoor) -> list[Route]:
    """What Sveriges Radio has, and beside it the desk that it has not."""
    desk = door.desk
    table = [
        ("GET", "/api/v3/alerts", desk.listed),
        ("POST", "/desk/alerts", desk.announce),
        ("POST", "/desk/alerts/{identifier}/cancel", desk.cancel),
        ("DELETE", "/desk/alerts/{identifier}", desk.lose),
        ("POST", "/desk/samples", desk.sample),
    ]
    return [
        Route(f"{BASE}{path}", door.refusing(endpoint), methods=[method])
        for method, path, endpoint in table
    ]


async def _said(request: Request) -> messages.Announcement:
    # A page of another origin cannot send this type without being asked.
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/json":
        raise Refused(415, "send it as application/json")
    try:
        return messages.Announcement.model_validate_json(await request.body())
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Refused(422, f"{where}: {first['msg']}") from None


def error(status: int, words: str | None = None, *, retry_after: int | None = None) -> JSONResponse:
    """An answer that says no."""
    headers = None if retry_after is None else {"Retry-After": str(retry_after)}
    return JSONResponse({"error": words or f"Error {status}"}, status, headers)
