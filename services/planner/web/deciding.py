"""A person's word on a delivery that the publisher cannot settle alone, asked for once more."""

from typing import Annotated, get_args
from uuid import UUID

from fastapi import APIRouter, Path, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from schemas.codes import Code
from schemas.decisions import Choice
from schemas.envelope import Name
from services.planner import wording
from services.planner.answers import VariantAnswer
from services.planner.api.problems import STATUS
from services.planner.domain.refusals import Problem, Refusal, refused
from services.planner.showing import post_answer
from services.planner.web.asking import sent
from services.planner.web.pages import draw_post
from services.planner.web.screen import Screen, Seen

router = APIRouter(prefix="/posts/{post}/channels/{channel}/decision")

_LONGEST_NUMBER = 19
Channel = Annotated[Name, Path()]


@router.get("")
async def ask_before_deciding(
    post: UUID, channel: Channel, screen: Seen, choice: Choice, on: int
) -> HTMLResponse:
    """Say what a decision does, and ask whether that is meant."""
    variant = _variant(screen, post, channel)
    if variant.entry != on or choice not in variant.choices:
        stale = Problem(Code.DECISION_STALE, {"channel": variant.channel_title})
        return await draw_post(screen, screen.desk.post(post), stale, status=409)
    return await _draw(screen, post, variant, choice)


@router.post("")
async def decide(post: UUID, channel: Channel, screen: Seen) -> Response:
    """Settle it; a refusal shows the post as it now is, or asks for the address again."""
    form = await sent(screen.request)
    choice, on = _choice(form.fields.get("choice", "")), form.fields.get("on", "")
    asked = form.asked(screen.me, f"decide {post} {channel}")
    url = form.fields.get("url") or None
    planner = screen.desk.planner
    try:
        entry = int(on) if on.isdecimal() and len(on) < _LONGEST_NUMBER else 0
        answer = await planner.decide(screen.me, post, channel, choice, entry, url, asked)
    except Refusal as refusal:
        if refusal.code is Code.POST_NOT_FOUND:
            raise
        if refusal.code is Code.ADDRESS_FOREIGN:
            variant = _variant(screen, post, channel)
            return await _draw(screen, post, variant, choice, *refusal.problems, url=url or "")
        shown = screen.desk.post(post)
        return await draw_post(screen, shown, *refusal.problems, status=STATUS[refusal.code])
    await screen.desk.shown(answer)
    return RedirectResponse(f"/posts/{post}?done=decided", 303)


async def _draw(
    screen: Screen,
    post: UUID,
    variant: VariantAnswer,
    choice: Choice,
    *problems: Problem,
    url: str = "",
) -> HTMLResponse:
    known = screen.desk.board.channels().get(variant.channel)
    return await draw_post(
        screen,
        screen.desk.post(post),
        *problems,
        status=STATUS[problems[0].code] if problems else 200,
        template="decide.html",
        variant=variant,
        choice=choice,
        label=screen.speech(wording.CHOICES[choice]),
        url=url,
        addressed=known is None or bool(known.url),
    )


def _variant(screen: Screen, post: UUID, channel: str) -> VariantAnswer:
    desk = screen.desk
    shown = post_answer(desk.post(post), desk.board.channels(), desk.now(), screen.speech)
    found = [variant for variant in shown.variants if variant.channel == channel]
    if not found:
        raise refused(Code.PAGE_NOT_FOUND)
    return found[0]


def _choice(given: str) -> Choice:
    for choice in get_args(Choice):
        if choice == given:
            found: Choice = choice
            return found
    raise refused(Code.BODY_UNREADABLE, where="choice", why="it is none of the choices")
