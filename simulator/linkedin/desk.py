"""What every endpoint of the dialect needs: who asks, by which version, and how to say no."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from simulator.deeds import keep
from simulator.door import Door
from simulator.linkedin import errors
from simulator.linkedin.errors import Refused
from simulator.posts import Post
from simulator.remarks import post_of
from simulator.world import World

DIALECT = "linkedin"
BASE = "/linkedin"
_OLDEST, _NEWEST = 202601, 202612
"""The versions that live in late 2026."""
_ACCOUNT = ".organization"
_POST = re.compile(r"urn:li:(?:share|ugcPost):(\d{1,30})")


def account_of(name: str) -> str:
    """What the record calls the page of whoever a token opens."""
    return f"{name}{_ACCOUNT}"


def organization_id(account: str) -> str:
    """The number of a page: always the same for the same account."""
    return str(10**7 + int.from_bytes(hashlib.sha256(account.encode()).digest()[:3]))


def owner_of(account: str) -> str:
    """What the API calls a page."""
    return f"urn:li:organization:{organization_id(account)}"


def urn_of(post: Post) -> str:
    """What the API calls a post."""
    return f"urn:li:share:{post.id}"


def account_path(account: str) -> str:
    """Where a stranger reads a page's posts."""
    return f"{BASE}/company/{account}"


def page_path(post: Post) -> str:
    """Where a stranger reads a post, or an answer beneath it."""
    if post.in_reply_to_id:
        root = post_of(post.in_reply_to_id)
        comment = f"urn:li:comment:(urn:li:share:{root},{post.id})"
        return f"{BASE}/feed/update/urn:li:share:{root}/?commentUrn={quote(comment, safe='')}"
    return f"{BASE}/feed/update/{urn_of(post)}/"


def milliseconds(at: datetime) -> int:
    """A moment as the API writes it."""
    return int(at.timestamp() * 1000)


@dataclass(frozen=True)
class Desk:
    """The common ground of the endpoints."""

    world: World

    def caller(self, request: Request) -> str:
        """The page that the request's token opens, if the request says how it speaks."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        name = self.world.accounts.get(token) if scheme == "Bearer" else None
        if name is None:
            raise Refused(401)
        version = request.headers.get("linkedin-version")
        if version is None:
            raise errors.bad_request("A version must be present; use the Linkedin-Version header")
        if not version.isdecimal() or not _OLDEST <= int(version) <= _NEWEST:
            raise errors.ended(version)
        if request.headers.get("x-restli-protocol-version") != "2.0.0":
            raise errors.bad_request("Invalid URI syntax for protocol version 1.0.0")
        return account_of(name)

    async def said(self, request: Request) -> dict[str, Any]:
        """What the body says."""
        try:
            said = json.loads(await request.body())
        except ValueError as broken:
            raise errors.bad_request("Cannot parse request entity") from broken
        if not isinstance(said, dict):
            raise errors.bad_request("Request entity is not an object")
        return said

    def named(self, request: Request) -> str:
        """The number of the post that the path names; its colons have to be written as %3A."""
        urn, raw = request.path_params["urn"], request.scope.get("raw_path", b"")
        found = _POST.fullmatch(urn)
        if found is None or b"urn:" in raw:
            raise errors.bad_request(f"Invalid key {urn}")
        return found[1]

    def own(self, account: str, post_id: str) -> Post | None:
        """The post with this number; somebody else's is not to be touched."""
        post = self.world.posts.post(post_id)
        if post is not None and post.account != account:
            raise Refused(403)
        return post

    async def write(self, request: Request, *, status: int = 200, **fields: Any) -> None:
        """Write down what came of a request, safely, before it is answered."""
        await keep(self.world, DIALECT, request, status=status, **fields)


@dataclass(frozen=True)
class LinkedinDoor(Door):
    """How the dialect is entered. Where it throttles it does not say for how long."""

    desk: Desk

    def error(self, status: int, *, retry_after: int | None = None) -> Response:  # noqa: ARG002
        """The platform's answer with this status."""
        return errors.answer(status)

    async def note(self, request: Request, *, status: int, **fields: Any) -> None:
        """Write down a request that changed nothing."""
        await self.desk.write(request, status=status, what="request", **fields)
