"""What members and pages have written beneath a post."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.linkedin import errors
from simulator.linkedin.desk import Desk, owner_of, urn_of
from simulator.linkedin.errors import Refused
from simulator.posts import Post
from simulator.remarks import Line

_LARGEST_PAGE = 100
_COMMENT = re.compile(r"urn:li:comment:\((urn:li:share:(\d{1,30})),(\d{1,30})\)")


def comment_urn(post: Post, number: str) -> str:
    """What the API calls a comment."""
    return f"urn:li:comment:({urn_of(post)},{number})"


@dataclass(frozen=True)
class Comments:
    """The endpoint that lists them."""

    desk: Desk

    async def listed(self, request: Request) -> Response:
        """What answers a post, or a comment; the oldest first."""
        account, urn = self.desk.caller(request), request.path_params["urn"]
        beneath = _COMMENT.fullmatch(urn)
        if beneath and b"urn:" in request.scope.get("raw_path", b""):
            raise errors.bad_request(f"Invalid key {urn}")
        number = beneath[2] if beneath else self.desk.named(request)
        post, world = self.desk.own(account, number), self.desk.world
        if post is None or post.seen_from > world.now():
            raise Refused(404)
        start, count = _place(request, "start", "0"), _place(request, "count", "10")
        if not 1 <= count <= _LARGEST_PAGE:
            raise errors.bad_request(f"count has to be between 1 and {_LARGEST_PAGE}")
        lines = world.thread(post)
        above = beneath[3] if beneath else post.id
        wanted = [line for line in lines if line.parent == above]
        page = [_shape(post, line, lines) for line in wanted[start : start + count]]
        links = [{"type": "application/json", "rel": "next", "href": request.url.path}]
        more = links if wanted[start + count :] else []
        paging = {"start": start, "count": count, "links": more, "total": len(wanted)}
        return JSONResponse({"paging": paging, "elements": page})


def _place(request: Request, name: str, usual: str) -> int:
    said = request.query_params.get(name, usual)
    if not said.isdecimal():
        raise errors.bad_request(f"{name} has to be a number")
    return int(said)


def _shape(post: Post, line: Line, lines: list[Line]) -> dict[str, Any]:
    member = f"urn:li:person:{int.from_bytes(line.name.encode()[:5]):x}"
    actor = owner_of(line.answer.account) if line.answer else member
    written = {"actor": actor, "time": int(line.at.timestamp() * 1000)}
    answers = sum(each.parent == line.id for each in lines)
    parent = {"parentComment": comment_urn(post, line.parent)} if line.parent != post.id else {}
    return {
        "$URN": comment_urn(post, line.id),
        "id": line.id,
        "commentUrn": comment_urn(post, line.id),
        "actor": actor,
        "object": urn_of(post),
        "message": {"attributes": [], "text": line.text},
        "created": written,
        "lastModified": written,
        "commentsSummary": {"aggregatedTotalComments": answers, "selectedComments": []},
        **parent,
    }
