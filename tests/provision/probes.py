"""What an identity must not be able to do, made from the table of facts and not from rights."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from schemas.flow import (
    FLOW,
    MEDIA_READ_BY,
    MEDIA_TOLD_BY,
    SERVICES,
    TIMERS,
    Hop,
    durables,
    timer_stream,
)
from tests.harness.broker import CHANNELS

PERSONAL = {"METRICS_PERSONAL": "metrics"}
"""Streams of what identifies people, and who tells it."""

STREAMS = (
    *(service.upper() for service in SERVICES),
    *(timer_stream(timers.owner) for timers in TIMERS),
    "MEDIA",
    *PERSONAL,
)

_STREAM_VERBS = ("DELETE", "PURGE", "MSG.DELETE", "SNAPSHOT", "RESTORE", "LEADER.STEPDOWN")
_CONSUMER_VERBS = ("DELETE", "PAUSE", "RESET", "LEADER.STEPDOWN", "UNPIN")
_KEEPING = {"DELETE", "SNAPSHOT", "RESTORE"}
"""What making and restoring copies takes, with the consumers' RESET and DELETE, which taking a
channel away takes: the provisioner's alone."""
_OF_THE_SERVER = (
    "$JS.API.META.LEADER.STEPDOWN",
    "$JS.API.SERVER.REMOVE",
    "$JS.API.ACCOUNT.PURGE.APP",
    "$JS.API.INFO",
    "$JS.API.STREAM.LIST",
    "$JS.API.STREAM.CREATE.EVIL",
    "$JS.API.STREAM.TEMPLATE.CREATE.EVIL",
    "$SYS.REQ.SERVER.PING",
    "$SYS.REQ.ACCOUNT.APP.CONNZ",
    "$SYS.REQ.SERVER.PING.VARZ",
    "$KV.evil.key",
    "$O.evil.C.x",
    "$JS.EVENT.ADVISORY.STREAM.DELETED.PLANNER",
    "$JS.SNAPSHOT.ACK.x",
    "$JS.SNAPSHOT.RESTORE.x",
    "_INBOX.anybody.1",
    "evil",
)


class Probe(NamedTuple):
    """Something to publish that must be refused at the door."""

    subject: str
    payload: bytes = b"{}"


def probes(identity: str) -> list[Probe]:
    """List what one identity must not publish."""
    found = [*_telling(identity), *_making(identity), *_hearing(identity), *_reading(identity)]
    return list(dict.fromkeys(found))


def eavesdropping(identity: str) -> list[str]:
    """List what one identity must not subscribe to."""
    others = [other for other in (*SERVICES, "provision") if other != identity]
    followed = {hop.told_by for hop in FLOW if identity in hop.boards}
    return [
        *(f"_INBOX_{other}.>" for other in others),
        *("_INBOX.>", ">", "*", "*.>", "*.*.>", "$SYS.>", "$JS.>", "$JS.API.>"),
        *("$JS.ACK.>", "$JS.EVENT.>", "media.>", "$KV.>"),
        *(f"{kind}.{timers.owner}.>" for kind in ("timer", "due") for timers in TIMERS),
        *(f"{service}.>" for service in SERVICES if service not in followed),
        *(hop.pattern for hop in FLOW if hop.told_by not in followed),
    ]


def sample(pattern: str) -> str:
    """Give one subject of a pattern."""
    return pattern.replace("*", CHANNELS[0], 1).replace("*", "x1").replace(">", "x2")


def _telling(identity: str) -> Iterator[Probe]:
    for hop in FLOW:
        if hop.told_by != identity:
            yield Probe(sample(hop.pattern))
            yield Probe(f"{hop.told_by}.new-thing.x")
            yield Probe(f"personal.{hop.told_by}.new-thing.x")
    for timers in TIMERS:
        yield Probe(f"due.{timers.owner}.{CHANNELS[0]}.x.1")
        if timers.owner != identity:
            yield Probe(f"timer.{timers.owner}.{CHANNELS[0]}.x.1")
    if identity not in MEDIA_TOLD_BY:
        yield Probe("media.0123.1")
    for other in (*SERVICES, "provision"):
        if other != identity:
            yield Probe(f"_INBOX_{other}.x.1")


def _making(identity: str) -> Iterator[Probe]:
    for subject in _OF_THE_SERVER:
        yield Probe(subject)
    for stream in STREAMS:
        for verb in _STREAM_VERBS:
            erasing = verb == "PURGE" and stream in PERSONAL
            if identity != "provision" or not (verb in _KEEPING or erasing):
                yield Probe(f"$JS.API.STREAM.{verb}.{stream}", _REQUESTS.get(verb, b""))
    for durable in durables(CHANNELS):
        for verb in _CONSUMER_VERBS:
            if identity == "provision" and verb in {"RESET", "DELETE"}:
                continue
            yield Probe(f"$JS.API.CONSUMER.{verb}.{durable.stream}.{durable.name}", b"{}")
    if identity == "provision":
        return
    for stream in STREAMS:
        config = {"name": stream, "subjects": [f"{stream.lower()}.>"], "max_msgs": 1}
        yield Probe(f"$JS.SNAPSHOT.ACK.{stream}.x.1")
        yield Probe(f"$JS.SNAPSHOT.RESTORE.{stream}.x")
        yield Probe(f"$JS.API.STREAM.CREATE.{stream}", json.dumps(config).encode())
        yield Probe(f"$JS.API.STREAM.UPDATE.{stream}", json.dumps(config).encode())
        # A consumer that pushes is a way to write what one likes where one likes.
        pushing = {"deliver_subject": "planner.order.x.y", "ack_policy": "none", "name": "evil"}
        request = json.dumps({"stream_name": stream, "config": pushing}).encode()
        yield Probe(f"$JS.API.CONSUMER.CREATE.{stream}", request)
        yield Probe(f"$JS.API.CONSUMER.CREATE.{stream}.evil", request)
        yield Probe(f"$JS.API.CONSUMER.CREATE.{stream}.evil.planner.>", request)
        yield Probe(f"$JS.API.CONSUMER.DURABLE.CREATE.{stream}.evil", request)
        yield Probe(f"$JS.API.CONSUMER.LIST.{stream}")
        yield Probe(f"$JS.API.CONSUMER.NAMES.{stream}")


def _hearing(identity: str) -> Iterator[Probe]:
    for durable in durables(CHANNELS):
        if durable.service == identity:
            continue
        if identity != "provision":
            yield Probe(f"$JS.API.CONSUMER.INFO.{durable.stream}.{durable.name}", b"")
        yield Probe(f"$JS.API.CONSUMER.MSG.NEXT.{durable.stream}.{durable.name}", b"1")
        for word in (b"+ACK", b"+TERM", b"-NAK", b"+NXT"):
            yield Probe(
                f"$JS.ACK.{durable.stream}.{durable.name}.1.1.1.1795301392932281268.0", word
            )


def _reading(identity: str) -> Iterator[Probe]:
    for hop in FLOW:
        if hop.told_by != identity and identity not in hop.looked_up_by:
            stream = hop.stream
            yield Probe(f"$JS.API.DIRECT.GET.{stream}.{sample(hop.pattern)}", b"")
    for stream in STREAMS:
        if stream in {identity.upper(), timer_stream(identity)} or PERSONAL.get(stream) == identity:
            continue
        yield Probe(f"$JS.API.STREAM.MSG.GET.{stream}", b'{"seq":1}')
        if not _follows(identity, stream):
            if identity != "provision" or stream not in PERSONAL:
                yield Probe(f"$JS.API.DIRECT.GET.{stream}", b'{"seq":1}')
            if identity != "provision":
                yield Probe(f"$JS.API.STREAM.INFO.{stream}", b"")
    if identity not in MEDIA_READ_BY:
        yield Probe("$JS.API.DIRECT.GET.MEDIA.media.0123.0", b"")


def _follows(identity: str, stream: str) -> bool:
    def follows(hop: Hop) -> bool:
        return identity in hop.boards and hop.stream == stream

    return any(follows(hop) for hop in FLOW)


_REQUESTS = {
    "MSG.DELETE": b'{"seq":1}',
    "SNAPSHOT": b'{"deliver_subject":"planner.order.x.y"}',
    "RESTORE": b'{"config":{"name":"PLANNER"}}',
}
