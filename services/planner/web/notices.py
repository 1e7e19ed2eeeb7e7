"""The page of notices, and the link in a message to staff: who opens it has read it."""

from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from schemas.notices import NoticeFact
from services.planner.api.notices import notice_answer
from services.planner.web.screen import Screen, Seen

router = APIRouter(prefix="/notices")


@router.get("")
async def listed(screen: Seen) -> HTMLResponse:
    """List what needs a person, and whether anybody has seen it."""
    reader = screen.desk.reader()
    channels = {name: channel.title for name, channel in reader.channels().items()}
    found = [told.fact for told in screen.desk.notices.noticeboard.open()]
    return screen.draw(
        "notices.html",
        notices=[(notice_answer(each, screen.speech), _title(screen, each)) for each in found],
        channels=channels,
    )


@router.get("/{problem}")
async def opened(problem: UUID, screen: Seen) -> Response:
    """Lead to what is in trouble; the reader now knows of it. A stranger is asked to sign in."""
    notice = await screen.desk.notices.read(screen.me, problem)
    return RedirectResponse(f"/posts/{notice.post}" if notice.post else "/#needs", 303)


def _title(screen: Screen, notice: NoticeFact) -> str:
    shown = screen.desk.board.post(notice.post) if notice.post else None
    return shown.post.document.title if shown else ""
