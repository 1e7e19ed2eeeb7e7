"""The table of channels is true: who is struck is who publishes, and the record knows its posts."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from drill.channels import KEY_WINDOW, Drilled, Fleet
from drill.dialects import DIALECTS
from drill.fleets import FLEETS
from drill.judge import is_of
from drill.record import Record
from services.publisher.channels.meta.containers import ContainerChannel
from services.publisher.channels.showcase import ShowcaseDoor
from services.publisher.domain.answers import Prepared, Published
from services.publisher.ports import Channel, TwoPhase
from tests.channels.builders import parcel as pictured_parcel
from tests.channels.builders import picture_file
from tests.channels.gallery import Gallery
from tests.drill.stage import page, parcel, proof_of, sought
from tests.harness.ports import free_port
from tests.harness.web import served
from tests.simulator.running import Running, running_simulator

pytestmark = pytest.mark.web
EVERY = [(fleet, name) for fleet, channels in FLEETS.items() for name in channels]
_NUMBERS = count()
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    tokens = json.dumps({name: name for _, name in EVERY})
    with running_simulator(tmp_path_factory.mktemp("platform"), tokens=tokens) as running:
        yield running


@pytest.fixture
async def gallery() -> AsyncIterator[Gallery]:
    """Serve our pictures as a replica does."""
    gallery = Gallery(f"http://127.0.0.1:{free_port()}")
    gallery.hang(picture_file())
    made = DIALECTS.make("http://127.0.0.1:1", SECOND, SECOND, gallery.url)
    showcases = {
        name: channel.showcase
        for name, channel in made.items()
        if isinstance(channel, ContainerChannel)
    }
    door = ShowcaseDoor(showcases, gallery)
    async with served(Starlette(routes=list(door.routes())), urlsplit(gallery.url).port or 0):
        yield gallery


@pytest.fixture
async def platform(simulator: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=simulator.url, trust_env=False) as client:
        yield client
        await client.delete("/faults")


@asynccontextmanager
async def made(
    fleet: Fleet, platform: httpx.AsyncClient, gallery: Gallery
) -> AsyncIterator[dict[str, Channel]]:
    async with AsyncExitStack() as stack:
        channels = fleet.make(str(platform.base_url), 10 * SECOND, SECOND, gallery.url)
        for channel in channels.values():
            stack.push_async_callback(channel.close)
        yield channels


async def life(channel: Channel, drilled: Drilled) -> tuple[str, Published]:
    """Publish, look for it as somebody who knows all of it and little of it, and take it away."""
    text = f"Övning 1, inlägg {next(_NUMBERS)} för {channel.name}."
    sent = pictured_parcel(text, picture_file()) if drilled.pictured else parcel(text)
    handle = None
    if isinstance(channel, TwoPhase):
        prepared = await channel.prepare(sent)
        assert isinstance(prepared, Prepared)
        handle = prepared.handle
    answer = await channel.commit(replace(sent, handle=handle))
    assert isinstance(answer, Published)
    for known in {handle, None}:
        await channel.find(sought(replace(sent, handle=known)))
    return text, answer


@pytest.mark.parametrize(("fleet", "name"), EVERY, ids=[f"{f}-{n}" for f, n in EVERY])
async def test_the_record_knows_a_post_by_its_channel_its_words_and_its_proof(
    fleet: str, name: str, platform: httpx.AsyncClient, gallery: Gallery
) -> None:
    channels = FLEETS[fleet]
    drilled, record = channels[name], Record(channels)
    async with made(channels, platform, gallery) as every:
        text, answer = await life(every[name], drilled)
        await record.read_on(platform)
        [line] = record.shown(name, text)
        proof = proof_of(answer)
        assert is_of(proof, line.names)
        address = drilled.page.format(account=drilled.account, id=line.id, called=line.called)
        assert text in (await page(f"{platform.base_url}{address}")).text
        await every[name].retract(proof)
        await record.read_on(platform)
        assert record.standing(name, text) == []


@pytest.mark.parametrize("fleet", FLEETS)
async def test_every_call_of_the_table_is_one_that_its_channels_make(
    fleet: str, platform: httpx.AsyncClient, gallery: Gallery
) -> None:
    channels = FLEETS[fleet]
    calls = {
        call
        for drilled in channels.values()
        for call in (*drilled.publishing, *drilled.removing, *drilled.reading)
    }
    for method, path in calls:
        effect = {"kind": "slow", "seconds": 0.001}
        rule = {"method": method, "path": path, "effect": effect}
        (await platform.post("/faults", json=rule)).raise_for_status()
    async with made(channels, platform, gallery) as every:
        for channel in every.values():
            _, answer = await life(channel, channels[channel.name])
            await channel.retract(proof_of(answer))
    rules = (await platform.get("/faults")).json()
    assert [each["rule"]["path"] for each in rules if not each["struck"]] == []


def test_no_two_channels_share_an_account_and_all_times_are_compressed() -> None:
    for fleet in FLEETS.values():
        assert len(fleet.accounts) == len(fleet)
        channels = fleet.make("http://127.0.0.1:1", SECOND, 2 * SECOND, "http://127.0.0.1:2")
        for channel in channels.values():
            assert channel.repeat_safety.lag == 2 * SECOND
            assert channel.repeat_safety.window in {None, KEY_WINDOW}
            assert channel.repeat_safety.finds == fleet[channel.name].finds
