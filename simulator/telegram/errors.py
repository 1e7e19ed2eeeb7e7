"""How the Bot API says no: the status again in the body, and words."""

from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.door import Refusal

_WORDS = {
    401: "Unauthorized",
    403: "Forbidden: bot is not a member of the channel chat",
    404: "Not Found",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


class Refused(Refusal):
    """The request is answered with an error of the API's, and nothing is changed."""

    def __init__(self, status: int, words: str | None = None) -> None:
        super().__init__(words)
        self.status = status
        self.words = words

    def answer(self) -> Response:
        """Put it into the envelope."""
        return answer(self.status, self.words)


def bad(words: str) -> Refused:
    """The request is not as it should be."""
    return Refused(400, f"Bad Request: {words}")


def answer(status: int, words: str | None = None, *, retry_after: int | None = None) -> Response:
    """The answer with this status; how long to wait stands in the body and in no header."""
    body: dict[str, Any] = {
        "ok": False,
        "error_code": status,
        "description": words or _WORDS.get(status, "Error"),
    }
    if retry_after is not None:
        body["description"] = f"Too Many Requests: retry after {retry_after}"
        body["parameters"] = {"retry_after": retry_after}
    return JSONResponse(body, status)
