"""The page where publishing is paused and resumed, and where each held post is decided on."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from schemas.codes import Code
from schemas.decisions import Choice
from schemas.parked import MessageParked
from services.planner import wording
from services.planner.api.problems import STATUS
from services.planner.api.publishing import PauseWish, ScopeWish, paused, released, resumed
from services.planner.domain.people import Role
from services.planner.domain.refusals import Problem, Refusal
from services.planner.pausing import Stops, publishing_answer
from services.planner.showing import trouble
from services.planner.web.asking import Sent, sent
from services.planner.web.form import slug
from services.planner.web.screen import Screen, Seen

PATIENCE = 3.0
"""Seconds that a page waits for a parked message to be tried again."""

DONE = {
    "paused": "Publishing is paused. What comes due meanwhile is held and listed here.",
    "resumed": "The pause is lifted. Nothing has gone out by it: decide on each held post.",
    "send": "The post goes out now.",
    "drop": "The post does not go out.",
    "released": "The parked message has been carried out.",
    "parked": "It was tried again and failed again; see why on the week board.",
    "asked": "The service has been asked to try again; the week board shows what comes of it.",
}
"""What has just been done, said once on the page after it."""

router = APIRouter()


@router.get("/publishing")
async def look(screen: Seen, done: str = "") -> HTMLResponse:
    """Show what is paused, what that has kept back, and the form to pause."""
    return _draw(screen, done=screen.speech(DONE[done]) if done in DONE else "")


@router.post("/publishing/pause")
async def pause(screen: Seen) -> Response:
    """Pause what the form says."""
    form = await sent(screen.request)
    try:
        await paused(screen.desk, screen.me, PauseWish.model_validate(_scope(form)))
    except (Refusal, ValidationError) as no:
        return _refused(screen, no, form.fields)
    return RedirectResponse("/publishing?done=paused", 303)


@router.post("/publishing/resume")
async def resume(screen: Seen) -> Response:
    """Lift one pause, of those that the page showed."""
    form = await sent(screen.request)
    version = form.fields.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() else None
    wished = {"scope": form.fields.get("scope"), "name": form.fields.get("name") or None}
    try:
        await resumed(screen.desk, screen.me, ScopeWish.model_validate(wished), seen)
    except (Refusal, ValidationError) as no:
        return _refused(screen, no)
    return RedirectResponse("/publishing?done=resumed", 303)


@router.post("/publishing/decide")
async def decide(screen: Seen) -> Response:
    """Send one held post or let it be, and go on to the next."""
    form = await sent(screen.request)
    post, channel, on = (form.fields.get(name, "") for name in ("post", "channel", "on"))
    choice: Choice = "send" if form.fields.get("choice") == "send" else "drop"
    asked = form.asked(screen.me, f"decide {post} {channel}")
    planner = screen.desk.planner
    try:
        entry = int(on) if on.isascii() and on.isdigit() else 0
        answer = await planner.decide(screen.me, _uuid(post), channel, choice, entry, None, asked)
    except Refusal as no:
        return _refused(screen, no)
    await screen.desk.shown(answer)
    return RedirectResponse(f"/publishing?done={choice}#held", 303)


@router.post("/parked/{parked}/release")
async def release(parked: UUID, screen: Seen) -> Response:
    """Have a parked message tried again, and say what came of it if it does not take long."""
    try:
        before, after = await released(screen.desk, screen.me, parked, PATIENCE)
    except Refusal as no:
        if no.code is Code.PARKED_NOT_FOUND:
            raise
        return _refused(screen, no)
    match after:
        case MessageParked():
            done = "asked" if after == before else "parked"
        case _:
            done = "released"
    return RedirectResponse(f"/publishing?done={done}", 303)


def _draw(
    screen: Screen,
    *problems: Problem,
    status: int = 200,
    done: str = "",
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    desk, reader = screen.desk, screen.desk.reader()
    shown = publishing_answer(
        Stops(reader.publishing(), desk.alerts.hold()),
        reader.held(),
        reader.channels(),
        desk.now(),
        screen.zone,
        screen.speech,
    )
    return screen.draw(
        "publishing.html",
        status,
        shown=shown,
        names=wording.CHOICES,
        channels=[(channel.channel, channel.title) for channel in screen.channels()],
        may_pause=screen.why_not(Role.APPROVER, Role.OPS),
        may_decide=screen.why_not(Role.APPROVER),
        problems=[trouble(problem, screen.speech) for problem in problems],
        done=done,
        typed={"scope": "all", "channel": "", "label": "", "why": ""} | dict(typed or {}),
    )


def _refused(
    screen: Screen, no: Refusal | ValidationError, typed: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Show the page as it now is, with what stood in the way and what was typed."""
    problems = no.problems if isinstance(no, Refusal) else tuple(map(_unreadable, no.errors()))
    return _draw(screen, *problems, status=STATUS[problems[0].code], typed=typed)


def _scope(form: Sent) -> Mapping[str, Any]:
    """Read which of the three scopes is chosen; a field of another one does not count."""
    scope = form.fields.get("scope", "")
    name = form.fields.get(scope, "") if scope in {"channel", "label"} else ""
    return {"scope": scope, "name": slug(name), "why": form.fields.get("why", "")}


def _unreadable(problem: Any) -> Problem:
    where = ".".join(str(part) for part in problem["loc"])
    why = wording.WHY.get(problem["type"], wording.UNREADABLE)
    return Problem(Code.BODY_UNREADABLE, {"where": where, "why": why}, where)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal(Problem(Code.POST_NOT_FOUND)) from None
