"""What a browser gets where a program gets a problem: a page that says it in the same words."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from schemas.codes import Code
from services.kit.messages import BrokerAway
from services.planner import wording
from services.planner.api.problems import STATUS, OverTheCeiling
from services.planner.domain.refusals import Problem, Refusal
from services.planner.showing import trouble
from services.planner.web.screen import Screen, speech_of
from services.planner.who import desk_of

log = structlog.get_logger()

Answering = Callable[[Request, Any], Awaitable[Response]]


def install(app: FastAPI) -> None:
    """Answer browsers with pages; programs keep what they get. Comes after the API's own."""
    for kind in (Refusal, BrokerAway, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, _for_browsers(app.exception_handlers[kind]))


def _for_browsers(otherwise: Any) -> Answering:
    async def answer(request: Request, error: Any) -> Response:
        if not _is_browser(request):
            said: Response = await otherwise(request, error)
            return said
        if isinstance(error, BrokerAway):
            log.warning("request.interrupted", path=request.url.path, why=str(error))
        return _page(request, _problems(error))

    return answer


def _is_browser(request: Request) -> bool:
    path, accepted = request.url.path, request.headers.get("accept", "")
    return "text/html" in accepted and not path.startswith("/api/")


def _problems(error: Exception) -> tuple[Problem, ...]:
    match error:
        case Refusal():
            return error.problems
        case BrokerAway():
            return (Problem(Code.BROKER_AWAY),)
        case RequestValidationError():
            return (_unreadable(error.errors()[0]),)
        case OverTheCeiling():
            return (Problem(Code.TOO_LARGE, {"limit": error.limit}),)
        case HTTPException(status_code=404 | 405):
            return (Problem(Code.PAGE_NOT_FOUND),)
        case _:
            why = wording.UNREADABLE
            return (Problem(Code.BODY_UNREADABLE, {"where": "form", "why": why}),)


def _unreadable(problem: Any) -> Problem:
    place, name = problem["loc"][0], str(problem["loc"][-1])
    if place == "path":
        return Problem(Code.POST_NOT_FOUND if name == "post" else Code.PAGE_NOT_FOUND)
    why = wording.WHY.get(problem["type"], wording.UNREADABLE)
    return Problem(Code.BODY_UNREADABLE, {"where": name, "why": why})


def _page(request: Request, problems: tuple[Problem, ...]) -> Response:
    first = problems[0].code
    screen = Screen(request, desk_of(request), speech_of(request), None)
    if first is Code.SIGN_IN_NEEDED:
        return screen.draw("sign_in.html", 401)
    return screen.draw(
        "refused.html",
        STATUS[first],
        problems=[trouble(problem, screen.speech) for problem in problems],
        # What passes by itself is asked for again by itself; a form is not.
        again=STATUS[first] == 503 and request.method == "GET",
    )
