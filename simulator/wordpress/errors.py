"""How a site says no: WordPress with a code, and whatever stands before it with a page."""

from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from simulator.door import Refusal

_BROKEN = "<p>There has been a critical error on this website.</p>"


class Refused(Refusal):
    """The request is answered with an error of WordPress's, and nothing is changed."""

    def __init__(self, status: int, code: str, message: str, **data: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.data = data

    def answer(self) -> Response:
        """Put it into the form that every error has."""
        said = {"code": self.code, "message": self.message}
        return JSONResponse({**said, "data": {"status": self.status, **self.data}}, self.status)


def gone() -> Refused:
    """There is no such post, nor file."""
    return Refused(404, "rest_post_invalid_id", "Invalid post ID.")


def no_comment() -> Refused:
    """There is no such comment."""
    return Refused(404, "rest_comment_invalid_id", "Invalid comment ID.")


def stranger(code: str, what: str) -> Refused:
    """Nobody in particular asks, or somebody with a wrong password, which is the same."""
    return Refused(401, code, f"Sorry, you are not allowed to {what}.")


def bad_parameter(name: str, why: str, code: str = "rest_not_in_enum", **data: Any) -> Refused:
    """A parameter is not as it should be, or not for this caller."""
    details = {name: {"code": code, "message": why, "data": data or None}}
    message = f"Invalid parameter(s): {name}"
    return Refused(400, "rest_invalid_param", message, params={name: why}, details=details)


def hidden_status() -> Refused:
    """A list of what is not public was asked for by a stranger; this is no 401."""
    return bad_parameter("status", "Status is forbidden.", "rest_forbidden_status", status=401)


def trouble(status: int) -> Response:
    """An error that a fault rule asks for: WordPress's own, or a page of what is before it."""
    if status == 500:
        return Refused(500, "internal_server_error", _BROKEN).answer()
    if status in (401, 403):
        return stranger("rest_forbidden", "do that").answer()
    return HTMLResponse(f"<html><head><title>{status}</title></head><body></body></html>", status)


def throttled(seconds: int) -> Response:
    """WordPress counts no calls; its hosts do."""
    page = trouble(429)
    page.headers["Retry-After"] = str(seconds)
    return page
