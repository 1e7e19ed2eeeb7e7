"""What each identity may do on the broker: no more than the table of facts says."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from schemas.flow import (
    FLOW,
    MEDIA_READ_BY,
    MEDIA_TOLD_BY,
    SERVICES,
    TIMERS,
    durables,
    followed,
    personal_streams,
    timer_stream,
)
from services.provision.layout import streams

PROVISION = "provision"
"""The only identity that may make, copy and restore streams and consumers; it tells no facts."""


@dataclass(frozen=True, slots=True)
class Permissions:
    """Subjects that one identity may publish to and subscribe to; all others are refused."""

    publish: tuple[str, ...]
    never_publish: tuple[str, ...]
    """Exceptions inside what `publish` allows."""
    subscribe: tuple[str, ...]


def permissions(identity: str) -> Permissions:
    """Give the rights of a service, or of the provisioner."""
    inbox = f"_INBOX_{identity}.>"
    if identity == PROVISION:
        return Permissions(tuple(_making()), (), (inbox,))
    return Permissions(
        publish=tuple(
            dict.fromkeys((*_telling(identity), *_hearing(identity), *_reading(identity)))
        ),
        never_publish=tuple(_foreign_durables(identity)),
        subscribe=(inbox, *followed(identity).values()),
    )


def _telling(service: str) -> Iterator[str]:
    yield f"{service}.>"
    yield from personal_streams(service).values()
    if any(timers.owner == service for timers in TIMERS):
        # Never `due.`: only the broker's own clock says that a timer has come.
        yield f"timer.{service}.>"
    if service in MEDIA_TOLD_BY:
        yield "media.>"


def _hearing(service: str) -> Iterator[str]:
    for stream, durable in _own_durables(service):
        yield from _use(stream, durable)


def _own_durables(service: str) -> Iterator[tuple[str, str]]:
    """List stream and durable, with a star where there is a durable for each channel.

    The broker knows no stars inside a token (`publisher-due-*`), and naming the channels would
    mean a reload of the broker for each new one. So the star covers the stream, and the fixed
    durables of others are excepted by name.
    """
    for hop in FLOW:
        if service in hop.heard_by:
            name = "*" if hop.per_channel else f"{service}-{hop.told_by}-{hop.thing}"
            yield hop.stream, name
    for timers in TIMERS:
        if timers.owner == service:
            yield timer_stream(service), "*" if timers.per_channel else f"{service}-due"


def _foreign_durables(service: str) -> Iterator[str]:
    starred = {stream for stream, durable in _own_durables(service) if durable == "*"}
    for durable in durables(()):
        if durable.service != service and durable.stream in starred:
            yield from _use(durable.stream, durable.name)


def _use(stream: str, durable: str) -> Iterator[str]:
    yield f"$JS.API.CONSUMER.INFO.{stream}.{durable}"
    yield f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
    yield f"$JS.ACK.{stream}.{durable}.>"


def _reading(service: str) -> Iterator[str]:
    own_timers = (timer_stream(timers.owner) for timers in TIMERS if timers.owner == service)
    for stream in (service.upper(), *personal_streams(service), *own_timers):
        # The bare form reads all of a stream; its leader's form tells whose write stands.
        yield f"$JS.API.DIRECT.GET.{stream}"
        yield f"$JS.API.DIRECT.GET.{stream}.>"
        yield f"$JS.API.STREAM.MSG.GET.{stream}"
        yield f"$JS.API.STREAM.INFO.{stream}"
    for hop in FLOW:
        if service in hop.looked_up_by:
            yield f"$JS.API.DIRECT.GET.{hop.stream}.{hop.pattern}"
    # A board reads by the bare form, which opens the whole stream; so the nudge may be as wide.
    for stream in followed(service):
        yield f"$JS.API.DIRECT.GET.{stream}"
        yield f"$JS.API.STREAM.INFO.{stream}"
    if service in MEDIA_READ_BY:
        yield "$JS.API.DIRECT.GET.MEDIA.media.>"


def _making() -> Iterator[str]:
    yield "$JS.API.STREAM.NAMES"
    erasable = {name for service in SERVICES for name in personal_streams(service)}
    for stream in streams():
        yield f"$JS.API.STREAM.CREATE.{stream.name}"
        yield f"$JS.API.STREAM.UPDATE.{stream.name}"
        yield f"$JS.API.STREAM.INFO.{stream.name}"
        yield f"$JS.API.CONSUMER.CREATE.{stream.name}.*.>"
        yield f"$JS.API.CONSUMER.INFO.{stream.name}.*"
        yield f"$JS.API.CONSUMER.NAMES.{stream.name}"
        # Only of a channel that is taken away; its facts stay.
        yield f"$JS.API.CONSUMER.DELETE.{stream.name}.*"
        if stream.name in erasable:
            # What goes is archived before, so it has to be read.
            yield f"$JS.API.DIRECT.GET.{stream.name}"
            yield f"$JS.API.STREAM.PURGE.{stream.name}"
        # A copy is made of every stream, and put in its place again.
        yield f"$JS.API.STREAM.SNAPSHOT.{stream.name}"
        yield f"$JS.SNAPSHOT.ACK.{stream.name}.>"
        yield f"$JS.API.STREAM.RESTORE.{stream.name}"
        yield f"$JS.SNAPSHOT.RESTORE.{stream.name}.>"
        yield f"$JS.API.STREAM.DELETE.{stream.name}"
        yield f"$JS.API.CONSUMER.RESET.{stream.name}.*"


def users_conf(public_keys: Mapping[str, str]) -> str:
    """Write the broker's user file. Nobody without a key gets in, and nobody is of the system."""
    users = "\n".join(_user(key, permissions(name)) for name, key in public_keys.items())
    return (
        "# Made by `python -m services.provision keys` from schemas/flow.py; not to be edited.\n"
        f"accounts {{\n  APP {{\n    jetstream: enabled\n    users: [\n{users}\n    ]\n  }}\n"
        "  SYS {}\n}\nsystem_account: SYS\n"
    )


def _user(key: str, rights: Permissions) -> str:
    denied = f", deny: {_subjects(rights.never_publish)}" if rights.never_publish else ""
    return (
        f"      {{ nkey: {key}, permissions: {{\n"
        f"        publish: {{ allow: {_subjects(rights.publish)}{denied} }}\n"
        f"        subscribe: {{ allow: {_subjects(rights.subscribe)} }} }} }}"
    )


def _subjects(subjects: Iterable[str]) -> str:
    return "[" + ", ".join(f'"{subject}"' for subject in subjects) + "]"
