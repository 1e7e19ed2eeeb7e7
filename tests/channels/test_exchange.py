"""Which connection a request goes over, and what is known when it fails."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import parse_qs

import pytest

from services.publisher.channels.exchange import AnswerLost, Exchange, NeverSent
from tests.channels.fault_server import Fault, FaultServer
from tests.harness.ports import free_port

pytestmark = pytest.mark.web

PATH = "/api/v2/instance"
CANARY = "KANARIEFAGEL"


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


async def test_where_nobody_listens_nothing_was_sent(server: Counting, exchange: Exchange) -> None:
    await exchange.ask("GET", PATH, 5, alone=True)
    await server.stop()
    with pytest.raises(NeverSent):
        await exchange.ask("GET", PATH, 5, alone=True)
    await server.start()


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
@pytest.mark.parametrize("alone", [True, False])
async def test_a_request_that_is_lost_is_not_repeated(
    server: Counting, exchange: Exchange, method: str, *, alone: bool
) -> None:
    await exchange.ask("GET", PATH, 5, alone=False)
    server.faults.append(Fault(method=method, path=PATH, status=None))
    with pytest.raises(AnswerLost):
        await exchange.ask(method, PATH, 5, alone=alone)
    assert [asked.method for asked in server.asked] == ["GET", method]


async def test_an_address_arrives_as_it_was_written(server: Counting, exchange: Exchange) -> None:
    asked = {"q": "Räksmörgås & mer", "ids": ["1", "2"], "all": True}
    await exchange.ask("GET", "/posts/urn%3Ali%3Ashare%3A1/åäö", 5, alone=False, params=asked)
    [request] = server.asked
    assert request.path == "/posts/urn%3Ali%3Ashare%3A1/%C3%A5%C3%A4%C3%B6"
    assert request.query == {"q": "Räksmörgås & mer", "ids": "1", "all": "true"}


async def test_a_form_is_sent_as_written(server: Counting, exchange: Exchange) -> None:
    form = {"status": "Kl. 20 & framåt", "media_ids[]": ["1", "2"]}
    await exchange.ask("POST", "/form", 5, alone=True, data=form)
    [request] = server.asked
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.body.decode()) == {
        "status": [form["status"]],
        "media_ids[]": ["1", "2"],
    }


async def test_no_redirect_is_followed_and_no_cookie_kept(
    server: Counting, exchange: Exchange
) -> None:
    away = (("Location", f"{server.url}/elsewhere"), ("Set-Cookie", "a=b"))
    server.faults.append(Fault(method="GET", path=PATH, status=307, headers=away))
    assert (await exchange.ask("GET", PATH, 5, alone=False)).status == 307
    await exchange.ask("GET", PATH, 5, alone=False)
    assert [asked.path for asked in server.asked] == [PATH, PATH]
    assert not any("cookie" in asked.headers for asked in server.asked)


async def test_a_proxy_of_the_environment_is_used_unless_it_is_excepted(
    server: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.setenv("no_proxy", "near.invalid")
    far, near = Exchange("http://far.invalid", {}), Exchange("http://near.invalid", {})
    assert (await far.ask("GET", PATH, 5, alone=True)).status == 200
    with pytest.raises(NeverSent):
        await near.ask("GET", PATH, 5, alone=True)
    [request] = server.asked
    assert request.headers["host"] == "far.invalid"
    await far.close()
    await near.close()


async def test_no_error_tells_what_was_sent(server: Counting) -> None:
    exchange = Exchange(server.url, {"Authorization": f"Bearer {CANARY}"})
    server.faults.append(Fault(method="GET", path=PATH, status=200, headers=(("\x00", "x"),)))
    with pytest.raises(AnswerLost) as lost:
        await exchange.ask("GET", f"{PATH}?{CANARY}", 5, alone=True)
    assert CANARY not in "".join(traceback.format_exception(lost.value))
    await exchange.close()
