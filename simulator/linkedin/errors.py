"""How LinkedIn says no: the status again in the body, and never how long to wait."""

from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.door import Refusal

_WORDS = {
    401: ("INVALID_ACCESS_TOKEN", 65600, "Invalid access token"),
    403: ("ACCESS_DENIED", 100, "Not enough permissions to access this resource"),
    404: ("RESOURCE_NOT_FOUND", 0, "Could not find entity"),
    429: (
        "TOO_MANY_REQUESTS",
        101,
        "Resource level throttle DAY limit for calls to this resource is reached.",
    ),
    500: ("INTERNAL_SERVER_ERROR", 0, "Internal Server Error"),
    503: ("SERVICE_UNAVAILABLE", 0, "Service Unavailable"),
}


class Refused(Refusal):
    """The request is answered with an error of the API's, and nothing is changed."""

    def __init__(self, status: int, message: str | None = None, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.more = more

    def answer(self) -> Response:
        """Put it into the shape of an error."""
        return answer(self.status, self.message, **self.more)


def bad_request(message: str) -> Refused:
    """A header or a parameter is not as it should be."""
    return Refused(400, message, code="ILLEGAL_ARGUMENT")


def invalid(message: str, code: str = "INVALID_VALUE", said: str = "") -> Refused:
    """The content is not as it should be."""
    errors = [{"description": said or message, "input": {}, "code": code}]
    return Refused(
        422,
        f"com.linkedin.content.common.exception.BadRequestResponseException: {message}",
        errorDetailType="com.linkedin.common.error.BadRequest",
        errorDetails={"inputErrors": errors},
    )


def duplicate(urn: str) -> Refused:
    """The same words stand there already."""
    return invalid(
        f"Content is a duplicate of {urn}", "DUPLICATE_POST", "Duplicate post is detected"
    )


def ended(version: str) -> Refused:
    """The version has had its year."""
    return Refused(426, f"Requested version {version}01 is not active", code="NONEXISTENT_VERSION")


def answer(status: int, message: str | None = None, **more: Any) -> JSONResponse:
    """The answer with this status."""
    code, number, words = _WORDS.get(status, ("UNKNOWN", 0, "Unknown error"))
    body: dict[str, Any] = {"status": status, "message": message or words}
    if not more:
        more = {"code": code, "serviceErrorCode": number}
    return JSONResponse({**body, **more}, status)
