"""A connection on which nothing comes any more is found out, let go of, and costs nobody long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from schemas.deliveries import DeliveryScheduled
from services.kit.connection import PATIENCE, Connection
from services.kit.consumers import consumer_state
from services.kit.messages import BrokerAway, Told
from tests.faults.running import Behind, behind
from tests.harness.broker import Broker
from tests.harness.proxy import ANSWERS_LOST, FROZEN, Rule
from tests.harness.waiting import eventually
from tests.kit.builders import DELIVERIES, scheduled

pytestmark = pytest.mark.nats

FOUND_OUT = 2.5
"""Seconds: three pings of half a second, and some for a busy machine."""

QUESTION = "$JS.API.STREAM.INFO.PLANNER"
PIECE = bytes(512 * 1024)


@pytest.fixture
async def remote(broker: Broker) -> AsyncIterator[Behind]:
    async with behind(broker) as remote:
        yield remote


@asynccontextmanager
async def planner(remote: Behind) -> AsyncIterator[Connection]:
    async with remote.connection("planner") as connection:
        await connection.ask(QUESTION)
        yield connection


async def test_who_waits_for_an_answer_hears_at_once_that_the_connection_is_lost(
    remote: Behind,
) -> None:
    async with planner(remote) as connection:
        remote.proxy.impose(ANSWERS_LOST)
        asking = asyncio.create_task(connection.ask(QUESTION, patience=30))
        await asyncio.sleep(0)  # it has asked
        remote.proxy.cut()
        with pytest.raises(BrokerAway):
            async with asyncio.timeout(1):
                await asking


@pytest.mark.parametrize("rule", [FROZEN, ANSWERS_LOST], ids=["frozen", "answers lost"])
async def test_silence_is_found_out(remote: Behind, rule: Rule) -> None:
    async with planner(remote) as connection:
        remote.proxy.impose(rule)
        await eventually(lambda: not connection.connected, within=FOUND_OUT)
        await remote.proxy.heal()
        await eventually(lambda: connection.connected, within=2)
        await connection.ask(QUESTION)


async def test_bytes_that_nobody_takes_do_not_keep_it_from_coming_back(remote: Behind) -> None:
    async with planner(remote) as connection:
        remote.proxy.impose(FROZEN)
        asking = [
            asyncio.create_task(connection.ask(f"media.{'0' * 64}.{number}", PIECE))
            for number in range(32)
        ]
        async with asyncio.timeout(PATIENCE + 1):
            answers = await asyncio.gather(*asking, return_exceptions=True)
        assert {type(answer) for answer in answers} == {BrokerAway}
        await eventually(lambda: not connection.connected, within=FOUND_OUT)
        await remote.proxy.heal()
        await eventually(lambda: connection.connected, within=2)
        await connection.ask(QUESTION)


async def test_leaving_takes_no_longer_than_its_limit(remote: Behind) -> None:
    async with planner(remote) as connection:
        remote.proxy.impose(FROZEN)
        said = [
            asyncio.create_task(connection.client.publish(f"media.{'0' * 64}.{number}", PIECE))
            for number in range(32)
        ]
        async with asyncio.timeout(18):
            await connection.stop()
        await asyncio.gather(*said, return_exceptions=True)


async def test_attempts_that_fail_leave_no_connection_open(remote: Behind) -> None:
    async with planner(remote) as connection:
        remote.proxy.impose(FROZEN)
        before = remote.proxy.accepted
        await eventually(lambda: remote.proxy.accepted >= before + 3, within=10)
        await remote.proxy.heal()
        await eventually(lambda: connection.connected, within=2)
        assert remote.proxy.open_ends <= 2


async def test_an_outage_does_not_bring_more_messages_than_are_worked_on(remote: Behind) -> None:
    width, done = 2, asyncio.Event()

    async def sit(_: Told[DeliveryScheduled]) -> None:
        await done.wait()

    async def given() -> int:
        return (await consumer_state(metrics.connection, DELIVERIES)).unacked

    async def too_many() -> bool:
        return await given() > 4 * width

    near = Broker(remote.servers, remote.secrets)
    metrics, publisher = remote.bus("metrics"), near.bus("publisher")
    metrics.hear(DELIVERIES, sit, DeliveryScheduled, width=width)
    async with near.listening(publisher), remote.listening(metrics):
        await remote.proxy.refuse()
        for _ in range(40):
            await publisher.facts.tell(scheduled(), after=0)
        await asyncio.sleep(6)  # how long it is away, not a wait for anything
        await remote.proxy.heal()
        await eventually(lambda: metrics.connection.connected, within=2)
        await eventually(given, within=2)
        with pytest.raises(AssertionError, match="not within"):
            await eventually(too_many, within=2.5)
        done.set()
