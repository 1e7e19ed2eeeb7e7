"""What people do with a post from a page: submit, approve, withdraw, pin."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from schemas.codes import Code
from schemas.envelope import Name
from services.planner.api.moderation import pinned
from services.planner.api.problems import STATUS
from services.planner.domain.people import Person
from services.planner.domain.refusals import Refusal
from services.planner.handlers import Answer
from services.planner.moderating import Pinning
from services.planner.requests import Asked
from services.planner.web.asking import sent
from services.planner.web.pages import draw_post
from services.planner.web.screen import Screen, Seen
from services.planner.web.week import week_named

Wish = Callable[[Person, UUID, Asked], Awaitable[Answer]]
"""What a person may ask of the planner about one post."""

router = APIRouter(prefix="/posts/{post}")


@router.post("/submit")
async def submit(post: UUID, screen: Seen) -> Response:
    """Ask for another person's approval."""
    return await _done(screen, post, "submit", "submitted", screen.desk.planner.submit)


@router.post("/approve")
async def approve(post: UUID, screen: Seen) -> Response:
    """Say yes to exactly the content that the page showed."""
    return await _done(screen, post, "approve", "approved", screen.desk.planner.approve)


@router.get("/withdraw")
async def ask_before_withdrawing(post: UUID, screen: Seen) -> HTMLResponse:
    """Ask whether the post really shall not go out."""
    return await draw_post(screen, screen.desk.post(post), template="withdraw.html")


@router.post("/withdraw")
async def withdraw(post: UUID, screen: Seen) -> Response:
    """Decide that the post shall not go out."""
    return await _done(screen, post, "withdraw", "withdrawn", screen.desk.planner.withdraw)


@router.post("/channels/{channel}/pin")
async def pin(post: UUID, channel: Annotated[Name, Path()], screen: Seen) -> Response:
    """Have the post pinned at the top of a channel."""
    return await _pinned(screen, "pin", post, channel)


@router.post("/channels/{channel}/unpin")
async def unpin(post: UUID, channel: Annotated[Name, Path()], screen: Seen) -> Response:
    """Have a pinned post let go."""
    return await _pinned(screen, "unpin", post, channel)


async def _pinned(screen: Screen, action: Pinning, post: UUID, channel: str) -> Response:
    form = await sent(screen.request)
    asked = form.asked(screen.me, f"{action} {post} {channel}")
    try:
        await pinned(screen.desk, screen.me, action, post, channel, asked)
    except Refusal as refusal:
        if refusal.code is Code.POST_NOT_FOUND:
            raise
        shown = screen.desk.post(post)
        return await draw_post(screen, shown, *refusal.problems, status=STATUS[refusal.code])
    return RedirectResponse(f"/posts/{post}?done={action}", 303)


async def _done(screen: Screen, post: UUID, deed: str, done: str, wish: Wish) -> Response:
    """Carry a wish out and show the page it came from; a refusal shows the post as it now is."""
    form = await sent(screen.request)
    asked = form.asked(screen.me, f"{deed} {post}")
    try:
        await screen.desk.shown(await wish(screen.me, post, asked))
    except Refusal as refusal:
        if refusal.code is Code.POST_NOT_FOUND:
            raise
        shown = screen.desk.post(post)
        return await draw_post(screen, shown, *refusal.problems, status=STATUS[refusal.code])
    week = week_named(form.fields.get("week", ""), screen.zone)
    page = f"/?week={week.name}&done={done}" if week else f"/posts/{post}?done={done}"
    return RedirectResponse(page, 303)
