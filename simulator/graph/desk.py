"""What every endpoint of the dialect needs: who asks, which fields, and how to say no."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.deeds import keep
from simulator.door import Door, Endpoint
from simulator.fields import Fields, Unreadable, read_fields
from simulator.graph import errors
from simulator.graph.errors import Refused
from simulator.graph.passes import Passes
from simulator.graph.quota import Quota
from simulator.posts import Post
from simulator.settings import Grant
from simulator.world import World

DIALECT = "facebook"
BASE = "/graph"
_USED = '{"call_count":1,"total_time":1,"total_cputime":1}'
_VERSION = re.compile(r"v\d{2}\.0")


def account_of(name: str) -> str:
    """What the record calls the Page of whoever a token opens."""
    return f"{name}.page"


def page_id(account: str) -> str:
    """The number of a Page: always the same for the same account."""
    return str(10**14 + int.from_bytes(hashlib.sha256(account.encode()).digest()[:5]))


def account_path(account: str) -> str:
    """Where a stranger reads a Page's posts."""
    return f"/facebook/{account}"


def page_path(post: Post) -> str:
    """Where a stranger reads a post."""
    return f"{account_path(post.account)}/posts/{post.id}"


@dataclass(frozen=True)
class Desk:
    """The common ground of the endpoints."""

    world: World
    quota: Quota
    dialect: str = DIALECT
    version: re.Pattern[str] = _VERSION

    async def fields(self, request: Request) -> Fields:
        """What the query and the body say; callers may put a parameter in either."""
        version = request.path_params["version"]
        if not self.version.fullmatch(version):
            raise Refused(2500, f"Unknown path components: /{version}")
        try:
            body = await read_fields(request)
        except Unreadable as broken:
            raise Refused(100, "Invalid request body") from broken
        return Fields((*request.query_params.multi_items(), *body.pairs))

    def caller(self, request: Request, fields: Fields) -> str:
        """The Page whose token the request carries."""
        return account_of(self.name(request, fields))

    def name(self, request: Request, fields: Fields) -> str:
        """Whose token the request carries, in a header or among the parameters."""
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        token = bearer.strip() if scheme.lower() in {"bearer", "oauth"} else None
        token = token or fields.one("access_token")
        if not token:
            raise errors.no_token()
        name = self.whose(token)
        if name is None:
            raise errors.bad_token()
        self._admit(request, token, page_id(account_of(name)))
        return name

    def _admit(self, request: Request, token: str, page: str) -> None:
        """Let a call in, unless the token has ended or the Page has called too often."""
        grant, now = self.grant(token), self.world.now()
        if grant.is_over(now):
            raise errors.bad_token()
        request.state.page, request.state.scopes = page, grant.scopes
        if not self.quota.take(page, now):
            raise errors.Spent(self.quota.regained_in(page, now))

    def demand(self, request: Request, permission: str) -> None:
        """Refuse a caller whose token has not been given this permission."""
        if permission not in request.state.scopes:
            raise errors.not_allowed(permission)

    def whose(self, token: str) -> str | None:
        """Whose a token is; None: it opens nothing."""
        passed = self.passes.read(token)
        return passed[0] if passed else self.world.accounts.get(token)

    def grant(self, token: str) -> Grant:
        """What a token is good for."""
        passed = self.passes.read(token)
        return passed[1] if passed else self.world.settings.grants.get(token, Grant())

    @property
    def passes(self) -> Passes:
        """The tokens that were given out here."""
        return Passes(self.dialect, self.world.settings.seed)

    async def write(
        self, request: Request, *, status: int = 200, dialect: str = "", **fields: Any
    ) -> None:
        """Write down what came of a request, safely, before it is answered."""
        await keep(self.world, dialect or self.dialect, request, status=status, **fields)


@dataclass(frozen=True)
class GraphDoor(Door):
    """How the dialect is entered; every answer says how much of the quota is used."""

    desk: Desk

    def error(self, status: int, *, retry_after: int | None = None) -> Response:
        """The platform's answer with this status."""
        if retry_after is not None:
            return errors.throttled(retry_after)
        return errors.trouble(status)

    async def note(self, request: Request, *, status: int, **fields: Any) -> None:
        """Write down a request that changed nothing."""
        await self.desk.write(request, status=status, what="request", **fields)

    def refusing(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, with its refusals answered and its usage told."""
        refused = super().refusing(endpoint)

        async def answer(request: Request) -> Response:
            response = await refused(request)
            response.headers["X-App-Usage"] = _USED
            page = getattr(request.state, "page", None)
            if page and "X-Business-Use-Case-Usage" not in response.headers:
                response.headers["X-Business-Use-Case-Usage"] = self.desk.quota.header(page)
            return response

        return answer


def found(shape: dict[str, Any] | list[dict[str, Any]]) -> JSONResponse:
    """A good answer."""
    return JSONResponse(shape)


def chosen(shape: dict[str, Any], fields: Fields, usual: tuple[str, ...]) -> dict[str, Any]:
    """The fields that were asked for, and always the id; what is None is left out."""
    asked = _names(fields.one("fields") or "") or usual
    unknown = [name for name in asked if name not in shape]
    if unknown:
        raise bad_field(unknown[0])
    return {name: shape[name] for name in dict.fromkeys((*asked, "id")) if shape[name] is not None}


def bad_field(name: str) -> Refused:
    """A field that the node does not have."""
    return errors.bad_parameter(f"Tried accessing nonexisting field ({name})")


def _names(asked: str) -> tuple[str, ...]:
    """The outermost names of `id,comments.limit(0).summary(true),attachments{type}`."""
    while (flat := re.sub(r"\{[^{}]*\}|\([^()]*\)", "", asked)) != asked:
        asked = flat
    return tuple(name.partition(".")[0].strip() for name in asked.split(",") if name.strip())
