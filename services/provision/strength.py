"""Compares settings on the broker with ours: which differ, and which change loses a promise."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Better = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting that is not as we want it."""

    setting: str
    found: Any
    wanted: Any
    safe: bool
    """Whether going from one to the other only adds promises."""


def _never(_found: Any, _wanted: Any) -> bool:
    return False


def _always(_found: Any, _wanted: Any) -> bool:
    return True


def _more(found: Any, wanted: Any) -> bool:
    return bool((found or 0) < wanted)


def _boundless(_found: Any, wanted: Any) -> bool:
    return wanted in {0, -1}


def _turned_on(_found: Any, wanted: Any) -> bool:
    return wanted is True


def _turned_off(_found: Any, wanted: Any) -> bool:
    return wanted is False


def _nothing_left_out(found: Any, wanted: Any) -> bool:
    return set(found) <= set(wanted)


_BETTER: dict[str, Better] = {
    "num_replicas": _more,
    "duplicate_window": _more,
    "max_age": _boundless,
    "max_bytes": _boundless,
    "max_msgs": _boundless,
    "max_msgs_per_subject": _boundless,
    "max_deliver": _boundless,
    "allow_direct": _turned_on,
    "allow_atomic": _turned_on,
    "allow_msg_schedules": _turned_on,
    "deny_delete": _turned_on,
    "deny_purge": _turned_on,
    "allow_rollup_hdrs": _turned_off,
    "subjects": _nothing_left_out,
    # How soon a message comes again is tuning: what hears it stands a second hearing anyway.
    "ack_wait": _always,
    "max_ack_pending": _always,
}
"""Settings that may change, and in which direction; others never do."""


def differences(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Difference]:
    """List what differs among the settings that we want; the broker leaves out what is off."""
    for setting, value in wanted.items():
        there = found.get(setting, False if isinstance(value, bool) else None)
        same = sorted(there or ()) == sorted(value) if isinstance(value, list) else there == value
        if not same:
            better = _BETTER.get(setting, _never)
            yield Difference(setting, there, value, better(there, value))
