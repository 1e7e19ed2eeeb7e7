"""The table of channels is true: who is struck is who publishes, and the record knows its posts."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import httpx
import pytest

from drill.channels import KEY_WINDOW, Drilled, Fleet
from drill.fleets import FLEETS
from drill.judge import is_of
from drill.record import Record
from services.publisher.domain.answers import Prepared, Published
from services.publisher.ports import Channel, TwoPhase
from tests.channels.builders import parcel as pictured_parcel
from tests.channels.builders import picture_file
from tests.drill.stage import page, parcel, proof_of, sought
from tests.simulator.running import Running, running_simulator

pytestmark = pytest.mark.web
EVERY = [(fleet, name) for fleet, channels in FLEETS.items() for name in channels]
_NUMBERS = count()


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    tokens = json.dumps({name: name for _, name in EVERY})
    with running_simulator(tmp_path_factory.mktemp("platform"), tokens=tokens) as running:
        yield running


@pytest.fixture
async def platform(simulator: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=simulator.url, trust_env=False) as client:
        yield client
        await client.delete("/faults")


def made(fleet: Fleet, platform: httpx.AsyncClient) -> dict[str, Channel]:
    return fleet.make(str(platform.base_url), timedelta(seconds=10), timedelta(seconds=1))


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
    fleet: str, name: str, platform: httpx.AsyncClient
) -> None:
    channels = FLEETS[fleet]
    channel = made(channels, platform)[name]
    text, answer = await life(channel, channels[name])
    record = Record(channels.accounts)
    await record.read_on(platform)
    [line] = record.shown(name, text)
    assert is_of(proof_of(answer), line.names)
    drilled = channels[name]
    address = drilled.page.format(account=drilled.account, id=line.id, key=line.key)
    assert text in (await page(f"{platform.base_url}{address}")).text
    await channel.retract(proof_of(answer))
    await record.read_on(platform)
    assert record.standing(name, text) == []


@pytest.mark.parametrize("fleet", FLEETS)
async def test_every_call_of_the_table_is_one_that_its_channels_make(
    fleet: str, platform: httpx.AsyncClient
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
    for channel in made(channels, platform).values():
        _, answer = await life(channel, channels[channel.name])
        await channel.retract(proof_of(answer))
    rules = (await platform.get("/faults")).json()
    assert [each["rule"]["path"] for each in rules if not each["struck"]] == []


def test_no_two_channels_share_an_account_and_all_times_are_compressed() -> None:
    for fleet in FLEETS.values():
        assert len(fleet.accounts) == len(fleet)
        channels = fleet.make("http://127.0.0.1:1", timedelta(seconds=1), timedelta(seconds=2))
        for channel in channels.values():
            assert channel.repeat_safety.lag == timedelta(seconds=2)
            assert channel.repeat_safety.window in {None, KEY_WINDOW}
            assert channel.repeat_safety.finds == fleet[channel.name].finds
