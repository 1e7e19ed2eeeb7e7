"""Comments answered beneath a page's posts, and what was answered changed and taken away."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.beneath import Found, found
from simulator.linkedin import errors
from simulator.linkedin.comments import comment_urn, shape
from simulator.linkedin.desk import DIALECT, Desk, owner_of, urn_of
from simulator.linkedin.errors import Refused
from simulator.posts import Post
from simulator.rules import Lag

_MOST_CHARACTERS = 1250
_COMMENT = re.compile(r"urn:li:comment:\(urn:li:share:(\d{1,30}),(\d{1,30})\)")


@dataclass(frozen=True)
class Answering:
    """The endpoints of comments. An answer has one comment above it, never two."""

    desk: Desk

    async def answer(self, request: Request) -> Response:
        """Answer a comment; its name is told in a header and in the body."""
        account, said = self.desk.caller(request), await self.desk.said(request)
        above = self._above(request, account)
        if said.get("actor") != owner_of(account):
            raise Refused(403)
        if said.get("object") != urn_of(above.root):
            raise errors.invalid("ERROR :: /object :: is not the post above the comment")
        if said.get("parentComment") != comment_urn(above.root, above.id) or above.top != above.id:
            raise errors.invalid("ERROR :: /parentComment :: is not the comment right beneath it")
        text = _words(said.get("message"))
        world = self.desk.world
        new = world.posts.new_id(world.now())
        lag = world.faults.inner("POST", request.url.path, text, Lag)
        await self.desk.write(
            request,
            status=201,
            what="published",
            account=account,
            id=new,
            text=text,
            in_reply_to_id=above.id,
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )
        made = {**said, "id": new, "commentUrn": comment_urn(above.root, new)}
        return JSONResponse(made, 201, headers={"x-restli-id": new})

    async def one(self, request: Request) -> Response:
        """One comment beneath a post."""
        said = self._named(request, self.desk.caller(request))
        lines = self.desk.world.thread(said.root)
        return JSONResponse(shape(said.root, said.line, lines))

    async def change(self, request: Request) -> Response:
        """Change the words of an answer."""
        account = self.desk.caller(request)
        if request.headers.get("x-restli-method") != "PARTIAL_UPDATE":
            raise errors.bad_request("The method PARTIAL_UPDATE has to be named in a header")
        own = self._own(request, account)
        match await self.desk.said(request):
            case {"patch": {"message": {"$set": message}}}:
                text = _words(message)
            case _:
                raise errors.invalid("The simulator changes the message only")
        await self.desk.write(
            request, status=204, what="edited", account=account, id=own.id, text=text
        )
        return Response(status_code=204)

    async def delete(self, request: Request) -> Response:
        """Take an answer away."""
        account = self.desk.caller(request)
        own = self._own(request, account)
        await self.desk.write(
            request, status=204, what="deleted", account=account, id=own.id, text=own.text
        )
        return Response(status_code=204)

    def _own(self, request: Request, account: str) -> Post:
        own = self._named(request, account).own
        if own is None or request.query_params.get("actor") != owner_of(account):
            raise Refused(403)
        return own

    def _named(self, request: Request, account: str) -> Found:
        post = self.desk.own(account, self.desk.named(request))
        said = found(self.desk.world, DIALECT, request.path_params["number"])
        if post is None or said is None or said.root.id != post.id:
            raise Refused(404)
        return said

    def _above(self, request: Request, account: str) -> Found:
        urn, raw = request.path_params["urn"], request.scope.get("raw_path", b"")
        named = _COMMENT.fullmatch(urn)
        if named is None or b"urn:" in raw:
            raise errors.bad_request(f"Invalid key {urn}")
        said = found(self.desk.world, DIALECT, named[2])
        if said is None or said.root.id != named[1]:
            raise Refused(404)
        if said.root.account != account:
            raise Refused(403)
        return said


def _words(message: Any) -> str:
    text = message.get("text") if isinstance(message, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise errors.invalid("ERROR :: /message/text :: field is required but not found")
    if len(text) > _MOST_CHARACTERS:
        raise errors.invalid(f"ERROR :: /message/text :: exceeds {_MOST_CHARACTERS} characters")
    return text
