"""Refusals as RFC 9457 problems, in the reader's language."""

from collections.abc import Mapping

import structlog
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from schemas.codes import Code
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.showing import sentences
from services.publisher.siren.speech import speech_of

log = structlog.get_logger()

STATUS: Mapping[Code, int] = {
    Code.SIGN_IN_NEEDED: 401,
    Code.ALERT_NOT_FOUND: 404,
    Code.SIGN_IN_REFUSED: 401,
    Code.SIGN_IN_PAUSED: 429,
    Code.PAGE_NOT_FOUND: 404,
    Code.OWN_CONFIRMATION: 403,
    Code.SOLO_NOT_ALLOWED: 403,
    Code.FOREIGN_ORIGIN: 403,
    Code.FORM_STALE: 403,
    Code.DRAFT_GONE: 404,
    Code.ALERT_OUT: 409,
    Code.ALERT_NOT_OUT: 409,
    Code.ALERT_OVER: 409,
    Code.ALERT_DROPPED: 409,
    Code.ALERT_CHANGED: 409,
    Code.CONTENT_OTHER: 409,
    Code.NOTHING_TO_REVIEW: 409,
    Code.REFERENCE_TAKEN: 409,
    Code.STATEMENT_USED: 409,
    Code.HOLD_NOT_ON: 409,
    Code.TOO_MANY_DRAFTS: 429,
    Code.MEMORY_FULL: 507,
    Code.SENDER_UNKNOWN: 401,
    Code.DOOR_SHUT: 403,
    Code.MESSAGE_HALTED: 408,
    Code.TOO_LARGE: 413,
    Code.TOO_MANY_MESSAGES: 429,
    Code.NOT_WRITTEN_DOWN: 503,
}
"""All others are 422: what was said cannot be taken as it stands."""


async def refused(request: Request, error: Exception) -> Response:
    """Answer a refusal."""
    if not isinstance(error, Refusal):
        raise error
    log.info("siren.refused", code=error.code, path=request.url.path)
    sentence, remedy = sentences(error.code, error.parameters, speech_of(request))
    status = STATUS.get(error.code, 422)
    return JSONResponse(
        {
            "type": f"https://budkavle.example/problems/{error.code.value}",
            "title": sentence,
            "detail": remedy,
            "status": status,
            "code": error.code.value,
            "parameters": error.parameters,
        },
        status_code=status,
        media_type="application/problem+json",
    )


def unreadable(error: ValidationError) -> Refusal:
    """Say which field of a body is wrong."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"])) or "body"
    return Refusal(Code.BODY_UNREADABLE, where=where, why=first["msg"])
