"""What we read of a Matrix server's answers, and nothing more of them.

Its errors carry a code. A proxy before it has none, and what it says is not believed.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from schemas.codes import Code
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Reply
from services.publisher.channels.matrix.events import DELIVERY
from services.publisher.channels.waits import LONGEST_WAIT, wait_of
from services.publisher.channels.wording import one_line
from services.publisher.domain.answers import NotNow, Refused

_EventId = Annotated[str, Field(pattern=r"^\$[!-~]{1,254}$")]
_User = Annotated[str, Field(pattern=r"^@[!-~]{1,254}$")]
_Moment = Annotated[int, Field(ge=0, lt=2**47)]

_TOKEN_DEAD = {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"}
_NOT_ALLOWED = {"M_FORBIDDEN", "M_CONSENT_NOT_GIVEN"}
_RESTRICTED = {
    "M_RESOURCE_LIMIT_EXCEEDED",
    "M_USER_DEACTIVATED",
    "M_USER_LIMIT_EXCEEDED",
    "M_USER_LOCKED",
    "M_USER_SUSPENDED",
}
_REFUSED = {"M_BAD_JSON", "M_INVALID_PARAM", "M_NOT_JSON", "M_TOO_LARGE"}
_MISSING = {"M_NOT_FOUND", "M_UNRECOGNIZED"}


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Account(_Said):
    """Whose token it is."""

    user_id: _User


class Sent(_Said):
    """The event that a call has made, or had made before."""

    event_id: _EventId


class Uploaded(_Said):
    """Where the server keeps a picture."""

    content_uri: Annotated[str, Field(pattern=r"^mxc://[!-~]{1,300}$")]


class Joined(_Said):
    """The rooms that the account is in."""

    joined_rooms: list[str]


class Media(_Said):
    """How large an upload may be."""

    largest: int | None = Field(default=None, ge=0, alias="m.upload.size")


class Levels(_Said):
    """Who may do what in a room."""

    users: dict[str, int] = {}
    users_default: int = 0
    events: dict[str, int] = {}
    events_default: int = 0

    def missing(self, user: str) -> str | None:
        """Say what a user has less of than a message needs; None: enough."""
        has = self.users.get(user, self.users_default)
        needs = self.events.get("m.room.message", self.events_default)
        return f"m.room.power_levels {has} < {needs}" if has < needs else None


class Pinned(_Said):
    """The events that stand above the others in a room."""

    pinned: list[str]


class Event(_Said):
    """One event of a room. Of one that was taken away nothing is left in it."""

    event_id: _EventId
    sender: _User
    sent: _Moment = Field(alias="origin_server_ts")
    content: dict[str, object]

    @property
    def sent_at(self) -> datetime:
        """When the server took it."""
        return datetime.fromtimestamp(self.sent / 1000, UTC)

    @property
    def text(self) -> str | None:
        """Give the words; None: there are none any more, or it only changes another."""
        body, relation = self.content.get("body"), self.content.get("m.relates_to")
        changes = isinstance(relation, dict) and relation.get("rel_type") == "m.replace"
        return body if isinstance(body, str) and not changes else None

    @property
    def delivery(self) -> object:
        """Give the key of the delivery that it is."""
        return self.content.get(DELIVERY)


class Page(_Said):
    """Some events of a room, the newest first, and where the older ones begin."""

    chunk: list[Event]
    end: str | None = None


class _Failure(_Said):
    errcode: str
    error: str = ""
    retry_after_ms: int | None = None


ACCOUNT = TypeAdapter(Account)
SENT = TypeAdapter(Sent)
UPLOADED = TypeAdapter(Uploaded)
JOINED = TypeAdapter(Joined)
MEDIA = TypeAdapter(Media)
LEVELS = TypeAdapter(Levels)
EVENT = TypeAdapter(Event)
PINNED = TypeAdapter(Pinned)
PAGE = TypeAdapter(Page)
_FAILURE = TypeAdapter(_Failure)


def is_missing(reply: Reply) -> bool:
    """Whether the server itself says that it does not have what was asked for."""
    failure = _failure(reply)
    return reply.status == 404 and failure is not None and failure.errcode in _MISSING


def held_up(reply: Reply, calls: Calls) -> NotNow | None:
    """Say whether surely nothing was done, and something else has to change first."""
    failure = _failure(reply)
    if reply.status == 429:
        return NotNow(Code.CHANNEL_THROTTLED, calls.named(), wait_of(reply) or _wait(failure))
    if failure is None:
        return None
    why = one_line(failure.error) or failure.errcode
    if failure.errcode in _TOKEN_DEAD:
        return NotNow(Code.CREDENTIALS_REFUSED, calls.named())
    if failure.errcode in _NOT_ALLOWED:
        return NotNow(Code.PERMISSION_MISSING, calls.named(why=why))
    if failure.errcode in _RESTRICTED:
        return NotNow(Code.ACCOUNT_RESTRICTED, calls.named(why=why))
    return None


def refused(reply: Reply, calls: Calls) -> Refused | None:
    """Say whether it is refused for what it is; another try would be refused again."""
    failure = _failure(reply)
    if failure is None or failure.errcode not in _REFUSED:
        return None
    return Refused(
        Code.CHANNEL_REFUSED, calls.named(why=one_line(failure.error) or failure.errcode)
    )


def _failure(reply: Reply) -> _Failure | None:
    return reply.read(_FAILURE) if 400 <= reply.status < 500 else None


def _wait(failure: _Failure | None) -> timedelta | None:
    """Read the wait as servers said it before they had the header."""
    if failure is None or failure.retry_after_ms is None or failure.retry_after_ms < 0:
        return None
    return min(timedelta(milliseconds=failure.retry_after_ms), LONGEST_WAIT)
