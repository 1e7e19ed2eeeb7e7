"""Brings the broker's streams and durables to what the table of facts says; adds, never weakens."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from schemas.flow import Durable
from services.kit.connection import Connection
from services.kit.marks import COPY, UNFINISHED
from services.kit.messages import BrokerAway
from services.provision.layout import ACK_WAIT, Consumer, Stream, consumers, streams
from services.provision.strength import Difference, differences

log = structlog.get_logger()

PATIENCE = 30.0
"""Seconds until a broker that does not answer, or a cluster without a leader, is an error."""

_MISSING = {10059, 10014}  # stream, consumer


class Refused(Exception):
    """The broker, or what is on it, does not let us; the message says what and why."""


@dataclass(slots=True)
class Outcome:
    """What was done, for the operator."""

    made: list[str] = field(default_factory=list)
    strengthened: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    """Durables that nothing asks for (a channel was removed); only `drop_durables` deletes them."""


async def provision_streams(
    connection: Connection,
    channels: Sequence[str],
    *,
    replicas: int = 1,
    ack_wait: timedelta = ACK_WAIT,
) -> Outcome:
    """Make what is missing and strengthen what is weaker; `Refused` before anything is weakened."""
    broker = _Broker(connection, asyncio.get_running_loop().time() + PATIENCE)
    wanted_streams = tuple(streams(replicas))
    wanted_consumers = tuple(consumers(channels, ack_wait))
    found = {stream.name: await broker.stream(stream.name) for stream in wanted_streams}
    _refuse_unfinished(found)
    heard = {
        consumer.durable.name: await broker.consumer(consumer)
        for consumer in wanted_consumers
        if found[consumer.durable.stream] is not None
    }
    # All is compared before anything is changed: a refusal leaves the broker as it was.
    changes = {
        stream.name: _changes(f"stream {stream.name}", found[stream.name], stream.config)
        for stream in wanted_streams
    }
    retuned = {
        consumer.durable.name: _changes(
            f"durable {consumer.durable.name} of stream {consumer.durable.stream}",
            heard.get(consumer.durable.name),
            consumer.config,
        )
        for consumer in wanted_consumers
    }
    outcome = Outcome()
    for stream in wanted_streams:
        await _bring_stream(broker, stream, found[stream.name], changes[stream.name], outcome)
    for consumer in wanted_consumers:
        name = consumer.durable.name
        await _bring_consumer(broker, consumer, heard.get(name), retuned[name], outcome)
    known = {consumer.durable.name for consumer in wanted_consumers}
    for stream in wanted_streams:
        outcome.orphans += sorted(set(await broker.consumers(stream.name)) - known)
    return outcome


async def drop_durables(connection: Connection, channels: Sequence[str], without: str) -> list[str]:
    """Take away what only a channel that is gone was heard through; no fact goes with it.

    Should the channel come back, new durables bring all of its orders again.
    """
    if without in channels:
        raise Refused(f"the channel {without} is still there; take its table away first")
    broker = _Broker(connection, asyncio.get_running_loop().time() + PATIENCE)
    kept = {consumer.durable.name for consumer in consumers(channels)}
    gone = [each.durable for each in consumers([without]) if each.durable.name not in kept]
    return [each.name for each in gone if await broker.delete_consumer(each)]


def _refuse_unfinished(found: Mapping[str, Mapping[str, Any] | None]) -> None:
    """With what is missing made new, nobody would see that a restore was broken off."""
    for name, config in found.items():
        if config is not None and (config.get("metadata") or {}).get(COPY) == UNFINISHED:
            raise Refused(
                f"a restore of a copy was begun and broken off (stream {name}); restore it again"
            )


def _changes(
    what: str, found: Mapping[str, Any] | None, wanted: Mapping[str, Any]
) -> list[Difference]:
    changes = [] if found is None else list(differences(found, wanted))
    for change in changes:
        if not change.safe:
            raise Refused(
                f"{what}: {change.setting} is {_spelt(change.found)} and wanted is "
                f"{_spelt(change.wanted)}, which would weaken it; keep the setting, or change it "
                "by hand after a backup"
            )
    return changes


async def _bring_stream(
    broker: "_Broker",
    stream: Stream,
    found: Mapping[str, Any] | None,
    changes: Iterable[Difference],
    outcome: Outcome,
) -> None:
    if found is None:
        await broker.ask(f"STREAM.CREATE.{stream.name}", stream.config)
        outcome.made.append(f"stream {stream.name}")
        return
    told = [_sentence(f"stream {stream.name}", change) for change in changes]
    if told:
        await broker.ask(f"STREAM.UPDATE.{stream.name}", {**found, **stream.config})
        outcome.strengthened += told


async def _bring_consumer(
    broker: "_Broker",
    consumer: Consumer,
    found: Mapping[str, Any] | None,
    changes: Iterable[Difference],
    outcome: Outcome,
) -> None:
    what = f"durable {consumer.durable.name}"
    if found is None:
        await broker.create_consumer(consumer, consumer.config, "create")
        outcome.made.append(what)
        return
    told = [_sentence(what, change) for change in changes]
    if told:
        await broker.create_consumer(consumer, {**found, **consumer.config}, "update")
        outcome.strengthened += told


def _sentence(what: str, change: Difference) -> str:
    return f"{what}: {change.setting} {_spelt(change.found)} → {_spelt(change.wanted)}"


def _spelt(value: Any) -> str:
    return json.dumps(value)


class _Broker:
    """The broker's management interface, asked again while a cluster is still coming up."""

    def __init__(self, connection: Connection, give_up: float) -> None:
        self._connection = connection
        self._give_up = give_up

    async def stream(self, name: str) -> Mapping[str, Any] | None:
        return await self._config(f"STREAM.INFO.{name}")

    async def consumer(self, consumer: Consumer) -> Mapping[str, Any] | None:
        durable = consumer.durable
        return await self._config(f"CONSUMER.INFO.{durable.stream}.{durable.name}")

    async def consumers(self, stream: str) -> list[str]:
        names: list[str] = []
        while True:
            page = await self.ask(f"CONSUMER.NAMES.{stream}", {"offset": len(names)})
            names += page["consumers"] or []
            if len(names) >= page["total"] or not page["consumers"]:
                return names

    async def create_consumer(
        self, consumer: Consumer, config: Mapping[str, Any], action: str
    ) -> None:
        durable = consumer.durable
        await self.ask(
            f"CONSUMER.CREATE.{durable.stream}.{durable.name}.{durable.pattern}",
            {"stream_name": durable.stream, "config": config, "action": action},
        )

    async def delete_consumer(self, durable: Durable) -> bool:
        """Delete a durable; False if it is not there."""
        try:
            await self.ask(f"CONSUMER.DELETE.{durable.stream}.{durable.name}")
        except _NotThere:
            return False
        return True

    async def _config(self, what: str) -> Mapping[str, Any] | None:
        try:
            config: Mapping[str, Any] = (await self.ask(what))["config"]
        except _NotThere:
            return None
        return config

    async def ask(self, what: str, question: Mapping[str, Any] | None = None) -> dict[str, Any]:
        payload = json.dumps(question).encode() if question else b""
        while True:
            try:
                return await self._ask_once(what, payload)
            except BrokerAway as away:
                if asyncio.get_running_loop().time() > self._give_up:
                    raise Refused(f"the broker gives no answer to {what}: {away}") from away
                log.debug("broker.asked_again", what=what, why=str(away))
            await asyncio.sleep(0.2)

    async def _ask_once(self, what: str, payload: bytes) -> dict[str, Any]:
        answer = await self._connection.ask(f"$JS.API.{what}", payload)
        said: dict[str, Any] = json.loads(answer.data)
        error = said.get("error")
        if error is None:
            return said
        if error.get("err_code") in _MISSING:
            raise _NotThere
        if error.get("code") == 503:
            raise BrokerAway(str(error.get("description")))
        raise Refused(f"{what}: {error.get('description')} ({error.get('err_code')})")


class _NotThere(Exception):
    """The stream or durable does not exist yet."""
