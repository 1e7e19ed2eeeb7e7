"""The board on a real broker: followed, drawn anew, and told of at once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.kit.bus import Bus
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.planner.deliveries import delivery, witnessed
from tests.planner.running import Running, next_fact, running_planner
from tests.planner.samples import CHANNELS, in_a_while, picture, variant, written
from tests.planner.steps import POSTS, approve, ready, shown, submitted

pytestmark = pytest.mark.nats


async def test_a_new_board_shows_what_the_old_one_showed(
    broker: Broker, publisher: Bus, tmp_path: Path
) -> None:
    async with running_planner(broker, tmp_path / "first") as first:
        post, etag = await submitted(first, written(variant(), variant("mastodon")))
        await approve(first, post, etag)
        await submitted(first, written(variant(publish_at=in_a_while())))
        await next_fact(publisher, delivery("published", post=post))
        await next_fact(publisher, delivery("failed", "mastodon", post=post))

        async def everything(planner: Running) -> Any:
            async with planner.client() as anna:
                return [(await anna.get(path)).json() for path in (POSTS, "/api/v1/channels")]

        async def failed() -> bool:
            return bool((await shown(first, post))["variants"][1]["status"] == "failed")

        await eventually(failed)
        followed = await everything(first)
    async with running_planner(broker, tmp_path / "second") as second:
        assert await everything(second) == followed
    async with running_planner(broker, tmp_path / "first") as again:
        assert await everything(again) == followed
    assert len(followed[0]["posts"]) == 2


async def test_a_planner_that_starts_before_the_broker_says_so(
    broker: Broker, publisher: Bus, tmp_path: Path
) -> None:
    await broker.stop()
    async with (
        running_planner(broker, tmp_path / "planner", ready=False) as planner,
        planner.client() as anna,
    ):
        assert (await anna.get("/health/live")).status_code == 200
        said = await anna.get(POSTS)
        assert (said.status_code, said.json()["code"]) == (503, "broker_away")
        await broker.start()
        await eventually(lambda: ready(anna), within=15)
        assert (await anna.get(POSTS)).status_code == 200


async def test_people_hear_at_once_what_happens(planner: Running, publisher: Bus) -> None:
    post, etag = await submitted(planner, written())
    async with (
        planner.client() as anna,
        anna.stream("GET", "/api/v1/events") as events,
    ):
        lines = events.aiter_lines()
        assert await anext(lines) == "retry: 1000"
        assert (await approve(planner, post, etag)).status_code == 200
        await next_fact(publisher, delivery("published", post=post))
        heard = []
        async with asyncio.timeout(5):
            async for line in lines:
                heard += [line] if line.startswith("data:") else []
                if "delivery.published.v1" in line:
                    break
    assert [str(post) in line for line in heard] == [True, True]
    assert "post.approved.v1" in heard[0]


async def test_a_long_poll_ends_when_a_witness_has_seen_it(
    planner: Running, publisher: Bus, broker: Broker
) -> None:
    post, etag = await submitted(planner, written())
    await approve(planner, post, etag)
    await next_fact(publisher, delivery("published", post=post))

    async def published() -> str | None:
        async with planner.client() as anna:
            said = await anna.get(f"{POSTS}/{post}")
        variant = said.json()["variants"][0]
        return said.headers["etag"] if variant["status"] == "published" else None

    seen = await eventually(published)
    async with planner.client() as anna, broker.listening(broker.bus("metrics")) as metrics:
        waiting = asyncio.create_task(
            anna.get(f"{POSTS}/{post}?wait=20", headers={"If-None-Match": seen or ""})
        )
        await next_fact(metrics, witnessed(post=post))
        async with asyncio.timeout(5):
            said = await waiting
    assert said.json()["variants"][0]["witness"]["seen"] is True


async def test_a_picture_is_kept_by_the_broker(planner: Running) -> None:
    async with planner.client() as anna:
        sent = await anna.post(
            "/api/v1/pictures", content=picture(), headers={"Content-Type": "image/png"}
        )
        seen = await anna.get(f"/api/v1/pictures/{sent.json()['digest']}")
    assert (sent.status_code, seen.headers["content-type"]) == (201, "image/png")
    assert len(seen.content) == sent.json()["size"]


async def test_a_channel_that_changes_is_known_at_once(planner: Running, publisher: Bus) -> None:
    changed = CHANNELS["newsroom"].model_copy(
        update={
            "title": "Nyheter",
            "occurred_at": CHANNELS["newsroom"].occurred_at.replace(hour=10),
        }
    )
    await next_fact(publisher, changed)

    async def title() -> bool:
        async with planner.client() as anna:
            said = (await anna.get("/api/v1/channels")).json()["channels"]
        return [each["title"] for each in said] == ["Mastodon", "Nyheter"]

    await eventually(title)
