"""What LinkedIn says when it does not do what was asked."""

from datetime import UTC, datetime, time, timedelta

from schemas.codes import Code
from schemas.envelope import now
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Reply
from services.publisher.channels.linkedin.answers import failure_of
from services.publisher.domain.answers import NotNow, Refused

_REFUSED = {400, 404, 413, 422}
"""Documented for what is wrong with the request itself."""

_AFTER_MIDNIGHT = timedelta(minutes=1)
"""Their clock may be this much behind ours."""


def held_up(reply: Reply, calls: Calls, version: str) -> NotNow | None:
    """Say whether surely nothing was done, and something else has to change first."""
    failure = failure_of(reply)
    match reply.status:
        case 401:
            return NotNow(Code.CREDENTIALS_REFUSED, calls.named())
        case 403 if failure:
            return NotNow(Code.PERMISSION_MISSING, calls.named(why=failure.words))
        case 426:
            return NotNow(Code.VERSION_ENDED, calls.named(version=version))
        case 429:
            return NotNow(Code.CHANNEL_THROTTLED, calls.named(), _until_midnight(now()))
        case _:
            return None


def refused(reply: Reply, calls: Calls) -> Refused | None:
    """Say whether it is refused for what it is; a duplicate may be ours and stand there."""
    failure = failure_of(reply) if reply.status in _REFUSED else None
    if failure is None or failure.is_duplicate:
        return None
    return Refused(Code.CHANNEL_REFUSED, calls.named(why=failure.words))


def _until_midnight(at: datetime) -> timedelta:
    """Give how long quotas hold; they are counted by the day in UTC, and no header says so."""
    tomorrow = at.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), UTC) + _AFTER_MIDNIGHT - at
