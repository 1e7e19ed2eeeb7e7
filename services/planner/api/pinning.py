"""Pinning over HTTP: which post stands at the top of a channel, and letting it go."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response

from schemas.envelope import Name
from services.planner.answers import PostAnswer
from services.planner.api.posts import Asking, Parts, Somebody, Speech, answer_of
from services.planner.desk import Desk
from services.planner.domain.people import Person
from services.planner.domain.shown import Shown
from services.planner.moderating import Pinning
from services.planner.requests import Asked

router = APIRouter(prefix="/api/v1/posts/{post}/channels/{channel}", tags=["posts"])


@router.post("/pin", response_model=PostAnswer)
async def pin(
    post: UUID,
    channel: Annotated[Name, Path()],
    person: Somebody,
    asking: Asking,
    desk: Parts,
    speech: Speech,
) -> Response:
    """Ask the channel to pin a public post at the top."""
    return answer_of(desk, await pinned(desk, person, "pin", post, channel, asking), speech)


@router.post("/unpin", response_model=PostAnswer)
async def unpin(
    post: UUID,
    channel: Annotated[Name, Path()],
    person: Somebody,
    asking: Asking,
    desk: Parts,
    speech: Speech,
) -> Response:
    """Ask the channel to let a pinned post go."""
    return answer_of(desk, await pinned(desk, person, "unpin", post, channel, asking), speech)


async def pinned(
    desk: Desk, person: Person, action: Pinning, post: UUID, channel: str, asked: Asked
) -> Shown:
    """Ask for it, and wait until every page shows that."""
    desk.reader()
    sequence = await desk.moderating.pin(person, action, post, channel, asked)
    await desk.written(sequence)
    return desk.post(post)
