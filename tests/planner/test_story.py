"""From a draft to orders on a real broker: nothing half done, nothing lost, one approval."""

import asyncio
from pathlib import Path

import httpx
import pytest

from schemas.posts import OrderApproved, PostApproved
from services.kit.bus import Bus
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.planner.running import Running, running_planner
from tests.planner.samples import in_a_while, variant, written
from tests.planner.steps import POSTS, approve, everything_told, ready, shown, submitted

pytestmark = pytest.mark.nats


async def test_a_draft_becomes_orders_in_one_write(planner: Running, broker: Broker) -> None:
    body = written(variant("newsroom", publish_at=in_a_while()), variant("mastodon"))
    post, etag = await submitted(planner, body)
    approved = await approve(planner, post, etag)
    assert approved.json()["state"] == "approved"
    told = await everything_told(broker)
    [approval] = [one for one in told if isinstance(one.fact, PostApproved)]
    orders = {one.sequence: one.fact.channel for one in told if isinstance(one.fact, OrderApproved)}
    assert orders == {approval.sequence + 1: "newsroom", approval.sequence + 2: "mastodon"}


async def test_two_planners_asked_at_once_approve_once(
    planner: Running, broker: Broker, tmp_path: Path
) -> None:
    post, etag = await submitted(planner, written())
    async with running_planner(broker, tmp_path / "second") as second:
        answers = await asyncio.gather(
            approve(planner, post, etag, "bengt"), approve(second, post, etag, "cilla")
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    told = await everything_told(broker)
    assert sum(isinstance(one.fact, OrderApproved) for one in told) == 1


async def test_a_killed_broker_loses_nothing_that_was_answered(
    planner: Running, broker: Broker
) -> None:
    post, etag = await submitted(planner, written())
    assert (await approve(planner, post, etag)).status_code == 200
    await broker.kill()
    async with planner.client("anna") as anna:
        away = await anna.post(POSTS, json=written(), headers={"Idempotency-Key": "once"})
        assert (away.status_code, away.json()["code"]) == (503, "broker_away")
        assert (await anna.get(f"{POSTS}/{post}")).json()["state"] == "approved"
        assert (await anna.get("/health/live")).status_code == 200
        assert (await anna.get("/health/ready")).status_code == 503
        await broker.start()

        async def drafted() -> httpx.Response | None:
            said = await anna.post(POSTS, json=written(), headers={"Idempotency-Key": "once"})
            return said if said.status_code != 503 else None

        again = await eventually(drafted, within=10)
        assert again is not None
        assert again.status_code == 201
        await eventually(lambda: ready(anna), within=10)
    types = [one.fact.type for one in await everything_told(broker)]
    assert types.count("post.drafted.v1") == 2
    assert types.count("order.approved.v1") == 1


async def test_a_post_that_nobody_approves_in_time_is_missed(planner: Running) -> None:
    post, etag = await submitted(planner, written(variant(publish_at=in_a_while(1.5))))

    async def missed() -> bool:
        return bool((await shown(planner, post))["state"] == "missed")

    await eventually(missed, within=10)
    late = await approve(planner, post, etag)
    assert (late.status_code, late.json()["code"]) == (409, "post_missed")


async def test_an_approved_post_is_not_missed(planner: Running, broker: Broker) -> None:
    first, etag = await submitted(planner, written(variant(publish_at=in_a_while(2))))
    assert (await approve(planner, first, etag)).status_code == 200
    second, _ = await submitted(planner, written(variant(publish_at=in_a_while(2))))

    async def missed() -> bool:
        return bool((await shown(planner, second))["state"] == "missed")

    await eventually(missed, within=10)
    assert (await shown(planner, first))["state"] == "approved"


async def test_a_timer_outlives_the_planner(broker: Broker, publisher: Bus, tmp_path: Path) -> None:
    async with running_planner(broker, tmp_path / "planner") as planner:
        post, _ = await submitted(planner, written(variant(publish_at=in_a_while(1.5))))
    async with running_planner(broker, tmp_path / "planner") as planner:

        async def missed() -> bool:
            return bool((await shown(planner, post))["state"] == "missed")

        await eventually(missed, within=10)


async def test_the_same_request_many_times_at_once_is_one_post(
    planner: Running, broker: Broker
) -> None:
    async with planner.client("anna", **{"Idempotency-Key": "once"}) as anna:
        said = await asyncio.gather(*(anna.post(POSTS, json=written()) for _ in range(8)))
        other = await anna.post(POSTS, json=written(title="Annat"))
    assert {answer.status_code for answer in said} == {201}
    assert len({answer.json()["id"] for answer in said}) == 1
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    types = [one.fact.type for one in await everything_told(broker)]
    assert types == ["post.drafted.v1", "request.answered.v1"]
