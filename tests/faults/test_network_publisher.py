"""However the network between publisher and broker fails: all goes out, once, and soon after."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest

from schemas.envelope import now
from schemas.posts import Content
from services.kit.facts import Facts
from tests.faults.running import (
    Behind,
    behind,
    is_not_ready,
    is_ready,
    measured,
    running_publisher,
    shown,
)
from tests.harness.broker import Broker, running_broker
from tests.harness.proxy import ANSWERS_LOST, FROZEN, Rule, running_proxy
from tests.harness.waiting import eventually
from tests.publisher.builders import FRESH, order
from tests.simulator.running import Running

pytestmark = pytest.mark.nats

PROMISED = 2.0
"""Seconds from the network's return to the first post shown; tests allow twice that."""

ACK_WAIT = timedelta(seconds=3)
ACCOUNTS = ("mastodon", "kris")


@pytest.fixture
async def remote(tmp_path: Path) -> AsyncIterator[Behind]:
    async with (
        running_broker(tmp_path / "broker", ACCOUNTS, ack_wait=ACK_WAIT) as broker,
        behind(broker) as remote,
    ):
        yield remote


@pytest.fixture
async def planner(remote: Behind) -> AsyncIterator[Facts]:
    """Tells orders from the broker's side of the network."""
    near = Broker(remote.servers, remote.secrets)
    async with near.connection("planner") as connection:
        yield Facts(connection)


@pytest.mark.parametrize("rule", [FROZEN, ANSWERS_LOST], ids=["frozen", "answers lost"])
async def test_a_channel_that_hangs_holds_up_no_other_and_gets_each_post_once(
    rule: Rule, remote: Behind, planner: Facts, platform: Running, tmp_path: Path
) -> None:
    async with running_proxy(urlsplit(platform.url).port or 0) as broken:
        addresses = {
            "mastodon": f"http://127.0.0.1:{broken.port}/mastodon",
            "kris": f"{platform.url}/mastodon",
        }
        async with running_publisher(remote, tmp_path / "publisher", addresses):
            broken.impose(rule)
            hanging = {await approve(planner, 1) for _ in range(20)}
            others = {await approve(planner, 1.5, "kris") for _ in range(20)}
            # In one line with those that hang, a second each, they would take twenty.
            await eventually(lambda: set(shown(platform)) >= others, within=10)
            await broken.heal()
            await eventually(lambda: set(shown(platform)) >= hanging, within=30)
        assert sorted(shown(platform)) == sorted(hanging | others)


async def approve(planner: Facts, wait: float, channel: str = "mastodon") -> UUID:
    post, at = uuid4(), now() + timedelta(seconds=wait)
    await planner.tell(
        order(
            channel=channel,
            post=post,
            content=Content(text=str(post)),
            publish_at=at,
            fresh_until=at + FRESH,
            occurred_at=now(),
        ),
        after=0,
    )
    return post


@pytest.mark.parametrize(
    ("how", "seconds"),
    [
        ("reset", 1.0),
        ("refused", 1.0),
        ("frozen", 1.0),
        ("frozen", 5.0),
        ("answers lost", 5.0),
        pytest.param("frozen", 30.0, marks=pytest.mark.slow),
    ],
)
async def test_the_network_fails_and_comes_back(
    how: str, seconds: float, remote: Behind, planner: Facts, platform: Running, tmp_path: Path
) -> None:
    address = f"{platform.url}/mastodon"
    async with running_publisher(
        remote, tmp_path / "publisher", dict.fromkeys(ACCOUNTS, address)
    ) as publisher:
        clock = asyncio.get_running_loop().time
        # The first one is on its way when the network fails, the others come due in the outage.
        due = [await approve(planner, 1.5 + share * seconds / 6) for share in range(6)]
        later = [await approve(planner, seconds + 3)]
        before = await approve(planner, 0)
        await eventually(lambda: before in shown(platform), within=5)
        await eventually(lambda: due[0] in shown(platform), within=5)
        await remote.breaks(how)
        broke = clock()
        known = set(shown(platform))
        later.append(await approve(planner, 0))
        if seconds >= 5 or how in {"reset", "refused"}:
            await eventually(lambda: is_not_ready(publisher.address), within=4.5)
        await asyncio.sleep(seconds - (clock() - broke))  # how long it is away, no more
        known = set(shown(platform))
        await remote.proxy.heal()
        healed = clock()
        await eventually(lambda: set(shown(platform)) - known, within=2 * PROMISED)
        first = clock() - healed
        await eventually(lambda: is_ready(publisher.address), within=2 * PROMISED)
        ready = clock() - healed
        wanted = {before, *due, *later}
        await eventually(lambda: set(shown(platform)) >= wanted, within=20)
        measured(f"{how} for {seconds} s", first=first, ready=ready, all=clock() - healed)
        assert sorted(shown(platform)) == sorted(wanted)
