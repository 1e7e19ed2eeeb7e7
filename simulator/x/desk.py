"""What every endpoint of the dialect needs: who asks, what was said, and how to say no."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.deeds import keep
from simulator.door import Door
from simulator.posts import Post
from simulator.world import World
from simulator.x import errors
from simulator.x.errors import Refused, invalid
from simulator.x.signatures import Signatures

DIALECT = "x"
BASE = "/x"


def account_of(name: str) -> str:
    """The handle of whoever a token opens."""
    return f"{name.replace('-', '_')}_x"[:15]


def user_id(account: str) -> str:
    """The number of an account: always the same for the same handle."""
    return str(10**9 + int.from_bytes(hashlib.sha256(account.encode()).digest()[:4]))


def account_path(account: str) -> str:
    """Where a stranger reads an account's posts."""
    return f"{BASE}/{account}"


def page_path(post: Post) -> str:
    """Where a stranger reads a post."""
    return f"{account_path(post.account)}/status/{post.id}"


@dataclass(frozen=True)
class Desk:
    """The common ground of the endpoints."""

    world: World
    signatures: Signatures = field(default_factory=Signatures)

    def caller(self, request: Request) -> str:
        """The account in whose name a signed request comes."""
        if request.headers.get("authorization", "").startswith("Bearer "):
            self.reader(request)
            detail = (
                "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint."
            )
            raise Refused(403, detail, "unsupported-authentication")
        token = self.signatures.token_of(request, self.world.now().timestamp())
        return self._account(token)

    def reader(self, request: Request) -> str:
        """Who reads what anybody may: signed, or with an app's bearer token."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer":
            return self._account(token)
        return self.caller(request)

    def _account(self, token: str) -> str:
        name = self.world.accounts.get(token)
        if name is None:
            raise Refused(401)
        return account_of(name)

    async def said(self, request: Request) -> dict[str, Any]:
        """What the body says."""
        try:
            said = json.loads(await request.body())
        except ValueError as broken:
            raise invalid("The body of this request is not JSON") from broken
        if not isinstance(said, dict):
            raise invalid("The body of this request is not an object")
        return said

    async def write(self, request: Request, *, status: int = 200, **fields: Any) -> None:
        """Write down what came of a request, safely, before it is answered."""
        await keep(self.world, DIALECT, request, status=status, **fields)


@dataclass(frozen=True)
class XDoor(Door):
    """How the dialect is entered."""

    desk: Desk

    def error(self, status: int, *, retry_after: int | None = None) -> Response:
        """The platform's answer with this status."""
        if retry_after is not None:
            return errors.throttled(retry_after)
        return errors.answer(status, kind="client-forbidden" if status == 403 else None)

    async def note(self, request: Request, *, status: int, **fields: Any) -> None:
        """Write down a request that changed nothing."""
        await self.desk.write(request, status=status, what="request", **fields)
