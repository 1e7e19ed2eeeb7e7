"""The form for a post: draft it, ask for its approval, change it; errors stand at their fields."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, BinaryIO
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from schemas.codes import Code
from schemas.envelope import Name
from services.kit.messages import BrokerAway
from services.planner.api.problems import STATUS
from services.planner.commenting import CommentAnswer
from services.planner.domain.people import Role
from services.planner.domain.refusals import Problem, Refusal
from services.planner.domain.standing import proof_of
from services.planner.domain.written import WrittenPost
from services.planner.handlers import Answer
from services.planner.pictures import refuse_larger
from services.planner.web import spoken
from services.planner.web.asking import Sent, sending
from services.planner.web.comments import views_of
from services.planner.web.form import Complaint, PostForm, complaints, form_for, form_of
from services.planner.web.pages import draw_post
from services.planner.web.screen import Screen, Seen, speech_of
from services.planner.who import desk_of, who

LONGEST_TITLE = 120
SERIES_SINCE = timedelta(days=60)

router = APIRouter(prefix="/posts")


@router.get("/new")
async def begin(screen: Seen) -> HTMLResponse:
    """Show an empty form."""
    screen.me.must_be(Role.AUTHOR)
    screen.desk.reader()
    return await _draw(screen, PostForm(language=screen.speech.code), None)


@router.post("/new")
async def draft(request: Request) -> Response:
    """Keep a new post, and ask for its approval if that is wished."""
    return await _kept(request, None)


@router.get("/{post}/edit")
async def change(post: UUID, screen: Seen) -> HTMLResponse:
    """Show a form with the post as it is."""
    screen.me.must_be(Role.AUTHOR)
    shown = screen.desk.post(post)
    form = form_for(shown.post.document, shown.post.digest)
    if form is None:
        return await draw_post(screen, shown, template="other_ways.html")
    return await _draw(screen, form, post)


@router.get("/answer/{channel}/{post}/{comment}")
async def answer(
    channel: Annotated[Name, Path()], post: UUID, comment: UUID, screen: Seen
) -> HTMLResponse:
    """Show a form for the answer to a comment, beneath what it says."""
    screen.me.must_be(Role.AUTHOR)
    title = spoken.opening(screen.desk.comment(channel, post, comment).title, LONGEST_TITLE)
    form = PostForm(
        title=screen.speech("Answer to a comment: {title}", title=title),
        language=screen.speech.code,
        answers=str(comment),
        texts={channel: ""},
    )
    return await _draw(screen, form, None)


@router.post("/{post}/edit")
async def edit(post: UUID, request: Request) -> Response:
    """Keep the changed post; it has to be approved anew."""
    return await _kept(request, post)


async def _kept(request: Request, post: UUID | None) -> Response:
    async with sending(request) as given:
        return await _kept_as_sent(request, post, given)


async def _kept_as_sent(request: Request, post: UUID | None, given: Sent) -> Response:
    form = form_of(given.fields)
    # Whoever's session ended while they wrote gets the form back, not an empty sign-in page.
    screen = Screen(request, desk_of(request), speech_of(request), None)
    try:
        screen = replace(screen, person=await who(request))
        screen.me.must_be(Role.AUTHOR)
        if given.file_size:
            form = await _with_picture(screen, form, given)
        if given.video:
            form = await _with_video(screen, form, given.video)
        answer = await _told(screen, post, given, form)
    except (Refusal, BrokerAway) as error:
        return await _again(screen, post, form, error)
    await screen.desk.shown(answer)
    if given.fields.get("wish") != "submit":
        return RedirectResponse(f"/posts/{answer.post.post}?done=saved", 303)
    return await _submitted(screen, answer, given)


async def _with_picture(screen: Screen, form: PostForm, given: Sent) -> PostForm:
    try:
        refuse_larger(given.file_size)
        return form.with_picture(await screen.desk.pictures.keep(given.file))
    except Refusal as refusal:
        raise Refusal(*(problem.at("picture") for problem in refusal.problems)) from refusal


async def _with_video(screen: Screen, form: PostForm, file: BinaryIO) -> PostForm:
    try:
        return form.with_video(await screen.desk.videos.keep(file))
    except Refusal as refusal:
        raise Refusal(*(problem.at("film") for problem in refusal.problems)) from refusal


async def _told(screen: Screen, post: UUID | None, given: Sent, form: PostForm) -> Answer:
    planner, person = screen.desk.planner, screen.me
    written = _written(screen, form)
    if post is None:
        return await planner.draft(person, written, given.asked(person, "draft"))
    return await planner.edit(person, post, written, given.asked(person, f"edit {post}"))


def _written(screen: Screen, form: PostForm) -> WrittenPost:
    channels = screen.desk.reader().channels().values()
    return form.written(known.channel for known in channels if known.limits.takes_title)


async def _submitted(screen: Screen, answer: Answer, given: Sent) -> Response:
    """Ask for approval of what has just been kept; if that is refused, it stays a draft."""
    post = answer.post.post
    asked = given.asked(screen.me, f"submit {post}")
    try:
        submitted = await screen.desk.planner.submit(screen.me, post, replace(asked, seen=None))
    except Refusal as refusal:
        shown = screen.desk.post(post)
        return await draw_post(screen, shown, *refusal.problems, status=STATUS[refusal.code])
    await screen.desk.shown(submitted)
    return RedirectResponse(f"/posts/{post}?done=submitted", 303)


async def _again(
    screen: Screen, post: UUID | None, form: PostForm, error: Refusal | BrokerAway
) -> HTMLResponse:
    """Show the form as it was filled in, with what is wrong."""
    speech = screen.speech
    if isinstance(error, BrokerAway):
        # The same key goes along: what was kept after all is not kept twice.
        said = complaints([Problem(Code.BROKER_AWAY)], form, speech)
        return await _draw(screen, form, post, said, status=503)
    if error.code in {Code.FOREIGN_ORIGIN, Code.POST_NOT_FOUND}:
        raise error
    if error.code is Code.KEY_REUSED:
        said = [
            Complaint(
                "whole",
                speech("This form has been sent before, with other words."),
                speech("Look on the week board whether that is enough; else send this one too."),
            )
        ]
        return await _draw(screen, form.renewed(), post, said, status=409)
    said = complaints(error.problems, form, speech)
    return await _draw(screen, form, post, said, status=STATUS[error.code])


async def _draw(
    screen: Screen,
    form: PostForm,
    post: UUID | None,
    said: list[Complaint] | None = None,
    status: int = 200,
) -> HTMLResponse:
    channels = screen.channels()
    names = [channel.channel for channel in channels]
    fields: dict[str, list[Complaint]] = {}
    for complaint in said or []:
        fields.setdefault(complaint.field, []).append(complaint)
    return screen.draw(
        "form.html",
        status,
        form=form,
        post=post,
        public=_public_in(screen, post) if post and screen.person else [],
        channels=channels,
        unknown=[channel for channel in form.texts if channel not in names],
        complaints=said or [],
        wrong=fields,
        limit=lambda limits: spoken.limit(limits, screen.speech),
        film_limit=lambda limits: spoken.film_limit(limits, screen.speech),
        series=_series(screen) if screen.person else [],
        comment=await _answered(screen, form) if screen.person else None,
    )


async def _answered(screen: Screen, form: PostForm) -> CommentAnswer | None:
    """Show the comment that is answered, as far as it is known."""
    with suppress(ValueError):
        comment = UUID(form.answers)
        for channel in form.texts:
            if found := screen.desk.inbox.find(channel, comment):
                [view] = await views_of(screen, [found])
                return view.comment
    return None


def _public_in(screen: Screen, post: UUID) -> list[str]:
    """Name the channels where strangers see the post already."""
    shown, channels = screen.desk.board.post(post), screen.desk.board.channels()
    found = shown.deliveries.items() if shown else ()
    return [
        channels[name].title if name in channels else name
        for name, entry in found
        if proof_of(entry.fact)
    ]


def _series(screen: Screen) -> list[str]:
    """List the series that posts of late have been in, to choose from."""
    now = screen.desk.now()
    page = screen.desk.board.posts(now - SERIES_SINCE, None, now)
    documents = [shown.post.document for shown in page.posts]
    return sorted({document.series for document in documents if document.series})
