"""The publisher on a real broker: at its time, once, whoever is killed."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.deliveries import DeliveryPublished
from services.publisher.domain.rules import Repeat
from tests.harness.waiting import eventually
from tests.publisher.builders import SECOND
from tests.publisher.fakes import RenewingSquare, Square
from tests.publisher.running import region

pytestmark = pytest.mark.nats


async def test_an_order_goes_out_at_its_time_with_five_messages(tmp_path: Path) -> None:
    async with region(tmp_path, Square()) as one, one.replica() as bus:
        approved = await one.approve(SECOND)
        await one.comes_to("published", approved)
        assert await one.states(approved.post) == ["scheduled", "attempted", "published"]
        told = (await one.newest(approved.post)).fact
        assert isinstance(told, DeliveryPublished)
        assert timedelta(0) <= told.published_at - approved.publish_at < SECOND
        _, timers = await bus.facts.stream("TIMERS_PUBLISHER")
        assert timers == 2  # the timer and the due message it became


async def test_two_replicas_claim_and_publish_each_delivery_once(tmp_path: Path) -> None:
    square = Square(by=Repeat.LOOK_UP)
    async with region(tmp_path, square) as one, one.replica(), one.replica():
        orders = [await one.approve(SECOND) for _ in range(20)]
        await one.comes_to("published", *orders, within=20)
        for approved in orders:
            assert await one.states(approved.post) == ["scheduled", "attempted", "published"]
    assert len(square.calls) == len(orders)


@pytest.mark.parametrize("by", [Repeat.DETERMINISTIC_ID, Repeat.IDEMPOTENCY_KEY, Repeat.LOOK_UP])
async def test_a_replica_that_dies_in_the_middle_of_a_call_leaves_one_post(
    tmp_path: Path, by: Repeat
) -> None:
    square = Square(by=by)
    # As a killed process leaves it: the post is shown, nothing is written down, nothing is acked,
    # and this replica hears no more.
    square.answers = [asyncio.CancelledError()]
    async with region(tmp_path, square) as one, one.replica():
        approved = await one.approve(SECOND)
        await eventually(lambda: square.calls)
        async with one.replica():
            await one.comes_to("published", approved, within=15)
        entries = await one.states(approved.post)
    assert entries[:3] == ["scheduled", "attempted", "uncertain"]
    assert len(square.shown) == 1


async def test_a_channel_that_renews_its_token_is_asked_to_and_goes_on_if_it_cannot(
    tmp_path: Path,
) -> None:
    square = RenewingSquare()
    async with region(tmp_path, square) as one, one.replica():
        await eventually(lambda: square.renewals)
        approved = await one.approve(SECOND)
        await one.comes_to("published", approved)
