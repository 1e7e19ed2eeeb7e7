"""How long a platform asks us to wait."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from schemas.envelope import now
from services.publisher.channels.exchange import Reply

LONGEST_WAIT = timedelta(minutes=15)
"""A server that asks for more is asked again after this."""

_SAID_IN = ("Retry-After", "X-RateLimit-Reset", "RateLimit-Reset", "X-Rate-Limit-Reset")


def wait_of(reply: Reply) -> timedelta | None:
    """Give how long the server asks us to wait; None if it does not say."""
    said = next((reply.headers[name] for name in _SAID_IN if name in reply.headers), None)
    if said is None:
        return None
    if re.fullmatch(r"\d{1,11}", said):
        seconds = int(said)
        # A number this large is a moment, not a wait.
        wait = timedelta(seconds=seconds) if seconds < 10**8 else _until(_epoch(seconds))
    else:
        moment = _moment(said)
        if moment is None:
            return None
        wait = _until(moment)
    return max(timedelta(0), min(wait, LONGEST_WAIT))


def _until(moment: datetime) -> timedelta:
    return moment - now()


def _epoch(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _moment(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
