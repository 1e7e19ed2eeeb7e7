"""Errors as RFC 9457 problems, in the reader's language; one table from code to status."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException

from schemas.codes import Code
from services.kit.languages import Language, preferred
from services.kit.messages import BrokerAway
from services.planner import wording
from services.planner.domain.refusals import Problem, Refusal

log = structlog.get_logger()

STATUS: Mapping[Code, int] = {
    Code.BODY_UNREADABLE: 422,
    Code.NO_VARIANTS: 422,
    Code.VARIANT_TWICE: 422,
    Code.UNKNOWN_CHANNEL: 422,
    Code.TEXT_EMPTY: 422,
    Code.TEXT_TOO_LONG: 422,
    Code.TITLE_NOT_TAKEN: 422,
    Code.LINK_UNREADABLE: 422,
    Code.TOO_MANY_LINKS: 422,
    Code.TOO_MANY_HASHTAGS: 422,
    Code.TOO_MANY_PICTURES: 422,
    Code.TOO_FEW_PICTURES: 422,
    Code.FORM_NOT_TAKEN: 422,
    Code.STORY_WITH_WORDS: 422,
    Code.STORY_NOT_ONE: 422,
    Code.REEL_WITHOUT_VIDEO: 422,
    Code.VIDEO_NOT_TAKEN: 422,
    Code.VIDEO_WITH_PICTURES: 422,
    Code.VIDEO_LENGTH: 422,
    Code.VIDEO_NOT_UPRIGHT: 422,
    Code.VIDEO_TOO_LARGE: 422,
    Code.VIDEO_UNUSED: 422,
    Code.VIDEO_UNKNOWN: 422,
    Code.VIDEO_UNREADABLE: 422,
    Code.DESCRIPTION_MISSING: 422,
    Code.ALT_MISSING: 422,
    Code.ALT_TOO_LONG: 422,
    Code.PICTURE_UNKNOWN: 422,
    Code.PICTURE_UNREADABLE: 422,
    Code.PICTURE_TOO_LARGE: 422,
    Code.ANSWERS_NOT_TAKEN: 422,
    Code.ANSWER_ALONE: 422,
    Code.COMMENT_UNKNOWN: 422,
    Code.COMMENT_ELSEWHERE: 422,
    Code.TIME_UNREADABLE: 422,
    Code.TIME_WITHOUT_ZONE: 422,
    Code.TIME_SKIPPED: 422,
    Code.TIME_DOUBLED: 422,
    Code.TIME_PAST: 422,
    Code.ZONE_UNKNOWN: 422,
    Code.SIGN_IN_NEEDED: 401,
    Code.LINK_USED: 403,
    Code.NOT_ALLOWED: 403,
    Code.OWN_APPROVAL: 403,
    Code.FOREIGN_ORIGIN: 403,
    Code.POST_NOT_FOUND: 404,
    Code.COMMENT_NOT_FOUND: 404,
    Code.PAGE_NOT_FOUND: 404,
    Code.WRONG_STATE: 409,
    Code.POST_MISSED: 409,
    Code.ALREADY_PUBLIC: 409,
    Code.UNDER_WAY: 409,
    Code.DECISION_STALE: 409,
    Code.DECISION_UNFIT: 409,
    Code.DECISION_EARLY: 409,
    Code.DECISION_TAKEN: 409,
    Code.STILL_PAUSED: 409,
    Code.STILL_HELD: 409,
    Code.ADDRESS_FOREIGN: 422,
    Code.COMMENT_GONE: 409,
    Code.MODERATION_UNABLE: 409,
    Code.CHANGED_MEANWHILE: 409,
    Code.TOO_MANY_PAUSES: 409,
    Code.PUBLISHING_CHANGED: 412,
    Code.PARKED_NOT_FOUND: 404,
    Code.KEY_REUSED: 409,
    Code.KEY_UNREADABLE: 400,
    Code.APPROVAL_STALE: 412,
    Code.APPROVAL_UNSEEN: 428,
    Code.TOO_LARGE: 413,
    Code.BROKER_AWAY: 503,
    Code.CATCHING_UP: 503,
}
"""The status of every code that the planner refuses with."""


class OverTheCeiling(HTTPException):
    """A request's body is larger than is taken."""

    def __init__(self, limit: int) -> None:
        super().__init__(413)
        self.limit = limit


def answer(request: Request, *problems: Problem, status: int | None = None) -> JSONResponse:
    """Answer with what stands in the way: the first problem leads, all are listed."""
    speech = wording.speak(preferred(request.headers.get("accept-language", "")))
    first = problems[0]
    code = status or STATUS[first.code]
    body = {
        "type": f"urn:budkavle:problem:{first.code.value}",
        "title": HTTPStatus(code).phrase,
        "status": code,
        **_told(first, speech),
        "errors": [{"path": problem.path, **_told(problem, speech)} for problem in problems],
    }
    headers = {"Content-Language": speech.code, "Vary": "Accept-Language"}
    if code == 503:
        headers["Retry-After"] = "1"
    if code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, code, headers, media_type="application/problem+json")


def _told(problem: Problem, speech: Language) -> dict[str, Any]:
    return {
        "code": problem.code.value,
        "detail": wording.sentence(problem.code, problem.parameters, speech),
        "remedy": wording.remedy(problem.code, problem.parameters, speech),
        "parameters": problem.parameters,
    }


def install(app: FastAPI) -> None:
    """Answer every refusal, ours and the framework's, as a problem."""

    @app.exception_handler(Refusal)
    async def _refused(request: Request, refusal: Refusal) -> JSONResponse:
        return answer(request, *refusal.problems)

    @app.exception_handler(BrokerAway)
    async def _away(request: Request, away: BrokerAway) -> JSONResponse:
        log.warning("request.interrupted", path=request.url.path, why=str(away))
        return answer(request, Problem(Code.BROKER_AWAY))

    @app.exception_handler(RequestValidationError)
    async def _unreadable(request: Request, error: RequestValidationError) -> JSONResponse:
        found = list(error.errors())
        for problem in found:
            if problem["loc"][0] == "path":
                post = problem["loc"][1] == "post"
                return answer(
                    request, Problem(Code.POST_NOT_FOUND if post else Code.PAGE_NOT_FOUND)
                )
        return answer(request, *(_field(problem) for problem in _narrowed(found)[:20]))

    @app.exception_handler(StarletteHTTPException)
    async def _http(request: Request, error: StarletteHTTPException) -> JSONResponse:
        if isinstance(error, OverTheCeiling):
            return answer(request, Problem(Code.TOO_LARGE, {"limit": error.limit}))
        if error.status_code in {404, 405}:
            said = answer(request, Problem(Code.PAGE_NOT_FOUND), status=error.status_code)
            said.headers.update(error.headers or {})
            return said
        return answer(request, _field({"loc": ("body",), "type": "json_invalid"}))


def _narrowed(found: list[Any]) -> list[Any]:
    """Leave out what a union's other branch would have wanted, where one branch is the nearer."""
    precise = [p for p in found if not (p["type"] == "string_type" and p["loc"][-1] == "str")]
    return precise or found


def _field(problem: Mapping[str, Any]) -> Problem:
    kind = problem["type"]
    location = [str(part) for part in problem["loc"][1:] if part not in {"LocalTime", "str"}]
    where = "body" if kind == "json_invalid" or not location else ".".join(location)
    why = wording.WHY.get(kind, wording.UNREADABLE)
    return Problem(Code.BODY_UNREADABLE, {"where": where, "why": why}, where)
