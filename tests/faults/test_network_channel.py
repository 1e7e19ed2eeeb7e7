"""Whatever the network does before a platform, what is sure is told from what is not."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from schemas.codes import Code
from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.domain.answers import Absent, Answer, NotNow, Published, Unclear
from services.publisher.ports import Parcel
from tests.channels.builders import parcel, sought
from tests.harness.ports import free_port
from tests.harness.proxy import (
    ANSWERS_LOST,
    FROZEN,
    RESET_AFTER,
    RESET_BEFORE,
    Proxy,
    Rule,
    cut_answer_after,
    delayed,
    running_proxy,
    slow_answer,
)
from tests.simulator.running import Running

pytestmark = pytest.mark.web

PATIENCE = 1.5
AT_ONCE = 1.0


@pytest.fixture
async def proxy(platform: Running) -> AsyncIterator[Proxy]:
    async with running_proxy(urlsplit(platform.url).port or 0) as running:
        yield running


@pytest.fixture
async def channel(proxy: Proxy) -> AsyncIterator[MastodonChannel]:
    made = channel_at(proxy.port)
    yield made
    await made.close()


def channel_at(port: int) -> MastodonChannel:
    return MastodonChannel(
        "mastodon",
        "Mastodon",
        f"http://127.0.0.1:{port}/mastodon",
        "regionen-token",
        timedelta(seconds=PATIENCE),
    )


def post() -> Parcel:
    """Write what no other test has sent."""
    return parcel(f"Nummer {uuid4().hex}")


def shown(platform: Running) -> int:
    return sum(entry["what"] == "published" for entry in platform.record())


def sort(answer: Answer) -> tuple[type[Answer], str | None]:
    return type(answer), getattr(answer, "code", None)


async def test_where_the_port_is_closed_nothing_was_sent(
    proxy: Proxy, channel: MastodonChannel, platform: Running
) -> None:
    await proxy.refuse()
    sent = post()
    assert sort(await channel.commit(sent)) == (NotNow, Code.CHANNEL_UNREACHABLE)
    await proxy.heal()
    assert isinstance(await channel.commit(sent), Published)
    assert shown(platform) == 1


async def test_where_nobody_picks_up_nothing_was_sent() -> None:
    with nobody_picks_up() as port:
        channel = channel_at(port)
        async with asyncio.timeout(PATIENCE + 0.5):
            assert sort(await channel.commit(post())) == (NotNow, Code.CHANNEL_UNREACHABLE)
        await channel.close()


@pytest.mark.parametrize(
    ("rule", "arrived"),
    [
        pytest.param(RESET_BEFORE, 0, id="reset before the request arrives"),
        pytest.param(RESET_AFTER, 1, id="reset after it arrived"),
        pytest.param(FROZEN, 0, id="frozen before it arrives"),
        pytest.param(ANSWERS_LOST, 1, id="frozen after it arrived"),
        pytest.param(cut_answer_after(9), 1, id="cut in the status line"),
        pytest.param(cut_answer_after(300), 1, id="cut in the body"),
        pytest.param(slow_answer(0.02), 1, id="an answer without end"),
    ],
)
async def test_what_may_have_arrived_is_uncertain_and_the_next_try_finds_it_out(
    rule: Rule, arrived: int, proxy: Proxy, channel: MastodonChannel, platform: Running
) -> None:
    proxy.impose(rule)
    sent = post()
    async with asyncio.timeout(PATIENCE + 0.5):
        assert sort(await channel.commit(sent)) == (Unclear, Code.ANSWER_LOST)
    assert shown(platform) == arrived
    await proxy.heal()
    async with asyncio.timeout(AT_ONCE):
        found = await channel.find(sought(sent))
        assert isinstance(found, Published if arrived else Absent)
        assert isinstance(await channel.commit(sent), Published)
    assert shown(platform) == 1


async def test_a_slow_network_is_no_failure(
    proxy: Proxy, channel: MastodonChannel, platform: Running
) -> None:
    proxy.impose(delayed(0.1))
    assert isinstance(await channel.commit(post()), Published)
    assert shown(platform) == 1


async def test_a_request_that_the_network_held_arrives_late_and_is_still_one_post(
    proxy: Proxy, channel: MastodonChannel, platform: Running
) -> None:
    proxy.impose(Rule(requests=FROZEN.requests))
    sent = post()
    assert sort(await channel.commit(sent)) == (Unclear, Code.ANSWER_LOST)
    proxy.thaw()
    assert isinstance(await channel.commit(sent), Published)
    assert shown(platform) == 1


@pytest.mark.parametrize("end", ["reset", "forgotten"])
async def test_a_connection_lost_while_idle_costs_no_publication(
    end: str, proxy: Proxy, channel: MastodonChannel, platform: Running
) -> None:
    for _ in range(2):
        await channel.check()  # which may meet the lost one itself, and only says so
        if end == "reset":
            proxy.cut()
        else:
            proxy.impose(FROZEN)
            await proxy.heal()
        async with asyncio.timeout(AT_ONCE):
            assert isinstance(await channel.commit(post()), Published)
    assert shown(platform) == 2


async def test_after_many_frozen_calls_the_pool_is_free(
    proxy: Proxy, channel: MastodonChannel, platform: Running
) -> None:
    proxy.impose(FROZEN)
    async with asyncio.timeout(PATIENCE + 1):
        answers = await asyncio.gather(*(channel.commit(post()) for _ in range(40)))
    # Those that found no free connection surely sent nothing.
    assert {sort(answer)[0] for answer in answers} == {NotNow, Unclear}
    assert shown(platform) == 0
    await proxy.heal()
    async with asyncio.timeout(2 * AT_ONCE):
        answers = await asyncio.gather(*(channel.commit(post()) for _ in range(8)))
    assert {type(answer) for answer in answers} == {Published}


@contextmanager
def nobody_picks_up() -> Iterator[int]:
    """A port whose queue of callers is full: a further call is not even refused."""
    port = free_port()
    callers = [socket.socket() for _ in range(4)]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen(0)
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", port))
        try:
            yield port
        finally:
            for caller in callers:
                caller.close()
