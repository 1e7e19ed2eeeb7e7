"""What every endpoint of the plain platform needs: who asks, what was said, and how to say no."""

import json
import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.deeds import keep
from simulator.door import Door, Refusal
from simulator.plain.shelf import PLAIN
from simulator.rules import Lag, ReplayStatus
from simulator.world import World

BASE = "/plain"
MAX_CHARACTERS = 5000

_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


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
    """The common ground of the endpoints."""

    world: World

    def caller(self, request: Request) -> str:
        """The account that the path names; any token opens it."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Refused(401, "Send Authorization: Bearer and any word.")
        return self.named(request)

    def named(self, request: Request) -> str:
        """The account that the path names, for whoever asks."""
        account: str = request.path_params["account"]
        if not _ACCOUNT.fullmatch(account):
            raise Refused(404, "An account's name is a-z, 0-9, '-' and '_'.")
        return account

    async def text(self, request: Request) -> str:
        """The text that the body says."""
        try:
            said = json.loads(await request.body())
        except ValueError as broken:
            raise Refused(400, "The body must be JSON.") from broken
        text = said.get("text") if isinstance(said, dict) else None
        if not isinstance(text, str) or not text.strip():
            raise Refused(422, 'The body must be {"text": "…"}, with words in it.')
        if len(text) > MAX_CHARACTERS:
            raise Refused(422, f"The text has {len(text)} characters; {MAX_CHARACTERS} fit.")
        return text

    async def publish(
        self, request: Request, account: str, post_id: str, text: str, **fields: Any
    ) -> Response:
        """Make a post public, seen by readers at once or as late as a rule says."""
        lag = self.world.faults.inner(request.method, request.scope["path"], text, Lag)
        await self.write(
            request,
            what="published",
            account=account,
            id=post_id,
            text=text,
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
            **fields,
        )
        return self.shown(account, post_id)

    async def repeat(
        self, request: Request, account: str, post_id: str, text: str, **fields: Any
    ) -> Response:
        """Answer with the post that was made before, or with the error that a rule says."""
        fault = self.world.faults.inner(request.method, request.scope["path"], text, ReplayStatus)
        broken = fault.status if isinstance(fault, ReplayStatus) else None
        await self.write(
            request,
            status=broken or 200,
            what="replayed",
            account=account,
            id=post_id,
            text=text,
            fault=fault.kind if fault else None,
            **fields,
        )
        return error(broken) if broken else self.shown(account, post_id)

    async def write(self, request: Request, *, status: int = 200, **fields: Any) -> None:
        """Write down what came of a request, safely, before it is answered."""
        await keep(self.world, PLAIN, request, status=status, **fields)

    def new_id(self) -> str:
        """An id that no caller can have chosen, and that no restart gives again."""
        return f"~{self.world.record.last + 1}"

    def shown(self, account: str, post_id: str) -> Response:
        """The id and the public address of a post."""
        return JSONResponse({"id": post_id, "url": self.address(account, post_id)})

    def address(self, account: str, post_id: str) -> str:
        """Where a stranger reads a post."""
        return f"{self.world.settings.origin}{BASE}/@{account}/{post_id}"


@dataclass(frozen=True)
class PlainDoor(Door):
    """How the platform is entered."""

    desk: Desk

    def error(self, status: int, *, retry_after: int | None = None) -> Response:
        """The platform's answer with this status."""
        return error(status, retry_after=retry_after)

    async def note(self, request: Request, *, status: int, **fields: Any) -> None:
        """Write down a request that changed nothing."""
        account: str = request.scope["path"].removeprefix(f"{BASE}/").partition("/")[0]
        await self.desk.write(
            request,
            status=status,
            what="request",
            account=account if _ACCOUNT.fullmatch(account) else None,
            key=request.headers.get("idempotency-key"),
            **fields,
        )


def error(status: int, words: str | None = None, *, retry_after: int | None = None) -> JSONResponse:
    """An answer that says no."""
    headers = None if retry_after is None else {"Retry-After": str(retry_after)}
    return JSONResponse({"error": words or f"Error {status}"}, status, headers)
