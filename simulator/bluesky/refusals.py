"""How a Bluesky server says no: the name of the error tells, and never the status alone."""

from datetime import timedelta

from starlette.responses import JSONResponse, Response

from simulator.door import Refusal
from simulator.world import utc_now

_NAMES = {
    400: ("InvalidRequest", "Bad Request"),
    401: ("AuthenticationRequired", "Authentication Required"),
    404: ("XRPCNotSupported", "Not Found"),
    413: ("PayloadTooLarge", "request entity too large"),
    429: ("RateLimitExceeded", "Rate Limit Exceeded"),
    500: ("InternalServerError", "Internal Server Error"),
    502: ("UpstreamFailure", "Upstream Failure"),
    503: ("NotEnoughResources", "Not Enough Resources"),
    504: ("UpstreamTimeout", "Upstream Timeout"),
}
_WINDOW = 300


class Refused(Refusal):
    """The request is answered with an error, and nothing is changed."""

    def __init__(
        self, status: int, error: str, message: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message
        self.retry_after = retry_after

    def answer(self) -> Response:
        """Name the error."""
        return answer(self.status, self.error, self.message, retry_after=self.retry_after)


def invalid(message: str) -> Refused:
    """The request is not as the lexicon wants it."""
    return Refused(400, "InvalidRequest", message)


def answer(
    status: int,
    error: str | None = None,
    message: str | None = None,
    *,
    retry_after: int | None = None,
) -> JSONResponse:
    """The answer with this status."""
    name, words = _NAMES.get(status, ("InternalServerError", "Internal Server Error"))
    response = JSONResponse({"error": error or name, "message": message or words}, status)
    if retry_after is not None:
        reset = utc_now() + timedelta(seconds=retry_after)
        response.headers["RateLimit-Limit"] = "30"
        response.headers["RateLimit-Remaining"] = "0"
        response.headers["RateLimit-Reset"] = str(int(reset.timestamp()) + 1)
        response.headers["RateLimit-Policy"] = f"30;w={_WINDOW}"
    return response
