"""How Mastodon says no."""

from datetime import UTC, datetime, timedelta

from starlette.responses import JSONResponse, Response

from simulator.door import Refusal

NOT_FOUND = "Record not found"
NO_USER = "This method requires an authenticated user"
BAD_TOKEN = "The access token is invalid"  # noqa: S105 - what is said about a token is none
BLANK = "Validation failed: Text can't be blank"
NO_IMAGE = "Validation failed: File content type is invalid, File is invalid"
NO_FILE = "Validation failed: File can't be blank"
NOT_READY = "Cannot attach files that have not finished processing. Try again in a moment!"
TOO_MANY_FILES = "Cannot attach more than 4 files"
PAST_SCHEDULE = "Validation failed: Scheduled at The scheduled date must be in the future"
NO_SCHEDULE = "The simulator schedules nothing: leave out scheduled_at and post at the hour"

_WORDS = {
    400: "Bad Request",
    401: BAD_TOKEN,
    403: "This action is not allowed",
    404: NOT_FOUND,
    413: "Payload Too Large",
    422: "Validation failed",
    429: "Too many requests",
    500: "Internal Server Error",
    503: "There was a temporary problem serving your request, please try again",
}
_WINDOW_LIMIT = 300


class Refused(Refusal):
    """The request is answered with an error of Mastodon's, and nothing is changed."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words

    def answer(self) -> Response:
        """Say it in Mastodon's words."""
        return answer(self.status, self.words)


def answer(
    status: int, words: str | None = None, *, retry_after: int | None = None
) -> JSONResponse:
    """The answer with this status, worded as Mastodon words it."""
    response = JSONResponse({"error": words or _WORDS.get(status, "Error")}, status)
    if retry_after is not None:
        reset = datetime.now(UTC) + timedelta(seconds=retry_after)
        response.headers["Retry-After"] = str(retry_after)
        response.headers["X-RateLimit-Limit"] = str(_WINDOW_LIMIT)
        response.headers["X-RateLimit-Remaining"] = "0"
        response.headers["X-RateLimit-Reset"] = reset.isoformat().replace("+00:00", "Z")
    return response
