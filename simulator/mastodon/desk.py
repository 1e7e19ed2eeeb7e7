"""What every endpoint of the dialect needs: who asks, what was said, and how to say no."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.deeds import keep
from simulator.door import Door
from simulator.fields import Fields, Unreadable, read_fields
from simulator.mastodon import refusals
from simulator.mastodon.refusals import Refused
from simulator.mastodon.shapes import BASE, Shapes, account_id
from simulator.posts import Post
from simulator.world import World

DIALECT = "mastodon"


@dataclass(frozen=True)
class Desk:
    """The common ground of the endpoints."""

    world: World
    shapes: Shapes

    def caller(self, request: Request) -> str:
        """The account whose token the request carries."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refused(401, refusals.NO_USER)
        account = self.world.accounts.get(token.strip())
        if account is None:
            raise Refused(401, refusals.BAD_TOKEN)
        return account

    def own_post(self, request: Request) -> Post:
        """The caller's own post that the path names."""
        account = self.caller(request)
        post = self.world.posts.post(request.path_params["id"])
        if post is None or post.account != account:
            raise Refused(404, refusals.NOT_FOUND)
        return post

    def seen_post(self, request: Request) -> Post:
        """The post that the path names, if readers see it yet."""
        post = self.world.posts.seen(request.path_params["id"], self.world.now())
        if post is None:
            raise Refused(404, refusals.NOT_FOUND)
        return post

    def name_of(self, wanted_id: str) -> str:
        """The name of the account with this id."""
        for name in self.world.known_names():
            if account_id(name) == wanted_id:
                return name
        raise Refused(404, refusals.NOT_FOUND)

    async def fields(self, request: Request) -> Fields:
        """What the body says."""
        try:
            return await read_fields(request)
        except Unreadable as broken:
            raise Refused(400, "Error occurred while parsing request parameters") from broken

    async def write(self, request: Request, *, status: int = 200, **fields: Any) -> None:
        """Write down what came of a request, safely, before it is answered."""
        await keep(self.world, DIALECT, request, status=status, **fields)


@dataclass(frozen=True)
class MastodonDoor(Door):
    """How the dialect is entered."""

    desk: Desk

    def error(self, status: int, *, retry_after: int | None = None) -> Response:
        """Mastodon's answer with this status."""
        return refusals.answer(status, retry_after=retry_after)

    async def note(self, request: Request, *, status: int, **fields: Any) -> None:
        """Write down a request that changed nothing."""
        token = request.headers.get("authorization", "").partition(" ")[2].strip()
        await self.desk.write(
            request,
            status=status,
            what="request",
            account=self.desk.world.accounts.get(token),
            key=request.headers.get("idempotency-key"),
            **fields,
        )


def found(shape: dict[str, Any] | list[dict[str, Any]], status: int = 200) -> JSONResponse:
    """A good answer."""
    return JSONResponse(shape, status)


def under(path: str) -> str:
    """The full path of an endpoint of this dialect."""
    return BASE + path
