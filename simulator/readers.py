"""How a test has a reader write, change or take away a comment; it belongs to no platform."""

from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.deeds import keep
from simulator.remarks import READERS, NoRoom, post_of
from simulator.world import World

S = TypeVar("S", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Strict):
    """What a comment says from now on."""

    text: str = Field(max_length=10_000)


class Remark(Words):
    """What a reader writes, beneath a post or another comment."""

    beneath: str = Field(pattern=r"^[0-9]{1,30}$")
    name: str = Field(min_length=1, max_length=200)


@dataclass(frozen=True)
class Readers:
    """The endpoints through which readers are led."""

    world: World

    def routes(self) -> list[Route]:
        """Which path leads where."""
        return [
            Route("/readers/comments", self.write, methods=["POST"]),
            Route("/readers/comments/{id:int}", self.edit, methods=["PUT"]),
            Route("/readers/comments/{id:int}", self.remove, methods=["DELETE"]),
        ]

    async def write(self, request: Request) -> Response:
        """Write a comment; the answer says its number."""
        said = await _said(request, Remark)
        if isinstance(said, Response):
            return said
        post = self.world.posts.post(post_of(said.beneath))
        if post is None or not (said.beneath == post.id or self.world.comment(said.beneath)):
            return _no(404, "no such post or comment stands")
        try:
            comment = self.world.remarks.next_id(post.id)
        except NoRoom:
            return _no(409, "as many comments as there can be stand beneath that post")
        parent = "" if said.beneath == post.id else said.beneath
        await self._keep(
            request,
            status=201,
            what="commented",
            id=comment,
            text=said.text,
            in_reply_to_id=parent or None,
            value={"name": said.name},
        )
        return JSONResponse({"id": comment}, 201)

    async def edit(self, request: Request) -> Response:
        """Change the words of a comment, made-up or not."""
        said = await _said(request, Words)
        if isinstance(said, Response):
            return said
        comment = str(request.path_params["id"])
        if self.world.comment(comment) is None:
            return _no(404, "no such comment stands")
        await self._keep(request, what="comment-edited", id=comment, text=said.text)
        return JSONResponse({"id": comment})

    async def remove(self, request: Request) -> Response:
        """Take a comment away, made-up or not."""
        comment = str(request.path_params["id"])
        if self.world.comment(comment) is None:
            return _no(404, "no such comment stands")
        await self._keep(request, what="comment-removed", id=comment)
        return JSONResponse({"id": comment})

    async def _keep(self, request: Request, **fields: Any) -> None:
        await keep(self.world, READERS, request, **fields)


async def _said(request: Request, shape: type[S]) -> S | Response:
    # A page of another origin cannot send this type without being asked.
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/json":
        return _no(415, "send it as application/json")
    try:
        return shape.model_validate_json(await request.body())
    except ValidationError as wrong:
        return _no(422, str(wrong.errors(include_url=False, include_context=False)[0]["msg"]))


def _no(status: int, words: str) -> JSONResponse:
    return JSONResponse({"error": words}, status)
