"""What an identity must not do is refused by the broker itself, and leaves no trace there."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import nats
import pytest
from nats.aio.client import Client

from schemas.flow import SERVICES, TIMERS, durables, timer_stream
from services.kit.connection import Connection
from tests.harness.broker import CHANNELS, Broker
from tests.harness.waiting import eventually
from tests.provision.probes import STREAMS, eavesdropping, probes

pytestmark = pytest.mark.nats

IDENTITIES = (*SERVICES, "provision")


@pytest.mark.parametrize("identity", IDENTITIES)
async def test_the_broker_refuses_what_is_not_in_the_table(broker: Broker, identity: str) -> None:
    forbidden = probes(identity)
    assert len(forbidden) >= 50
    await _give_the_broker_something_to_lose(broker)
    before = await _everything(broker)

    async with _intruder(broker, identity) as (client, refused):
        for probe in forbidden:
            await client.publish(probe.subject, probe.payload, reply=client.new_inbox())
        await client.flush()
        wanted = {f'permissions violation for publish to "{p.subject.lower()}"' for p in forbidden}
        await eventually(lambda: wanted <= refused)

    assert await _everything(broker) == before


@pytest.mark.parametrize("identity", IDENTITIES)
async def test_nobody_listens_to_others(broker: Broker, identity: str) -> None:
    forbidden = eavesdropping(identity)

    async with _intruder(broker, identity) as (client, refused):
        for pattern in forbidden:
            await client.subscribe(pattern)
        await client.flush()
        wanted = {f'permissions violation for subscription to "{p.lower()}"' for p in forbidden}
        await eventually(lambda: wanted <= refused)


HEADER_TRICKS: tuple[Mapping[str, str], ...] = (
    {"Nats-Rollup": "all"},
    {"Nats-Rollup": "sub"},
    {"Nats-TTL": "1s"},
    {"Nats-Incr": "+1"},
    {"Nats-Schedule": "@at 2026-01-01T00:00:00Z", "Nats-Schedule-Target": "planner.order.x.y"},
    {"Nats-Expected-Stream": "ANOTHER"},
)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("headers", HEADER_TRICKS, ids=",".join)
async def test_headers_do_not_do_what_subjects_may_not(
    broker: Broker, service: str, headers: Mapping[str, str]
) -> None:
    await _give_the_broker_something_to_lose(broker)
    before = await _everything(broker)

    async with broker.connection(service) as connection:
        answer = await connection.ask(f"{service}.parked.{uuid4()}", b"{}", headers)

    assert "error" in json.loads(answer.data)
    assert await _everything(broker) == before


@pytest.mark.parametrize("owner", [timers.owner for timers in TIMERS])
async def test_a_timer_wakes_nobody_but_its_owner(broker: Broker, owner: str) -> None:
    others = [timers.owner for timers in TIMERS if timers.owner != owner]
    targets = [*(f"due.{other}.x.1" for other in others), "planner.order.x.y", f"{owner}.x.y"]

    async with broker.connection(owner) as connection:
        for target in targets:
            answer = await connection.ask(
                f"timer.{owner}.x.1",
                b"{}",
                {"Nats-Schedule": "@at 2026-01-01T00:00:00Z", "Nats-Schedule-Target": target},
            )
            assert "error" in json.loads(answer.data), target


@pytest.mark.parametrize("owner", [timers.owner for timers in TIMERS])
async def test_nobody_takes_anothers_timer_away(broker: Broker, owner: str) -> None:
    timer = {
        "Nats-Schedule": "@at 2099-01-01T00:00:00Z",
        "Nats-Schedule-Target": f"due.{owner}.x.1",
    }
    async with broker.connection(owner) as connection:
        await connection.ask(f"timer.{owner}.x.1", b"", timer)
    purge = {"Nats-Scheduler": f"timer.{owner}.x.1", "Nats-Schedule-Next": "purge"}

    for other in SERVICES:
        if other != owner:
            async with broker.connection(other) as connection:
                await connection.ask(f"{other}.parked.{uuid4()}", b"{}", purge)
                if any(timers.owner == other for timers in TIMERS):
                    await connection.ask(f"timer.{other}.y.1", b"{}", purge)

    async with broker.connection("provision") as connection:
        state = (await _ask(connection, f"STREAM.INFO.{timer_stream(owner)}"))["state"]
    assert state["messages"] == 1


async def test_a_decoy_with_anothers_message_id_suppresses_nothing(broker: Broker) -> None:
    chosen = {"Nats-Msg-Id": str(uuid4())}
    for service in SERVICES:
        async with broker.connection(service) as connection:
            answer = await connection.ask(f"{service}.parked.{uuid4()}", b"{}", chosen)
            assert not json.loads(answer.data).get("duplicate")


async def test_nobody_gets_in_without_a_key(broker: Broker) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", broker.servers[0].port)
    try:
        assert (await reader.readline()).startswith(b"INFO ")
        writer.write(b'CONNECT {"verbose":true}\r\nSUB > 1\r\nPUB planner.post.x 0\r\n\r\n')
        async with asyncio.timeout(5):
            said = await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()
    assert said == b"-ERR 'Authorization Violation'\r\n"


async def _give_the_broker_something_to_lose(broker: Broker) -> None:
    """Store a fact of everybody, and leave one message delivered and not acknowledged."""
    for service in SERVICES:
        async with broker.connection(service) as connection:
            await connection.ask(f"{service}.parked.{uuid4()}", b"{}")
            if service == "planner":
                await connection.ask(f"planner.order.{CHANNELS[0]}.{uuid4()}", b"{}")
    async with broker.connection("publisher") as connection:
        durable = f"publisher-planner-order-{CHANNELS[0]}"
        orders = await connection.client.jetstream().pull_subscribe_bind(durable, "PLANNER")
        assert len(await orders.fetch(1, timeout=2)) == 1


@asynccontextmanager
async def _intruder(broker: Broker, identity: str) -> AsyncIterator[tuple[Client, set[str]]]:
    refused: set[str] = set()

    async def note(error: Exception) -> None:
        refused.add(str(error).lower().removeprefix("nats: "))

    client = await nats.connect(
        broker.url,
        nkeys_seed_str=(broker.secrets / identity / "nkey").read_text().strip(),
        inbox_prefix=f"_INBOX_{identity}",
        error_cb=note,
    )
    try:
        yield client, refused
    finally:
        await client.close()


async def _everything(broker: Broker) -> dict[str, Any]:
    """Give all that a probe could have changed: streams, durables and how far they are."""
    seen: dict[str, Any] = {}
    async with broker.connection("provision") as connection:
        seen["streams"] = sorted((await _ask(connection, "STREAM.NAMES"))["streams"])
        for stream in STREAMS:
            info = await _ask(connection, f"STREAM.INFO.{stream}")
            seen[stream] = {part: info[part] for part in ("config", "created", "state")}
            seen[f"{stream} heard by"] = (await _ask(connection, f"CONSUMER.NAMES.{stream}"))[
                "consumers"
            ]
        for durable in durables(CHANNELS):
            info = await _ask(connection, f"CONSUMER.INFO.{durable.stream}.{durable.name}")
            seen[durable.name] = {part: value for part, value in info.items() if part != "ts"}
    return seen


async def _ask(connection: Connection, what: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((await connection.ask(f"$JS.API.{what}")).data)
    assert "error" not in said, said
    return said
