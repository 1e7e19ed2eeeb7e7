"""A whole delivery to Instagram, from the engine to the post, whatever is lost on the way."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from schemas.deliveries import DeliveryPublished
from schemas.posts import OrderApproved
from services.publisher.domain.rules import Repeat
from tests.channels.builders import content, picture_file
from tests.channels.platforms.containers import SimulatedInstagram
from tests.harness.waiting import eventually
from tests.publisher.builders import order
from tests.publisher.stage import Stage
from tests.simulator.running import running_simulator

pytestmark = pytest.mark.web

FILE = picture_file()


@pytest.fixture
async def server(simulator: str) -> AsyncIterator[SimulatedInstagram]:
    async with SimulatedInstagram.standing(simulator) as account:
        yield account


def stage_of(server: SimulatedInstagram) -> Stage:
    """A publisher whose one channel is the account, with a post that is due."""
    said = content(f"Ett råd om händer {uuid4()}", pictures=(FILE.picture,))
    stage = Stage(order(content=said), by=Repeat.TWO_PHASE)
    account = server.channel()
    account.name = "torget"
    stage.publisher = replace(stage.publisher, channels={"torget": account})
    stage.album.pictures[FILE.picture.digest] = FILE.content
    return stage


async def ring_until_out(stage: Stage, within: int = 12) -> DeliveryPublished:
    for _ in range(within):
        if isinstance(out := stage.ledger.entries[-1], DeliveryPublished):
            return out
        await stage.ring()
    raise AssertionError(stage.ledger.states())


def text_of(stage: Stage) -> str:
    assert isinstance(stage.desk.order, OrderApproved)
    return stage.desk.order.content.text


async def out_once(server: SimulatedInstagram, stage: Stage) -> None:
    assert (await server.texts()).count(text_of(stage)) == 1
    await stage.publisher.channels["torget"].close()


@pytest.mark.parametrize(
    "loss",
    [
        {"kind": "reset-after"},
        {"kind": "applied-then-status", "status": 500},
        {"kind": "reset-before"},
        {"kind": "status", "status": 503},
        {"kind": "late", "status": 500, "seconds": 0.3},
    ],
    ids=lambda loss: str(loss["kind"]),
)
async def test_a_lost_answer_ends_as_published_once(
    server: SimulatedInstagram, loss: dict[str, Any]
) -> None:
    stage = stage_of(server)
    await server.strikes(server.path, loss)
    await stage.hear()
    await stage.ring()
    assert stage.ledger.states()[-1] == "uncertain"
    if loss["kind"] == "late":

        async def arrived() -> bool:
            return text_of(stage) in await server.texts()

        # What was sent arrives within the time in which nothing is believed.
        await eventually(arrived)
    published = await ring_until_out(stage)
    assert published.url.startswith(f"{server.origin}/instagram/p/")
    assert published.external_id
    await out_once(server, stage)


async def test_a_post_that_the_list_shows_late_is_out_once(server: SimulatedInstagram) -> None:
    stage = stage_of(server)
    await server.strikes(server.path, {"kind": "reset-after"})
    await server.strikes(server.path, {"kind": "lag", "seconds": 1})
    await stage.hear()
    await stage.ring()

    async def out() -> bool:
        await stage.ring()
        return stage.ledger.states()[-1] == "published"

    await eventually(out)
    await out_once(server, stage)


async def test_a_container_that_takes_its_time_is_waited_for(tmp_path: Path) -> None:
    with running_simulator(tmp_path, container_seconds="0.5") as running:
        async with SimulatedInstagram.standing(running.url) as server:
            stage = stage_of(server)
            await stage.hear()
            await stage.ring()
            assert stage.ledger.states()[-1] == "waiting"

            async def out() -> bool:
                await stage.ring()
                return stage.ledger.states()[-1] == "published"

            await eventually(out)
            await out_once(server, stage)


async def test_a_picture_that_was_not_to_be_had_is_fetched_anew(tmp_path: Path) -> None:
    with running_simulator(tmp_path, container_seconds="0.05") as running:
        async with SimulatedInstagram.standing(running.url) as server:
            server.gallery.kept.clear()
            stage = stage_of(server)
            await stage.hear()
            await stage.ring()
            server.gallery.hang(FILE)

            async def out() -> bool:
                await stage.ring()
                return stage.ledger.states()[-1] == "published"

            # Its first container fails, and another one is made.
            await eventually(out)
            handles = {entry.handle for entry in stage.ledger.entries if entry.handle}
            assert len(handles) == 2
            await out_once(server, stage)
