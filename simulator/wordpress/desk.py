"""What every endpoint of the dialect needs: who asks, what for, and how to answer."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.deeds import keep
from simulator.door import Door
from simulator.fields import Unreadable, read_fields
from simulator.wordpress import errors
from simulator.wordpress.errors import Refused
from simulator.wordpress.names import DIALECT, account_of
from simulator.world import World

_LARGEST_PAGE = 100
_USUAL_PAGE = "10"


@dataclass(frozen=True)
class Desk:
    """The common ground of the endpoints."""

    world: World

    def caller(self, request: Request) -> str | None:
        """The account whose name and password the request carries; None: a stranger."""
        scheme, _, said = request.headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(said).decode().partition(":")
        except ValueError:
            return None
        # An application password is shown in groups of four.
        name = self.world.accounts.get(password.replace(" ", ""))
        return account_of(name) if scheme == "Basic" and name == user else None

    async def asked(self, request: Request) -> dict[str, Any]:
        """What the query and the body say, together."""
        said: dict[str, Any] = dict(request.query_params)
        kind = request.headers.get("content-type", "").partition(";")[0]
        try:
            if kind == "application/json":
                more = json.loads(await request.body() or b"{}")
                return {**said, **more} if isinstance(more, dict) else said
            if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
                return {**said, **dict((await read_fields(request)).pairs)}
        except (ValueError, Unreadable) as broken:
            raise Refused(400, "rest_invalid_json", "Invalid JSON body passed.") from broken
        return said

    async def write(self, request: Request, *, status: int = 200, **fields: Any) -> None:
        """Write down what came of a request, safely, before it is answered."""
        await keep(self.world, DIALECT, request, status=status, **fields)

    def page(
        self, request: Request, things: Sequence[dict[str, Any]], total: int | None = None
    ) -> Response:
        """One page of a list, with how much there is of it; what is hidden is counted too."""
        limit = request.query_params.get("per_page", _USUAL_PAGE)
        number = request.query_params.get("page", "1")
        if not limit.isdecimal() or not 1 <= int(limit) <= _LARGEST_PAGE:
            why = "per_page must be between 1 (inclusive) and 100 (inclusive)"
            raise errors.bad_parameter("per_page", why, "rest_out_of_bounds")
        if not number.isdecimal() or int(number) < 1:
            raise errors.bad_parameter("page", "page must be greater than or equal to 1")
        total = len(things) if total is None else total
        pages, begin = ceil(total / int(limit)), (int(number) - 1) * int(limit)
        if total and int(number) > pages:
            message = "The page number requested is larger than the number of pages available."
            raise Refused(400, "rest_post_invalid_page_number", message)
        shown = [chosen(request, thing) for thing in things[begin : begin + int(limit)]]
        return found(shown, headers={"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)})


@dataclass(frozen=True)
class WordPressDoor(Door):
    """How the site is entered."""

    desk: Desk

    def error(self, status: int, *, retry_after: int | None = None) -> Response:
        """The site's answer with this status."""
        return errors.trouble(status) if retry_after is None else errors.throttled(retry_after)

    async def note(self, request: Request, *, status: int, **fields: Any) -> None:
        """Write down a request that changed nothing."""
        await self.desk.write(request, status=status, what="request", **fields)


def chosen(request: Request, thing: dict[str, Any]) -> dict[str, Any]:
    """The fields that were asked for, as `id,title.raw`; or all of them."""
    asked = [name for name in request.query_params.get("_fields", "").split(",") if name]
    if not asked:
        return thing
    made: dict[str, Any] = {}
    for name in asked:
        outer, _, inner = name.partition(".")
        if outer not in thing:
            continue
        if inner and isinstance(thing[outer], dict):
            if inner in thing[outer]:
                made.setdefault(outer, {})[inner] = thing[outer][inner]
        else:
            made[outer] = thing[outer]
    return made


def found(thing: Any, status: int = 200, headers: dict[str, str] | None = None) -> JSONResponse:
    """A good answer."""
    return JSONResponse(thing, status, headers)
