"""Pages to read: the week board, one post, and the static files that they refer to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from schemas.codes import Code
from schemas.decisions import Choice
from services.kit.statics import statics
from services.planner import wording
from services.planner.answers import ChannelAnswer, TroubleAnswer, VariantAnswer
from services.planner.domain.refusals import Problem, refused
from services.planner.domain.shown import Shown
from services.planner.showing import parked_answer, post_answer, stranger_answer, trouble
from services.planner.web import views
from services.planner.web.choices import PostView, post_view
from services.planner.web.comments import MOST_BENEATH, views_of
from services.planner.web.screen import STATIC, Screen, Seen
from services.planner.web.week import Week, week_named, week_of

MOST_POSTS = 500
"""Of one stretch of time on one page."""
SEEN_SINCE = timedelta(days=14)
"""How far back the board shows what nobody can call settled: unseen posts and strangers."""
DONE = {
    "submitted": "The post waits for another person's approval.",
    "saved": "The draft is saved.",
    "approved": "The post is approved and goes out by itself at its time.",
    "withdrawn": "The post is withdrawn: it does not go out, and what is public is taken away.",
    "pin": "The channel is asked to pin the post. This page says what came of it.",
    "unpin": "The channel is asked to let the post go. This page says what came of it.",
    "decided": "The publisher has your decision and carries it out.",
}
"""What has just been done, said once on the page after it."""

router = APIRouter()


@router.get("/")
async def board(screen: Seen, week: str = "", done: str = "") -> HTMLResponse:
    """Show a week: days by channels; above it what waits for people."""
    desk = screen.desk
    now, reader = desk.now(), desk.reader()
    this = week_of(now, screen.zone)
    shown_week = week_named(week, screen.zone) or this
    known = reader.channels()
    channels = screen.channels()
    page = reader.posts(shown_week.start, shown_week.end, now, None, MOST_POSTS)
    coming = reader.posts(now, None, now, None, MOST_POSTS)
    view = views.board_view(
        shown_week,
        [post_answer(shown, known, now, screen.speech) for shown in page.posts],
        _views(screen, coming.posts),
        channels,
        now.astimezone(ZoneInfo(screen.zone)).date(),
        cut=any(stretch.cursor for stretch in (page, coming)),
    )
    return screen.draw(
        "board.html",
        view=view,
        this=this,
        needs=_needs(screen, channels),
        parked=[parked_answer(message, screen.speech) for message in reader.parked()],
        done=_done(screen, done),
    )


@router.get("/posts/{post}")
async def one(post: UUID, screen: Seen, done: str = "") -> HTMLResponse:
    """Show a post: each channel's text, how it went there, and what the reader may do."""
    return await draw_post(screen, screen.desk.post(post), done=_done(screen, done))


@router.get("/static/{name}")
async def file(name: str) -> Response:
    """Give a static file; its address names its edition, so it may be kept for good."""
    answer = statics(STATIC).answer(name)
    if answer is None:
        raise refused(Code.PAGE_NOT_FOUND)
    return answer


async def draw_post(
    screen: Screen,
    shown: Shown,
    *problems: Problem,
    status: int = 200,
    done: str = "",
    template: str = "post.html",
    **given: Any,
) -> HTMLResponse:
    """Draw a post's page, with what stood in the way of a wish if there was one."""
    if template == "post.html":
        given |= await _commented(screen, shown)
    return screen.draw(
        template,
        status,
        view=_view(screen, shown),
        family=views.family,
        week=_week_of(shown, screen),
        problems=_told(screen, problems),
        done=done,
        names=wording.CHOICES,
        meaning=_meaning(screen),
        actions={
            name: channel.limits.moderation
            for name, channel in screen.desk.board.channels().items()
        },
        **given,
    )


async def _commented(screen: Screen, shown: Shown) -> Mapping[str, Any]:
    """Look up what the public wrote beneath a post, and the comments that it answers itself."""
    inbox, answered = screen.desk.inbox, {}
    page = inbox.page(post=shown.post.post, most=MOST_BENEATH)
    for variant in shown.post.document.variants:
        answers = variant.content.answers
        found = inbox.find(variant.channel, answers.comment) if answers else None
        if found:
            [view] = await views_of(screen, [found])
            answered[variant.channel] = view.comment
    return {
        "beneath": await views_of(screen, page.comments),
        "further": page.cursor is not None,
        "answered": answered,
    }


def _meaning(screen: Screen) -> Callable[[VariantAnswer, Choice], str]:
    """Give the pages words for what a decision about a variant does."""

    def meaning(variant: VariantAnswer, choice: Choice) -> str:
        return wording.meaning(choice, variant.aim or "publish", variant.status, screen.speech)

    return meaning


def _needs(screen: Screen, channels: Sequence[ChannelAnswer]) -> list[views.Need]:
    """List what goes no further by itself, whenever that began."""
    desk, speech = screen.desk, screen.speech
    now, known = desk.now(), desk.board.channels()
    posts = desk.board.unsettled(now - SEEN_SINCE)
    found = desk.board.strangers(now - SEEN_SINCE)
    return [
        *views.unready(channels, speech),
        *views.expiring(channels, speech),
        *views.strangers((stranger_answer(each, known, speech) for each in found), speech),
        *views.needs((post_answer(shown, known, now, speech) for shown in posts), speech),
    ]


def _views(screen: Screen, posts: Iterable[Shown]) -> list[PostView]:
    return [_view(screen, shown) for shown in posts]


def _view(screen: Screen, shown: Shown) -> PostView:
    desk = screen.desk
    return post_view(shown, desk.board.channels(), screen.me, desk.now(), screen.speech)


def _told(screen: Screen, problems: Iterable[Problem]) -> list[TroubleAnswer]:
    return [trouble(problem, screen.speech) for problem in problems]


def _week_of(shown: Shown, screen: Screen) -> Week:
    """Find the week in which a post stands on the board; this one if it has no time."""
    answer = post_answer(shown, {}, screen.desk.now(), screen.speech)
    times = [variant.out_at.instant for variant in answer.variants if variant.out_at]
    return week_of(min(times, default=screen.desk.now()), screen.zone)


def _done(screen: Screen, done: str) -> str:
    return screen.speech(DONE[done]) if done in DONE else ""
