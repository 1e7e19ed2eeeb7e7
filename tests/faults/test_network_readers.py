"""However the network to the broker fails: the planner says so and catches up, metrics goes on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from schemas.insights import PostWitnessed
from services.kit.facts import Facts
from tests.faults.running import Behind, behind, is_not_ready, is_ready, measured
from tests.harness.broker import Broker, running_broker
from tests.harness.waiting import eventually
from tests.metrics.builders import OPENING, published
from tests.metrics.running import running_service
from tests.metrics.site import running_site
from tests.planner.running import Running, next_fact, publisher_of, running_planner
from tests.planner.samples import in_a_while, probed, variant, written

pytestmark = [pytest.mark.nats, pytest.mark.web]

PROMISED = 2.0
"""Seconds from the network's return to work as usual; tests allow twice that."""

POSTS = "/api/v1/posts"
FAILURES = [("reset", 1.0), ("refused", 1.0), ("frozen", 4.0), ("answers lost", 4.0)]


@pytest.fixture
async def remote(tmp_path: Path) -> AsyncIterator[Behind]:
    async with (
        running_broker(tmp_path / "broker", ack_wait=timedelta(seconds=3)) as broker,
        behind(broker) as remote,
    ):
        yield remote


def near(remote: Behind) -> Broker:
    """The same broker, from its own side of the network."""
    return Broker(remote.servers, remote.secrets)


async def write(client: httpx.AsyncClient, key: str) -> httpx.Response:
    body = written(variant(publish_at=in_a_while()))
    return await client.post(POSTS, json=body, headers={"Idempotency-Key": key})


async def is_shown_ready(planner: Running, channel: str, *, ready: bool) -> bool:
    async with planner.client() as client:
        said: list[dict[str, Any]] = (await client.get("/api/v1/channels")).json()["channels"]
    return any(known["channel"] == channel and known["ready"] is ready for known in said)


@pytest.mark.parametrize(("how", "seconds"), FAILURES)
async def test_the_planner_says_that_the_broker_is_away_and_catches_up(
    how: str, seconds: float, remote: Behind, tmp_path: Path
) -> None:
    clock = asyncio.get_running_loop().time
    async with (
        publisher_of(near(remote)) as publisher,
        running_planner(remote, tmp_path / "planner") as planner,
        planner.client() as anna,
    ):
        await eventually(lambda: is_shown_ready(planner, "mastodon", ready=True))
        await remote.breaks(how)
        broke = clock()
        said = await write(anna, "one")
        assert said.status_code == 503
        assert said.headers["content-type"] == "application/problem+json"
        assert said.headers["retry-after"] == "1"
        assert said.json()["code"] == "broker_away"
        await eventually(lambda: is_not_ready(planner.url), within=4.5)
        # What is known can be read all the time.
        assert await is_shown_ready(planner, "mastodon", ready=True)
        changed = probed("mastodon", at=datetime.now(UTC), ready=False)
        await next_fact(publisher, changed)
        await asyncio.sleep(seconds - (clock() - broke))  # how long it is away, no more
        await remote.proxy.heal()
        healed = clock()

        async def written_once() -> bool:
            return (await write(anna, "one")).status_code == 201

        await eventually(written_once, within=2 * PROMISED)
        wrote = clock() - healed
        await eventually(
            lambda: is_shown_ready(planner, "mastodon", ready=False), within=2 * PROMISED
        )
        showed = clock() - healed
        await eventually(lambda: is_ready(planner.url), within=2 * PROMISED)
        ready = clock() - healed
        measured(f"planner, {how} for {seconds} s", wrote=wrote, board=showed, ready=ready)
        assert len((await anna.get(POSTS)).json()["posts"]) == 1


@pytest.mark.parametrize(("how", "seconds"), FAILURES)
async def test_metrics_witnesses_what_was_published_meanwhile(
    how: str, seconds: float, remote: Behind
) -> None:
    clock = asyncio.get_running_loop().time
    async with (
        near(remote).connection("publisher") as publisher,
        near(remote).connection("planner") as planner,
        running_site() as site,
        running_service(remote) as service,
    ):
        told = Facts(publisher)
        known = Facts(planner)
        url = site.show("/social/@regionen/1164", OPENING)
        await remote.breaks(how)
        broke = clock()
        await eventually(lambda: is_not_ready(service.address), within=4.5)
        posts = [UUID(int=number) for number in range(1, 6)]
        for post in posts:
            moment = datetime.now(UTC)
            fact = published(
                post=post, url=url, kind="mastodon", occurred_at=moment, published_at=moment
            )
            await told.tell(fact, after=0)
        await asyncio.sleep(seconds - (clock() - broke))  # how long it is away, no more
        await remote.proxy.heal()
        healed = clock()

        async def witnessed() -> int:
            page = await known.page("METRICS", "metrics.witness.>", 1)
            facts = [told.fact for kept in page if (told := known.read(kept)) is not None]
            return sum(isinstance(fact, PostWitnessed) for fact in facts)

        await eventually(witnessed, within=2 * PROMISED)
        first = clock() - healed
        await eventually(lambda: is_ready(service.address), within=2 * PROMISED)
        ready = clock() - healed

        async def all_witnessed() -> bool:
            return await witnessed() == len(posts)

        await eventually(all_witnessed, within=10)
        all_of_them = clock() - healed
        measured(f"metrics, {how} for {seconds} s", first=first, ready=ready, all=all_of_them)
