"""Comments over HTTP: list, look, hide and show again. An answer to one is a post."""

import hashlib
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from schemas.envelope import Name
from services.kit.languages import Language
from services.planner.api.posts import Asking, Parts, Somebody, Speech
from services.planner.commenting import CommentAnswer, CommentsAnswer, comment_answers
from services.planner.desk import Desk
from services.planner.domain.comments import Comment, CommentState
from services.planner.domain.people import Person
from services.planner.moderating import Hiding
from services.planner.requests import Asked
from services.planner.who import who

router = APIRouter(prefix="/api/v1/comments", tags=["comments"])

MOST_COMMENTS = 50
"""On a page: so many words are looked up at once."""
LONGEST_WHY = 500

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_WHY)]
Channel = Annotated[Name, Path()]


class HideWish(BaseModel):
    """Why a comment shall be hidden: an authority says why it hides what people wrote."""

    model_config = ConfigDict(extra="forbid")

    why: Why


class UnhideWish(BaseModel):
    """Why a comment shall be shown again, if there is something to say."""

    model_config = ConfigDict(extra="forbid")

    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_WHY)] = ""


@router.get("", response_model=CommentsAnswer, dependencies=[Depends(who)])
async def comments(
    desk: Parts,
    speech: Speech,
    state: CommentState | None = None,
    channel: Name | None = None,
    post: UUID | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_COMMENTS)] = MOST_COMMENTS,
) -> Response:
    """List what the public wrote beneath our posts, the newest first."""
    page = desk.comments().page(state, channel, post, cursor, limit)
    shown = await with_words(desk, page.comments, speech)
    return _json(CommentsAnswer(comments=shown, cursor=page.cursor), speech)


@router.get(
    "/{channel}/{post}/{comment}", response_model=CommentAnswer, dependencies=[Depends(who)]
)
async def one(
    channel: Channel, post: UUID, comment: UUID, request: Request, desk: Parts, speech: Speech
) -> Response:
    """Show one comment, with its words as long as they are kept."""
    answer = await _shown(desk, desk.comment(channel, post, comment), speech)
    if request.headers.get("if-none-match") == answer.headers["etag"]:
        return Response(status_code=304, headers={"ETag": answer.headers["etag"]})
    return answer


@router.post("/{channel}/{post}/{comment}/hide", response_model=CommentAnswer)
async def hide(
    channel: Channel,
    post: UUID,
    comment: UUID,
    wish: HideWish,
    person: Somebody,
    asking: Asking,
    desk: Parts,
    speech: Speech,
) -> Response:
    """Ask the channel to hide a comment, for a reason that is kept."""
    found = desk.comment(channel, post, comment)
    changed = await moderated(desk, person, "hide", found, wish.why, asking)
    return await _shown(desk, changed, speech)


@router.post("/{channel}/{post}/{comment}/unhide", response_model=CommentAnswer)
async def unhide(
    channel: Channel,
    post: UUID,
    comment: UUID,
    wish: UnhideWish,
    person: Somebody,
    asking: Asking,
    desk: Parts,
    speech: Speech,
) -> Response:
    """Ask the channel to show a comment again."""
    found = desk.comment(channel, post, comment)
    changed = await moderated(desk, person, "unhide", found, wish.why, asking)
    return await _shown(desk, changed, speech)


async def moderated(
    desk: Desk, person: Person, action: Hiding, comment: Comment, why: str, asked: Asked
) -> Comment:
    """Ask for something to be done to a comment, and wait until every page shows that."""
    sequence = await desk.moderating.moderate(person, action, comment, why, asked)
    await desk.written(sequence)
    fact = comment.fact
    return desk.comment(fact.channel, fact.post, fact.comment)


async def with_words(
    desk: Desk, comments: tuple[Comment, ...], speech: Language
) -> tuple[CommentAnswer, ...]:
    """Show comments with who wrote what, looked up now."""
    words = await desk.words.of([comment.fact for comment in comments])
    return comment_answers(comments, words, desk.board.channels(), desk.now(), speech)


async def _shown(desk: Desk, comment: Comment, speech: Language) -> Response:
    [shown] = await with_words(desk, (comment,), speech)
    answer = _json(shown, speech)
    words = hashlib.sha256(shown.words.model_dump_json().encode()).hexdigest()[:16]
    answer.headers["ETag"] = f'"{comment.mark}-{words}"'
    return answer


def _json(body: BaseModel, speech: Language) -> Response:
    """Write an answer that nobody keeps: it may say who wrote what."""
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Language": speech.code,
        "Vary": "Accept-Language, Authorization, Cookie",
    }
    return Response(body.model_dump_json(), 200, headers, media_type="application/json")
