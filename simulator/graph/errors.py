"""How the Graph API says no: an envelope with a code, and status 400 for nearly everything."""

import json
from datetime import timedelta
from math import ceil
from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse, Response

from simulator.door import Refusal

_MINUTE = 60


class Refused(Refusal):
    """The request is answered with an error of the API's, and nothing is changed."""

    def __init__(self, code: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status: int = more.pop("status", 400)
        self.more = more

    def answer(self) -> Response:
        """Put it into the envelope."""
        return answer(self)


def bad_parameter(message: str) -> Refused:
    """A parameter is not as it should be."""
    return Refused(100, f"(#100) {message}")


def gone(node: str) -> Refused:
    """What was named is not there, or not for this caller."""
    message = (
        f"Unsupported request. Object with ID '{node}' does not exist, cannot be loaded due to"
        " missing permissions, or does not support this operation."
    )
    return Refused(100, message, error_subcode=33)


def coded(code: int, subcode: int, message: str) -> Refused:
    """One of the numbered errors about media; what people may read of it stands beside."""
    return Refused(code, message, error_subcode=subcode, error_user_msg=message)


def no_token() -> Refused:
    """Nobody in particular asks."""
    return Refused(104, "An access token is required to request this resource.")


def bad_token() -> Refused:
    """The token opens nothing."""
    message = "Error validating access token: Session has expired."
    return Refused(190, message, error_subcode=463, status=401)


def not_allowed(permission: str) -> Refused:
    """The token is good, and not good for this."""
    return Refused(200, f"(#200) Requires {permission} permission to manage the object", status=403)


def answer(no: Refused) -> JSONResponse:
    """The envelope of an error."""
    error = {"message": no.message, "type": "OAuthException", "code": no.code, **no.more}
    return JSONResponse({"error": {**error, "fbtrace_id": uuid4().hex[:11]}}, no.status)


def trouble(status: int) -> JSONResponse:
    """The platform's own trouble, as a fault rule asks for it."""
    code = {401: 190, 403: 200, 429: 32}.get(status, 2 if status >= 500 else 1)
    no = Refused(code, "An unexpected error has occurred. Please retry your request later.")
    no.status = status
    no.more = {"is_transient": status >= 500}
    return answer(no)


class Spent(Refused):
    """The calls of this hour are used up."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(80_001, "(#80001) There have been too many calls to this Page account.")
        self.wait = wait

    def answer(self) -> Response:
        """Put it into the envelope, with when calls are taken again."""
        return _with_wait(answer(self), ceil(self.wait.total_seconds() / _MINUTE))


def throttled(seconds: int) -> JSONResponse:
    """Too many calls; how long it takes is told in whole minutes, in a header."""
    response = answer(Refused(32, "(#32) Page request limit reached"))
    return _with_wait(response, ceil(seconds / _MINUTE))


def _with_wait(response: JSONResponse, minutes: int) -> JSONResponse:
    usage = {
        "type": "pages",
        "call_count": 100,
        "total_cputime": 25,
        "total_time": 25,
        "estimated_time_to_regain_access": minutes,
    }
    response.headers["X-Business-Use-Case-Usage"] = json.dumps({"0": [usage]})
    return response
