"""The parts of the protocol that only Bluesky has: sessions, places, and its names of errors."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from schemas.codes import Code
from services.publisher.channels.bluesky.channel import BlueskyChannel
from services.publisher.channels.bluesky.record import COLLECTION, record_key
from services.publisher.domain.answers import NotNow, Published, Refused, Unclear
from services.publisher.ports import Channel
from tests.channels.builders import parcel, picture_file, sought
from tests.channels.platforms.base import HANDLE
from tests.channels.platforms.bluesky import SimulatedBluesky
from tests.simulator.running import running_simulator

pytestmark = pytest.mark.web

_PUT = "/bluesky/xrpc/com.atproto.repo.putRecord"


@pytest.fixture
def server(simulator: str) -> SimulatedBluesky:
    return SimulatedBluesky(simulator)


@pytest.fixture
async def channel(server: SimulatedBluesky) -> AsyncIterator[Channel]:
    made = server.channel()
    yield made
    await made.close()


async def test_the_address_is_the_one_that_people_use(
    server: SimulatedBluesky, channel: Channel
) -> None:
    sent = parcel("Adressen")
    answer = await channel.commit(sent)
    key = record_key(sent.key)
    assert isinstance(answer, Published)
    assert answer.url == f"{server.origin}/bluesky/profile/{HANDLE}/post/{key}"
    assert answer.external_id.startswith("at://did:plc:")
    assert answer.external_id.endswith(f"/{COLLECTION}/{key}")
    async with httpx.AsyncClient() as stranger:
        page = await stranger.get(answer.url)
    assert page.status_code == 200
    assert "Adressen" in page.text


async def test_signing_in_is_limited_and_posting_does_not_need_it_each_time(
    tmp_path: Path,
) -> None:
    with running_simulator(tmp_path, sign_ins="2") as running:
        server = SimulatedBluesky(running.url)
        channel, other, third = server.channel(), server.channel(), server.channel()
        for number in range(5):
            assert isinstance(await channel.commit(parcel(f"Nummer {number}")), Published)
        assert (await other.check()).code is None
        assert (await third.check()).code is Code.CHANNEL_THROTTLED
        for each in (channel, other, third):
            await each.close()


async def test_an_expired_session_is_surely_not_public_and_the_next_try_signs_in_anew(
    tmp_path: Path,
) -> None:
    with running_simulator(tmp_path, access_seconds="0.5") as running:
        channel = SimulatedBluesky(running.url).channel()
        sent = parcel("Efter en lång vila")
        assert (await channel.check()).code is None
        await asyncio.sleep(0.6)  # how old the session becomes, not a wait for anything
        answer = await channel.commit(sent)
        assert answer == NotNow(Code.CHANNEL_BUSY, {"channel": "Kanalen", "status": 400})
        assert isinstance(await channel.commit(sent), Published)
        await channel.close()


async def test_a_picture_that_is_too_large_is_refused(channel: Channel) -> None:
    file = picture_file()
    padded = replace(file, content=file.content + b"\0" * 1_100_000)
    answer = await channel.commit(parcel("Med en stor bild", padded))
    assert isinstance(answer, Refused)
    assert "too large" in str(answer.parameters["why"])


async def test_a_server_error_before_the_record_is_harmless(
    server: SimulatedBluesky, channel: Channel
) -> None:
    await server.strikes("/bluesky/xrpc/com.atproto.repo.uploadBlob", {"kind": "reset-after"})
    answer = await channel.commit(parcel("Med bild", picture_file()))
    assert answer == NotNow(Code.CHANNEL_UNREACHABLE, {"channel": "Kanalen"})


async def test_an_unknown_error_is_unclear(server: SimulatedBluesky, channel: Channel) -> None:
    await server.strikes(_PUT, {"kind": "status", "status": 409})
    answer = await channel.commit(parcel("Vad nu?"))
    assert answer == Unclear(Code.ANSWER_UNCLEAR, {"channel": "Kanalen", "status": 409})


async def test_an_account_that_is_somebody_elses_is_not_ready(server: SimulatedBluesky) -> None:
    base = f"{server.origin}/bluesky"
    channel = BlueskyChannel(
        "b", "B", base, "annan.test", server.token, timedelta(seconds=5), public_url=base
    )
    assert (await channel.check()).code is Code.CREDENTIALS_REFUSED
    assert isinstance(await channel.find(sought(parcel())), Unclear)
    await channel.close()


async def test_who_is_named_is_led_to_and_whom_nobody_knows_stays_words(
    server: SimulatedBluesky, channel: Channel
) -> None:
    answer = await channel.commit(parcel(f"Fråga @{HANDLE} eller @ingen.invalid"))
    assert isinstance(answer, Published)
    repo, _, key = answer.external_id.removeprefix("at://").split("/")
    where = {"repo": repo, "collection": COLLECTION, "rkey": key}
    async with httpx.AsyncClient(base_url=server.origin) as stranger:
        told = await stranger.get("/bluesky/xrpc/com.atproto.repo.getRecord", params=where)
    [facet] = told.json()["value"]["facets"]
    assert facet["features"] == [{"$type": "app.bsky.richtext.facet#mention", "did": repo}]
    assert facet["index"] == {"byteStart": 7, "byteEnd": 7 + len(f"@{HANDLE}")}


async def test_while_nobody_says_who_is_named_nothing_goes_out(
    server: SimulatedBluesky, channel: Channel
) -> None:
    path = "/bluesky/xrpc/com.atproto.identity.resolveHandle"
    await server.strikes(path, {"kind": "status", "status": 503}, "GET")
    sent = parcel(f"Namngiven @{HANDLE}")
    assert isinstance(await channel.commit(sent), NotNow)
    assert isinstance(await channel.commit(sent), Published)
