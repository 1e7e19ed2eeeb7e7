"""Which connection a request goes over, and what is known when it fails."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from services.publisher.channels.exchange import AnswerLost, Exchange, NeverSent
from tests.channels.fault_server import Fault, FaultServer
from tests.harness.ports import free_port

pytestmark = pytest.mark.web

PATH = "/api/v2/instance"


@dataclass
class Counting(FaultServer):
    """Counts who connects."""

    connections: int = 0

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await super()._meet(reader, writer)


@pytest.fixture
async def server() -> AsyncIterator[Counting]:
    server = Counting(free_port())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def exchange(server: Counting) -> AsyncIterator[Exchange]:
    exchange = Exchange(server.url, {})
    yield exchange
    await exchange.close()


async def test_what_nobody_sees_shares_a_connection(server: Counting, exchange: Exchange) -> None:
    for _ in range(5):
        assert (await exchange.ask("GET", PATH, 5, alone=False)).status == 200
    assert (len(server.asked), server.connections) == (5, 1)


async def test_what_readers_see_never_goes_over_a_connection_that_was_kept(
    server: Counting, exchange: Exchange
) -> None:
    for _ in range(3):
        await exchange.ask("GET", PATH, 5, alone=False)
        await exchange.ask("GET", PATH, 5, alone=True)
    assert (len(server.asked), server.connections) == (6, 4)


async def test_on_a_connection_that_was_kept_nobody_knows_what_became_of_a_request(
    server: Counting, exchange: Exchange
) -> None:
    await exchange.ask("GET", PATH, 5, alone=False)
    server.faults.append(Fault(method="GET", path=PATH, status=None))
    with pytest.raises(AnswerLost):
        await exchange.ask("GET", PATH, 5, alone=False)
    assert (await exchange.ask("GET", PATH, 5, alone=False)).status == 200


@pytest.mark.parametrize("alone", [True, False])
async def test_where_nobody_listens_nothing_was_sent(
    server: Counting, exchange: Exchange, *, alone: bool
) -> None:
    await exchange.ask("GET", PATH, 5, alone=alone)
    await server.stop()
    with pytest.raises(NeverSent):
        await exchange.ask("GET", PATH, 5, alone=alone)
    await server.start()
