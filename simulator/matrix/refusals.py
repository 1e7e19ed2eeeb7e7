"""How a Matrix server says no: a code, and words for people."""

from starlette.responses import JSONResponse, Response

from simulator.door import Refusal

_CODES = {
    400: ("M_UNKNOWN", "Bad Request"),
    401: ("M_UNKNOWN_TOKEN", "Invalid access token passed."),
    403: ("M_FORBIDDEN", "Forbidden"),
    404: ("M_NOT_FOUND", "Not found"),
    413: ("M_TOO_LARGE", "Upload request body is too large"),
    429: ("M_LIMIT_EXCEEDED", "Too Many Requests"),
}
_TROUBLE = ("M_UNKNOWN", "Internal server error")


class Refused(Refusal):
    """The request is answered with an error, and nothing is changed."""

    def __init__(self, status: int, errcode: str, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.errcode = errcode
        self.error = error

    def answer(self) -> Response:
        """Give the code and the words."""
        return answer(self.status, self.errcode, self.error)


def bad_json(error: str) -> Refused:
    """The body is JSON, and not as it has to be."""
    return Refused(400, "M_BAD_JSON", error)


def not_found() -> Refused:
    """There is no such event, or not for us."""
    return Refused(404, "M_NOT_FOUND", "Event not found.")


def answer(
    status: int,
    errcode: str | None = None,
    error: str | None = None,
    *,
    retry_after: int | None = None,
) -> JSONResponse:
    """The answer with this status."""
    code, words = _CODES.get(status, _TROUBLE)
    said: dict[str, str | int | bool] = {"errcode": errcode or code, "error": error or words}
    if said["errcode"] == "M_UNKNOWN_TOKEN":
        said["soft_logout"] = False
    if retry_after is None:
        return JSONResponse(said, status)
    said["retry_after_ms"] = retry_after * 1000
    return JSONResponse(said, status, {"Retry-After": str(retry_after)})
