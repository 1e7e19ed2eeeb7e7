"""The rest of the board over HTTP: channels, strangers, what was set aside, and what changes."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from fastapi.responses import StreamingResponse

from services.planner.answers import ChannelsAnswer, ParkedListAnswer, StrangersAnswer
from services.planner.api.posts import Parts, Speech
from services.planner.desk import Desk
from services.planner.live import Change, Cut
from services.planner.showing import channel_answer, parked_answer, stranger_answer
from services.planner.who import who

KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment shows that the line is open."""

router = APIRouter(prefix="/api/v1", tags=["board"], dependencies=[Depends(who)])


@router.get("/channels")
async def channels(desk: Parts, speech: Speech) -> ChannelsAnswer:
    """List the channels, what they take, whether they are ready, and until when they rest."""
    reader, now = desk.reader(), desk.now()
    rests = reader.rests()
    return ChannelsAnswer(
        channels=tuple(
            channel_answer(channel, rests.get(name), now, speech)
            for name, channel in reader.channels().items()
        )
    )


@router.get("/strangers")
async def strangers(desk: Parts, speech: Speech) -> StrangersAnswer:
    """List posts on our accounts that did not come from here, the last found first."""
    reader = desk.reader()
    channels = reader.channels()
    return StrangersAnswer(
        strangers=tuple(stranger_answer(each, channels, speech) for each in reader.strangers())
    )


@router.get("/parked")
async def parked(desk: Parts, speech: Speech) -> ParkedListAnswer:
    """List messages that were set aside, newest first."""
    found = desk.reader().parked()
    return ParkedListAnswer(parked=tuple(parked_answer(message, speech) for message in found))


@router.get("/events", response_class=StreamingResponse)
async def events(request: Request, desk: Parts) -> StreamingResponse:
    """Tell what changes, as server-sent events; Last-Event-ID goes on where a reader was."""
    return StreamingResponse(
        told(desk, request.headers.get("last-event-id")),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def told(desk: Desk, last: str | None) -> AsyncIterator[str]:
    """Write each change as an event; ends when the reader is cut off, to come again."""
    with desk.live.listen(last) as listener:
        yield "retry: 1000\n\n"
        while True:
            try:
                item = await listener.next(KEEP_ALIVE)
            except Cut:
                return
            yield ": still here\n\n" if item is None else _event(*item)


def _event(name: str, change: Change) -> str:
    body = json.dumps(
        {
            "type": change.type,
            "post": str(change.post) if change.post else None,
            "channel": change.channel,
        }
    )
    return f"id: {name}\nevent: {change.kind}\ndata: {body}\n\n"
