"""Writes down what came of a request, safely, before it is answered."""

from typing import Any

from starlette.requests import Request

from simulator.faultline import ANSWER_AS, FAULT
from simulator.posts import Post
from simulator.world import World


async def keep(
    world: World,
    dialect: str,
    request: Request,
    *,
    status: int = 200,
    fault: str | None = None,
    **fields: Any,
) -> None:
    """Put one line into the record, with the answer that the caller really gets."""
    world.write(
        dialect=dialect,
        method=request.method,
        path=request.scope["path"],
        status=request.scope.get(ANSWER_AS, status),
        fault=fault or request.scope.get(FAULT),
        **fields,
    )
    await world.record.kept()


async def keep_hidden(
    world: World, dialect: str, request: Request, comment: str, post: Post, *, hidden: bool
) -> None:
    """Hide a comment beneath a post from strangers, or show it again."""
    others = [each for each in world.moderation.hidden(post.id) if each != comment]
    ids = (*others, comment) if hidden else tuple(others)
    await keep(world, dialect, request, what="hidden", account=post.account, id=post.id, ids=ids)


async def keep_pinned(
    world: World, dialect: str, request: Request, post: Post, *, pinned: bool
) -> None:
    """Let a post stand first on its account, or in its place again."""
    others = [each for each in world.moderation.pinned(post.account) if each != post.id]
    ids = (post.id, *others) if pinned else tuple(others)
    await keep(world, dialect, request, what="pinned", account=post.account, id=post.id, ids=ids)
