"""How many of the calls that Meta allows are used, as every answer tells in its headers."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from schemas.codes import Code
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Reply
from services.publisher.domain.answers import NotNow

_SLOW_DOWN = 75
"""Percent from which Meta asks to be called less."""

_PAUSE = timedelta(seconds=5)
_HEADERS = ("X-App-Usage", "X-Business-Use-Case-Usage")
_COUNTED = ("call_count", "total_cputime", "total_time")


def nearly_spent(reply: Reply, calls: Calls) -> NotNow | None:
    """Ask for a rest when most is used, and for a longer one the nearer the end is."""
    used = max(_percentages(reply), default=0)
    if used < _SLOW_DOWN:
        return None
    rest = _PAUSE * (1 + min(used, 100) - _SLOW_DOWN)
    return NotNow(Code.NEARLY_THROTTLED, calls.named(percent=used), rest)


def _percentages(reply: Reply) -> Iterator[int]:
    for header in _HEADERS:
        for limit in _limits(reply.headers.get(header, "{}")):
            yield from (used for name in _COUNTED if isinstance(used := limit.get(name), int))


def _limits(header: str) -> Iterator[dict[str, Any]]:
    """Give the limits of the app, which stand alone, or of accounts, which stand in lists."""
    try:
        said = json.loads(header)
    except ValueError:
        return
    accounts = said.values() if isinstance(said, dict) else ()
    listed = [each for account in accounts if isinstance(account, list) for each in account]
    yield from (each for each in [said, *listed] if isinstance(each, dict))
