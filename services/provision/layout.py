"""The streams and durables that a system has, with the settings that keep its promises."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas.flow import SERVICES, TIMERS, Durable, durables, personal_streams, timer_stream

ACK_WAIT = timedelta(seconds=5)
"""A message comes again so long after its replica was last heard of. Who works on it says so."""

_DUPLICATES = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream and its settings, as the broker spells them."""

    name: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Consumer:
    """A durable and its settings, as the broker spells them."""

    durable: Durable
    config: Mapping[str, Any]


def streams(replicas: int = 1) -> Iterator[Stream]:
    """List every stream of the system."""
    for service in SERVICES:
        yield _stream(service.upper(), replicas, _KEPT | _TOLD | {"subjects": [f"{service}.>"]})
        for name, pattern in personal_streams(service).items():
            yield _stream(name, replicas, _ERASABLE | _TOLD | {"subjects": [pattern]})
    for timers in TIMERS:
        subjects = [f"timer.{timers.owner}.>", f"due.{timers.owner}.>"]
        yield _stream(timer_stream(timers.owner), replicas, _SCHEDULED | {"subjects": subjects})
    yield _stream("MEDIA", replicas, _KEPT | {"subjects": ["media.>"]})


def consumers(channels: Iterable[str], ack_wait: timedelta = ACK_WAIT) -> Iterator[Consumer]:
    """List every durable of a system with these channels."""
    for durable in durables(channels):
        config = {
            "durable_name": durable.name,
            "filter_subject": durable.pattern,
            "deliver_policy": "all",
            "ack_policy": "explicit",
            "ack_wait": nanoseconds(ack_wait),
            # The broker never gives up on a message; the service sets it aside where people see.
            "max_deliver": -1,
            "max_ack_pending": 256,
        }
        yield Consumer(durable, config)


def nanoseconds(duration: timedelta) -> int:
    """Spell a duration as the broker does."""
    return duration // timedelta(microseconds=1) * 1000


def _stream(name: str, replicas: int, config: Mapping[str, Any]) -> Stream:
    return Stream(name, {"name": name} | _UNLIMITED | dict(config) | {"num_replicas": replicas})


_UNLIMITED = {
    "storage": "file",
    # A limit would drop facts, and with a timer its firing, without a word.
    "max_age": 0,
    "max_bytes": -1,
    "max_msgs": -1,
    "max_msgs_per_subject": -1,
    "allow_direct": True,
}

_KEPT = {
    "retention": "limits",
    "deny_delete": True,
    "deny_purge": True,
    "allow_rollup_hdrs": False,
}

_ERASABLE = {"retention": "limits", "deny_delete": True, "deny_purge": False}
"""Purged by subject, which is the provisioner's right alone."""

_TOLD = {"allow_atomic": True, "duplicate_window": nanoseconds(_DUPLICATES)}

_SCHEDULED = {
    "retention": "workqueue",
    "allow_msg_schedules": True,
    # The broker needs both to take a timer away when it fires.
    "allow_rollup_hdrs": True,
    "deny_purge": False,
}
