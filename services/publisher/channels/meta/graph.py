"""What the Graph API says when it does not do what was asked.

Nearly everything comes as status 400: the code tells, as Meta's error reference lists it.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from schemas.codes import Code
from schemas.deliveries import Proof
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Reply
from services.publisher.channels.meta.shapes import DONE
from services.publisher.channels.waits import LONGEST_WAIT
from services.publisher.channels.wording import one_line
from services.publisher.domain.answers import Answer, NotNow, Published, Refused

VERSION = "v26.0"
BASE_URL = f"https://graph.facebook.com/{VERSION}"

_THROTTLED = {4, 17, 32, 341, 613, *range(80_000, 80_010)}
_TOKEN_DEAD = {102, 190}
_NOT_ALLOWED = {3, 10, *range(200, 300)}
_RESTRICTED = {368}
_REFUSED = {100, 506, 1_609_005}
"""Documented for what is wrong with the post itself: a parameter, a duplicate, a link."""

_UNDELETABLE = 2_207_073

_GONE = (100, 33)
"""What names a post that is not there, or not ours to see."""


class GraphError(BaseModel):
    """An error, as the envelope carries it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    code: int
    message: str = ""
    error_subcode: int | None = None
    is_transient: bool = False
    error_user_msg: str | None = None

    @property
    def words(self) -> str:
        """Give what the platform says of it, in one short line."""
        said = self.error_user_msg or self.message or f"error {self.code}"
        return one_line(said)

    @property
    def is_gone(self) -> bool:
        """Whether what was named is not there."""
        return (self.code, self.error_subcode) == _GONE

    @property
    def refuses(self) -> bool:
        """Whether surely nothing was done and never will be; what is not known may be done."""
        return not self.is_transient and self.code in _REFUSED


class _Envelope(BaseModel):
    error: GraphError


_ENVELOPE = TypeAdapter(_Envelope)


def error_of(reply: Reply) -> GraphError | None:
    """Give the error of a reply; None if it is none of the API's own."""
    said = reply.read(_ENVELOPE)
    return said.error if said else None


def names_nothing(reply: Reply) -> bool:
    """Whether what was named is not there, or not ours to see."""
    error = error_of(reply)
    return error is not None and error.is_gone


def held_up(reply: Reply, calls: Calls) -> NotNow | None:
    """Say whether surely nothing was done, and something else has to change first."""
    error = error_of(reply)
    match error:
        case GraphError(code=code) if code in _THROTTLED:
            return NotNow(Code.CHANNEL_THROTTLED, calls.named(), _regained_in(reply))
        case GraphError(code=code) if code in _TOKEN_DEAD:
            return NotNow(Code.CREDENTIALS_REFUSED, calls.named())
        case GraphError(code=code) if code in _NOT_ALLOWED:
            return NotNow(Code.PERMISSION_MISSING, calls.named(why=error.words))
        case GraphError(code=code) if code in _RESTRICTED:
            return NotNow(Code.ACCOUNT_RESTRICTED, calls.named(why=error.words))
        case _:
            return None


def refused(reply: Reply, calls: Calls) -> Refused | None:
    """Say whether it is refused for what it is; another try would be refused again."""
    error = error_of(reply)
    if error is None or not error.refuses:
        return None
    return Refused(Code.CHANNEL_REFUSED, calls.named(why=error.words))


async def taken_away(calls: Calls, proof: Proof) -> Answer:
    """Delete a post; one that is gone already counts as deleted."""
    if not proof.external_id:
        # A person found it; an address does not tell the id.
        return Refused(Code.RETRACTION_UNABLE, calls.named())
    reply = await calls.visible("DELETE", f"/{proof.external_id}", calls.patience)
    if not isinstance(reply, Reply):
        return reply
    error = error_of(reply)
    done = reply.read(DONE) if reply.status == 200 else None
    if (done and done.success) or (error and error.is_gone):
        return Published(proof.external_id, proof.url)
    if error and error.error_subcode == _UNDELETABLE:
        return Refused(Code.RETRACTION_UNABLE, calls.named())
    return refused(reply, calls) or calls.unclear(reply.status)


def _regained_in(reply: Reply) -> timedelta | None:
    """Read after how many minutes calls are taken again; None if nobody says."""
    minutes = list(_minutes(reply.headers.get("X-Business-Use-Case-Usage", "")))
    return min(timedelta(minutes=max(minutes)), LONGEST_WAIT) if minutes else None


def _minutes(header: str) -> Iterator[int]:
    try:
        usage: Any = json.loads(header or "{}")
        for limits in usage.values():
            for limit in limits:
                said = limit.get("estimated_time_to_regain_access")
                if isinstance(said, int) and said > 0:
                    yield said
    except (ValueError, AttributeError, TypeError):
        return
