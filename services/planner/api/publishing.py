"""Pausing, resuming and parked messages over HTTP: what concerns all posts at once."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from schemas.codes import Code
from schemas.envelope import Name
from schemas.parked import MessageParked, ParkedFact
from services.planner.api.posts import LONGEST_WAIT, Parts, Somebody, Speech
from services.planner.board import Held
from services.planner.desk import Desk
from services.planner.domain.pauses import Scope
from services.planner.domain.people import Person
from services.planner.domain.refusals import Problem, refused
from services.planner.live import Cut
from services.planner.pausing import (
    PublishingAnswer,
    ReleaseAnswer,
    Stops,
    in_scope,
    publishing_answer,
)
from services.planner.publishing import Stand
from services.planner.showing import trouble
from services.planner.who import who

router = APIRouter(prefix="/api/v1", tags=["publishing"])

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class ScopeWish(BaseModel):
    """What to resume."""

    model_config = ConfigDict(extra="forbid")

    scope: Scope
    name: Name | None = None
    """Of the channel or the label; nothing for all."""


class PauseWish(ScopeWish):
    """What to pause, and why: everybody reads it."""

    why: Why


@router.get("/publishing", response_model=PublishingAnswer, dependencies=[Depends(who)])
async def publishing(desk: Parts, speech: Speech) -> Response:
    """Say what is paused, and what was held and waits for a decision."""
    reader = desk.reader()
    return _answer(desk, Stand(reader.publishing(), 0), reader.held(), speech)


@router.post("/publishing/pause", response_model=PublishingAnswer)
async def pause(wish: PauseWish, person: Somebody, desk: Parts, speech: Speech) -> Response:
    """Hold back what comes due; asking for what is paused already changes nothing."""
    stand = await paused(desk, person, wish)
    return _answer(desk, stand, in_scope(desk.reader().held(), wish.scope, wish.name), speech)


@router.post("/publishing/resume", response_model=PublishingAnswer)
async def resume(
    wish: ScopeWish,
    person: Somebody,
    desk: Parts,
    speech: Speech,
    if_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Lift a pause. Nothing goes out by it: what was held is listed, and waits for a decision."""
    stand = await resumed(desk, person, wish, _version(if_match))
    return _answer(desk, stand, in_scope(desk.reader().held(), wish.scope, wish.name), speech)


@router.post("/parked/{parked}/release", status_code=202)
async def release(
    parked: UUID,
    person: Somebody,
    desk: Parts,
    speech: Speech,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT.total_seconds())] = 0,
) -> ReleaseAnswer:
    """Ask for a parked message to be tried again; with `wait`, see what comes of it."""
    before, after = await released(desk, person, parked, wait)
    if not isinstance(after, MessageParked):
        return ReleaseAnswer(id=parked, state="released", problem=None)
    return ReleaseAnswer(
        id=parked,
        state="asked" if after == before else "parked",
        problem=trouble(Problem(after.code, after.parameters), speech),
    )


async def paused(desk: Desk, person: Person, wish: PauseWish) -> Stand:
    """Pause, and wait until every page shows it."""
    desk.reader()
    stand = await desk.publishing.pause(person, wish.scope, wish.name, wish.why)
    await desk.written(stand.sequence)
    return stand


async def resumed(desk: Desk, person: Person, wish: ScopeWish, seen: int | None) -> Stand:
    """Resume, and wait until every page shows it."""
    desk.reader()
    stand = await desk.publishing.resume(person, wish.scope, wish.name, seen)
    await desk.written(stand.sequence)
    return stand


async def released(
    desk: Desk, person: Person, parked: UUID, patience: float
) -> tuple[ParkedFact, ParkedFact]:
    """Ask for a parked message, and wait a while for what comes of it: before and after."""
    before = desk.reader().parked_message(parked)
    if before is None:
        raise refused(Code.PARKED_NOT_FOUND)
    if not isinstance(before, MessageParked):
        return before, before
    clock = asyncio.get_running_loop().time
    with desk.live.listen() as listener:
        await desk.publishing.ask_release(person, before)
        after: ParkedFact = before
        until = clock() + patience
        while after == before and clock() < until:
            try:
                await listener.next(until - clock())
            except Cut:
                break
            after = desk.board.parked_message(parked) or before
    return before, after


def _answer(desk: Desk, stand: Stand, held: list[Held], speech: Speech) -> Response:
    stops = Stops(stand.newest, desk.alerts.hold())
    answer = publishing_answer(
        stops, held, desk.board.channels(), desk.now(), desk.settings.zone, speech
    )
    return Response(
        answer.model_dump_json(),
        headers={
            "Cache-Control": "private, no-cache",
            "Content-Language": speech.code,
            "ETag": f'"{answer.version}"',
            "Vary": "Accept-Language, Authorization, Cookie",
        },
        media_type="application/json",
    )


def _version(if_match: str | None) -> int | None:
    """Read which pauses were looked at; what names none of ours is of another time."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    return int(text) if text.isascii() and text.isdigit() else -1
