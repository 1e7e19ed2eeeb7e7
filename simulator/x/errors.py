"""How X says no: a problem with a type, and the end of a limit in a header."""

from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.door import Refusal
from simulator.world import utc_now

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_PROBLEMS = "https://api.x.com/2/problems/"
_BLANK = "about:blank"


class Refused(Refusal):
    """The request is answered with a problem, and nothing is changed."""

    def __init__(self, status: int, detail: str | None = None, kind: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.kind = kind

    def answer(self) -> Response:
        """Word the problem."""
        return answer(self.status, self.detail, self.kind)


def invalid(detail: str) -> Refused:
    """The request is not as it should be."""
    return Refused(400, detail, "invalid-request")


def duplicate() -> Refused:
    """The same words stand there already; no type of its own says so."""
    return Refused(403, "You are not allowed to create a Tweet with duplicate content.")


def unseen() -> Refused:
    """What is answered is not there; no type of its own says so."""
    detail = "You attempted to reply to a Tweet that is deleted or not visible to you."
    return Refused(403, detail)


def unasked() -> Refused:
    """Since February 2026 only those are answered who have turned to the account."""
    detail = (
        "Reply to this conversation is not allowed because you have not been mentioned or"
        " otherwise engaged by the author of the post you are replying to."
    )
    return Refused(403, detail)


def missing(what: str, value: str) -> dict[str, Any]:
    """What stands beside the data where something was not found."""
    return {
        "value": value,
        "detail": f"Could not find {what} with id: [{value}].",
        "title": "Not Found Error",
        "resource_type": what,
        "type": f"{_PROBLEMS}resource-not-found",
    }


def answer(status: int, detail: str | None = None, kind: str | None = None) -> Response:
    """The answer with this status."""
    title = _TITLES.get(status, "Error")
    return JSONResponse(
        {
            "title": title,
            "detail": detail or title,
            "type": f"{_PROBLEMS}{kind}" if kind else _BLANK,
            "status": status,
        },
        status,
    )


def throttled(seconds: int) -> Response:
    """Too many calls; when they are counted anew is told as a moment."""
    response = answer(429)
    response.headers["x-rate-limit-limit"] = "100"
    response.headers["x-rate-limit-remaining"] = "0"
    response.headers["x-rate-limit-reset"] = str(int(utc_now().timestamp()) + seconds + 1)
    return response
