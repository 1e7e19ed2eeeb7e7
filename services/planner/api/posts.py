"""Posts over HTTP: draft, edit, submit, approve, withdraw, decide, list and follow."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from schemas.decisions import Choice
from schemas.envelope import Name
from services.kit.languages import Language, preferred
from services.planner import wording
from services.planner.answers import PageAnswer, PostAnswer
from services.planner.desk import Desk, etag
from services.planner.domain.people import Person
from services.planner.domain.shown import Shown
from services.planner.domain.written import WrittenPost
from services.planner.handlers import Answer
from services.planner.requests import Asked
from services.planner.showing import post_answer
from services.planner.who import asked, desk_of, who

LONGEST_WAIT = timedelta(seconds=30)

router = APIRouter(prefix="/api/v1/posts", tags=["posts"])

Parts = Annotated[Desk, Depends(desk_of)]
Somebody = Annotated[Person, Depends(who)]
Asking = Annotated[Asked, Depends(asked)]


def speech(request: Request) -> Language:
    """Choose the language of an answer."""
    return wording.speak(preferred(request.headers.get("accept-language", "")))


Speech = Annotated[Language, Depends(speech)]


class DecisionWish(BaseModel):
    """What a person has decided about one delivery."""

    model_config = ConfigDict(extra="forbid")

    choice: Choice
    on: int = Field(ge=1, description="`entry` of the variant as it was shown")
    url: str | None = Field(default=None, description="where it is public, with `there`")


@router.post("", status_code=201, response_model=PostAnswer)
async def draft(
    written: WrittenPost, person: Somebody, asking: Asking, desk: Parts, speech: Speech
) -> Response:
    """Begin a post."""
    return await _done(desk, await desk.planner.draft(person, written, asking), speech)


@router.get("", response_model=PageAnswer, dependencies=[Depends(who)])
async def posts(
    desk: Parts,
    speech: Speech,
    start: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    end: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Response:
    """List posts by their times; those that wait to go out on approval belong to now."""
    page = desk.reader().posts(start, end, desk.now(), cursor, limit)
    channels = desk.board.channels()
    listed = PageAnswer(
        posts=tuple(post_answer(shown, channels, desk.now(), speech) for shown in page.posts),
        cursor=page.cursor,
    )
    return _json(listed, speech)


@router.get("/{post}", response_model=PostAnswer, dependencies=[Depends(who)])
async def one(
    post: UUID,
    request: Request,
    desk: Parts,
    speech: Speech,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT.total_seconds())] = 0,
) -> Response:
    """Show a post; with `wait` and If-None-Match, when it is no longer as it was seen."""
    seen = request.headers.get("if-none-match")
    shown = await desk.changed(post, seen, wait) if wait and seen else desk.post(post)
    if seen == etag(shown):
        return Response(status_code=304, headers={"ETag": etag(shown)})
    return answer_of(desk, shown, speech)


@router.put("/{post}", response_model=PostAnswer)
async def edit(
    post: UUID,
    written: WrittenPost,
    person: Somebody,
    asking: Asking,
    desk: Parts,
    speech: Speech,
) -> Response:
    """Change a post; it has to be approved anew, and what is public is corrected then."""
    return await _done(desk, await desk.planner.edit(person, post, written, asking), speech)


@router.post("/{post}/submit", response_model=PostAnswer)
async def submit(
    post: UUID, person: Somebody, asking: Asking, desk: Parts, speech: Speech
) -> Response:
    """Ask for another person's approval."""
    return await _done(desk, await desk.planner.submit(person, post, asking), speech)


@router.post("/{post}/approve", response_model=PostAnswer)
async def approve(
    post: UUID, person: Somebody, asking: Asking, desk: Parts, speech: Speech
) -> Response:
    """Say yes to exactly the content whose ETag is sent as If-Match."""
    return await _done(desk, await desk.planner.approve(person, post, asking), speech)


@router.post("/{post}/withdraw", response_model=PostAnswer)
async def withdraw(
    post: UUID, person: Somebody, asking: Asking, desk: Parts, speech: Speech
) -> Response:
    """Decide that a post shall not be public: not go out, and be taken away where it is out."""
    return await _done(desk, await desk.planner.withdraw(person, post, asking), speech)


@router.post("/{post}/channels/{channel}/decision", response_model=PostAnswer)
async def decide(
    post: UUID,
    channel: Annotated[Name, Path()],
    wish: DecisionWish,
    person: Somebody,
    asking: Asking,
    desk: Parts,
    speech: Speech,
) -> Response:
    """Settle what the publisher cannot settle alone, about the entry that was looked at."""
    answer = await desk.planner.decide(
        person, post, channel, wish.choice, wish.on, wish.url, asking
    )
    return await _done(desk, answer, speech)


async def _done(desk: Desk, answer: Answer, speech: Language) -> Response:
    return answer_of(desk, await desk.shown(answer), speech, answer.status)


def answer_of(desk: Desk, shown: Shown, speech: Language, status: int = 200) -> Response:
    """Answer with a post as it stands, and the name of what is shown."""
    body = post_answer(shown, desk.board.channels(), desk.now(), speech)
    answer = _json(body, speech, status)
    answer.headers["ETag"] = etag(shown)
    if status == 201:
        answer.headers["Location"] = f"/api/v1/posts/{shown.post.post}"
    return answer


def _json(body: BaseModel, speech: Language, status: int = 200) -> Response:
    """Write an answer once; the framework would check and write it a second time."""
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Language": speech.code,
        "Vary": "Accept-Language, Authorization, Cookie",
    }
    return Response(body.model_dump_json(), status, headers, media_type="application/json")
