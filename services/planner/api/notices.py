"""Notices over HTTP: what needs a person, who has been told, and marking it as read."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from schemas.notices import Kind, NoticeFact, NoticeRead, NoticeSent, NoticeSettled
from services.kit.languages import Language
from services.planner.api.posts import Parts, Somebody, Speech
from services.planner.notices.letters import LABELS, explained
from services.planner.who import who

router = APIRouter(prefix="/api/v1/notices", tags=["notices"])


class NoticeAnswer(BaseModel):
    """One problem, and who knows of it."""

    id: UUID
    kind: Kind
    label: str
    detail: str
    remedy: str
    since: datetime
    post: UUID | None
    channel: str | None
    read_by: str | None
    """Whoever saw it first; `null`: nobody yet."""
    settled: bool
    roles: tuple[str, ...]
    """Who is told, one after the other."""
    level: int
    """How many of the roles have been turned to."""
    told: tuple[str, ...]
    unreached: int
    """How many could not be told at the last try."""


class NoticesAnswer(BaseModel):
    """What is open, oldest first."""

    notices: tuple[NoticeAnswer, ...]


@router.get("", dependencies=[Depends(who)])
async def notices(desk: Parts, speech: Speech) -> NoticesAnswer:
    """List what needs a person, and who has been told."""
    desk.reader()
    found = desk.notices.noticeboard.open()
    return NoticesAnswer(notices=tuple(notice_answer(told.fact, speech) for told in found))


@router.post("/{problem}/read")
async def read(problem: UUID, person: Somebody, desk: Parts, speech: Speech) -> NoticeAnswer:
    """Mark a notice as read: nobody else is told. Saying it again changes nothing."""
    return notice_answer(await desk.notices.read(person, problem), speech)


def notice_answer(notice: NoticeFact, speech: Language) -> NoticeAnswer:
    """Show a notice in the reader's language."""
    detail, remedy = explained(notice, speech)
    return NoticeAnswer(
        id=notice.problem,
        kind=notice.kind,
        label=speech(LABELS[notice.kind]),
        detail=detail,
        remedy=remedy,
        since=notice.since,
        post=notice.post,
        channel=notice.channel,
        read_by=notice.by if isinstance(notice, NoticeRead) else None,
        settled=isinstance(notice, NoticeSettled),
        roles=notice.roles,
        level=notice.level,
        told=notice.told,
        unreached=notice.unreached if isinstance(notice, NoticeSent) else 0,
    )
