"""The pages of comments: a list, one of them, and the question why it shall be hidden."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Path, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from schemas.codes import Code
from schemas.envelope import Name, Parameters
from services.planner import wording
from services.planner.answers import TroubleAnswer
from services.planner.api.comments import LONGEST_WHY, HideWish, moderated, with_words
from services.planner.api.problems import STATUS
from services.planner.commenting import CommentAnswer
from services.planner.domain.comments import Comment, CommentState
from services.planner.domain.people import Role
from services.planner.domain.refusals import Problem, Refusal, refused
from services.planner.moderating import Hiding
from services.planner.showing import trouble
from services.planner.web import spoken
from services.planner.web.asking import Sent, sent
from services.planner.web.screen import Screen, Seen

OTHER = "other"
REASONS = {
    "personal": "Personal data, or something secret, about somebody",
    "hate": "Threats, or hate against a group",
    "crime": "Incitement to a crime",
    "insult": "An attack on a person",
    "copyright": "A text or a picture that belongs to somebody else",
    "advertising": "Advertising or fraud",
    OTHER: "Another reason",
}
"""Why comments are hidden, mostly; whoever hides one says which it is."""

DONE = {
    "hide": "The channel is asked to hide the comment. This page says what came of it.",
    "unhide": "The channel is asked to show the comment again. This page says what came of it.",
}
"""What has just been done, said once on the page after it."""

FAMILIES = {
    CommentState.OPEN: "asking",
    CommentState.ANSWERED: "out",
    CommentState.HIDE_ASKED: "coming",
    CommentState.HIDDEN: "gone",
    CommentState.HIDE_FAILED: "stopped",
    CommentState.REMOVED: "gone",
}
"""What the states look like; words tell apart those that look alike."""

ALL = "all"
MOST_ON_A_PAGE = 25
MOST_BENEATH = 10
"""On the page of the post itself."""

router = APIRouter(prefix="/comments")

Channel = Annotated[Name, Path()]


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment, and what the reader may do about it; a problem says why not."""

    comment: CommentAnswer
    family: str
    answer: TroubleAnswer | None
    hide: TroubleAnswer | None
    unhide: TroubleAnswer | None

    @property
    def hidden(self) -> bool:
        """Whether it is hidden, or is about to be: then it can only be shown again."""
        return self.comment.state in {CommentState.HIDDEN, CommentState.HIDE_ASKED}

    @property
    def address(self) -> str:
        """Say where its page is."""
        return f"/comments/{self.comment.channel}/{self.comment.post}/{self.comment.id}"


@router.get("")
async def listed(
    screen: Seen, state: str = "", channel: str = "", post: UUID | None = None, cursor: str = ""
) -> HTMLResponse:
    """List comments, those that nobody has seen to unless something else is asked for."""
    inbox = screen.desk.comments()
    chosen = _state(state, ALL if post else CommentState.OPEN.value)
    wanted = CommentState(chosen) if chosen != ALL else None
    page = inbox.page(wanted, channel or None, post, cursor or None, MOST_ON_A_PAGE)
    failed = CommentState.HIDE_FAILED
    kept = {"state": chosen, "channel": channel, "post": str(post or ""), "cursor": page.cursor}
    return screen.draw(
        "comments.html",
        views=await views_of(screen, page.comments),
        states=[(ALL, screen.speech("All"))]
        + [(each.value, screen.speech(said)) for each, said in wording.COMMENTS.items()],
        channels=[(each.channel, each.title) for each in screen.channels()],
        state=chosen,
        channel=channel,
        beneath=screen.desk.board.post(post) if post else None,
        later=bool(cursor),
        failed=spoken.at_least(inbox.count(failed)) if wanted is not failed else "",
        further=f"/comments?{urlencode({k: v for k, v in kept.items() if v})}"
        if page.cursor
        else None,
    )


@router.get("/{channel}/{comment}")
async def found(channel: Channel, comment: UUID, screen: Seen) -> RedirectResponse:
    """Lead to a comment of which only the id is known."""
    known = screen.desk.comments().find(channel, comment)
    if known is None:
        raise refused(Code.COMMENT_NOT_FOUND)
    return RedirectResponse(f"/comments/{channel}/{known.fact.post}/{comment}", 303)


@router.get("/{channel}/{post}/{comment}")
async def one(
    channel: Channel, post: UUID, comment: UUID, screen: Seen, done: str = ""
) -> HTMLResponse:
    """Show one comment."""
    said = screen.speech(DONE[done]) if done in DONE else ""
    return await _draw(screen, screen.desk.comment(channel, post, comment), done=said)


@router.get("/{channel}/{post}/{comment}/hide")
async def ask_why(channel: Channel, post: UUID, comment: UUID, screen: Seen) -> HTMLResponse:
    """Ask why the comment shall be hidden."""
    return await _ask(screen, screen.desk.comment(channel, post, comment))


@router.post("/{channel}/{post}/{comment}/hide")
async def hide(channel: Channel, post: UUID, comment: UUID, screen: Seen) -> Response:
    """Have the comment hidden; without a reason it is asked for again."""
    form = await sent(screen.request)
    found = screen.desk.comment(channel, post, comment)
    try:
        why = HideWish(why=_why(screen, form)).why
    except ValidationError as error:
        wrong: Parameters = {
            "where": screen.speech("Reason"),
            "why": wording.WHY[error.errors()[0]["type"]],
        }
        return await _ask(screen, found, Problem(Code.BODY_UNREADABLE, wrong), typed=form)
    return await _done(screen, "hide", found, why, form)


@router.post("/{channel}/{post}/{comment}/unhide")
async def unhide(channel: Channel, post: UUID, comment: UUID, screen: Seen) -> Response:
    """Have the comment shown again."""
    form = await sent(screen.request)
    return await _done(screen, "unhide", screen.desk.comment(channel, post, comment), "", form)


async def views_of(screen: Screen, comments: Iterable[Comment]) -> list[CommentView]:
    """Show comments with who wrote what, and what the reader may do."""
    answers = await with_words(screen.desk, tuple(comments), screen.speech)
    return [_view(screen, answer) for answer in answers]


async def _done(screen: Screen, action: Hiding, comment: Comment, why: str, form: Sent) -> Response:
    fact = comment.fact
    address = f"/comments/{fact.channel}/{fact.post}/{fact.comment}"
    asked = form.asked(screen.me, f"{action} {address}")
    try:
        await moderated(screen.desk, screen.me, action, comment, why, asked)
    except Refusal as no:
        return await _draw(screen, comment, *no.problems, status=STATUS[no.code])
    return RedirectResponse(f"{address}?done={action}", 303)


async def _draw(
    screen: Screen, comment: Comment, *problems: Problem, status: int = 200, done: str = ""
) -> HTMLResponse:
    [view] = await views_of(screen, [comment])
    return screen.draw(
        "comment.html",
        status,
        view=view,
        problems=[trouble(problem, screen.speech) for problem in problems],
        done=done,
    )


async def _ask(
    screen: Screen, comment: Comment, *problems: Problem, typed: Sent | None = None
) -> HTMLResponse:
    [view] = await views_of(screen, [comment])
    fields = typed.fields if typed else {}
    return screen.draw(
        "hide.html",
        STATUS[problems[0].code] if problems else 200,
        view=view,
        reasons=REASONS,
        chosen=fields.get("reason", ""),
        own=fields.get("own", ""),
        longest=LONGEST_WHY - max(len(screen.speech(reason)) for reason in REASONS.values()) - 2,
        problems=[trouble(problem, screen.speech) for problem in problems],
    )


def _why(screen: Screen, form: Sent) -> str:
    """Put the reason together: one of the list, in the reader's words, and what they add."""
    reason, own = form.fields.get("reason", ""), form.fields.get("own", "").strip()
    if reason not in REASONS or reason == OTHER:
        return own
    said = screen.speech(REASONS[reason])
    return f"{said}: {own}" if own else said


def _view(screen: Screen, comment: CommentAnswer) -> CommentView:
    def able(action: Hiding) -> TroubleAnswer | None:
        if action not in comment.actions:
            return _unable(screen, Code.MODERATION_UNABLE, comment)
        return screen.why_not(Role.APPROVER)

    family = FAMILIES[CommentState(comment.state)]
    if comment.state == CommentState.REMOVED:
        gone = _unable(screen, Code.COMMENT_GONE, comment)
        return CommentView(comment, family, gone, gone, gone)
    answer = screen.why_not(Role.AUTHOR)
    if not comment.answerable:
        answer = _unable(screen, Code.ANSWERS_NOT_TAKEN, comment)
    return CommentView(comment, family, answer, able("hide"), able("unhide"))


def _unable(screen: Screen, code: Code, comment: CommentAnswer) -> TroubleAnswer:
    return trouble(Problem(code, {"channel": comment.channel_title}), screen.speech)


def _state(given: str, otherwise: str) -> str:
    return given if given in {ALL, *CommentState} else otherwise
