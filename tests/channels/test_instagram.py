"""The parts that only Instagram has: containers that take time, and pictures that it fetches."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.channels import Quota
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.envelope import Parameters
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Exchange
from services.publisher.channels.meta import graph
from services.publisher.channels.meta.instagram import InstagramChannel
from services.publisher.domain.answers import Absent, NotNow, Published, Refused, Unclear
from services.publisher.ports import Parcel
from tests.channels.builders import laid, parcel, picture_file, proof_of, sought
from tests.channels.fault_server import Fault
from tests.channels.gallery import GREEN
from tests.channels.platforms import mastodon
from tests.channels.platforms.containers import SimulatedInstagram
from tests.harness.waiting import eventually
from tests.simulator.running import running_simulator

pytestmark = pytest.mark.web

NAMED: Parameters = {"channel": "Kanalen"}


@pytest.fixture
async def server(simulator: str) -> AsyncIterator[SimulatedInstagram]:
    async with SimulatedInstagram.standing(simulator) as account:
        yield account


@pytest.fixture
async def channel(server: SimulatedInstagram) -> AsyncIterator[InstagramChannel]:
    async with opened(server) as made:
        yield made


@asynccontextmanager
async def opened(server: SimulatedInstagram) -> AsyncIterator[InstagramChannel]:
    made = server.channel()
    assert isinstance(made, InstagramChannel)
    yield made
    await made.close()


@asynccontextmanager
async def slower(
    folder: Path, **told: str
) -> AsyncIterator[tuple[SimulatedInstagram, InstagramChannel]]:
    """An Instagram of other habits."""
    with running_simulator(folder, **told) as running:
        async with (
            SimulatedInstagram.standing(running.url) as server,
            opened(server) as channel,
        ):
            yield server, channel


def post(text: str = "Ett råd") -> Parcel:
    return parcel(f"{text} {uuid4()}", picture_file())


async def published(server: SimulatedInstagram, text: str) -> list[dict[str, Any]]:
    async with httpx.AsyncClient() as client:
        lines = (await client.get(f"{server.origin}/record")).text.splitlines()
    entries = [json.loads(line) for line in lines]
    return [each for each in entries if each["what"] == "published" and each["text"] == text]


async def test_there_is_no_post_of_words_alone(channel: InstagramChannel) -> None:
    assert await channel.prepare(parcel("Bara ord")) == Refused(
        Code.TOO_FEW_PICTURES, {**NAMED, "limit": 1, "count": 0}
    )


async def test_a_carousel_keeps_its_order_and_every_picture_its_words(
    server: SimulatedInstagram, channel: InstagramChannel
) -> None:
    files = picture_file("Ett: väntrummet."), picture_file("Två: filten.", GREEN)
    sent = parcel(f"Två bilder {uuid4()}", *files)
    assert isinstance(await channel.commit(await laid(channel, sent)), Published)
    [entry] = await published(server, sent.content.text)
    assert [each["alt"] for each in entry["media"]] == ["Ett: väntrummet.", "Två: filten."]
    assert {each["mime"] for each in entry["media"]} == {"image/jpeg"}


async def test_the_page_of_a_post_shows_it_to_strangers(channel: InstagramChannel) -> None:
    sent = await laid(channel, post())
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    async with httpx.AsyncClient() as stranger:
        page = await stranger.get(answer.url)
    assert page.status_code == 200
    assert sent.content.text in page.text


async def test_what_lies_ready_nobody_sees(
    server: SimulatedInstagram, channel: InstagramChannel
) -> None:
    ready = await laid(channel, post("Ligger redo"))
    assert await channel.find(sought(ready)) == Absent()
    seen = await channel.timeline(datetime.now(UTC) - timedelta(minutes=5))
    assert seen is not None
    assert ready.content.text not in [each.text for each in seen]
    assert ready.content.text not in await server.texts()


async def test_a_container_that_takes_time_is_asked_again(tmp_path: Path) -> None:
    async with slower(tmp_path, container_seconds="1.5") as (server, channel):
        sent = await laid(channel, post())
        early = await channel.commit(sent)
        assert early == NotNow(Code.CHANNEL_PREPARING, NAMED, timedelta(seconds=2))
        assert await channel.find(sought(sent)) == Absent()

        async def out() -> bool:
            return isinstance(await channel.commit(sent), Published)

        await eventually(out)
        assert len(await published(server, sent.content.text)) == 1


async def test_a_container_that_has_died_is_made_anew(tmp_path: Path) -> None:
    async with slower(tmp_path, container_life_seconds="0.001") as (server, channel):
        sent = await laid(channel, post())
        forgotten = replace(sent, handle="4711@0")
        for dead in (sent, forgotten):
            spent: Parameters = {**NAMED, "status": "EXPIRED"}
            assert await channel.commit(dead) == NotNow(Code.CHANNEL_BUSY, spent, anew=True)
            assert await channel.find(sought(dead)) == Absent()
        assert await published(server, sent.content.text) == []


async def test_a_picture_that_cannot_be_fetched_is_told_and_tried_again(
    channel: InstagramChannel,
) -> None:
    lost = picture_file(colour=b"\x01\x02\x03")
    answer = await channel.prepare(parcel("En bild som inte finns", lost))
    assert isinstance(answer, NotNow)
    assert answer.code is Code.PICTURE_UNFETCHED
    assert "HTTP 503" in str(answer.parameters["why"])


async def test_a_container_whose_picture_was_not_to_be_had_is_made_anew(tmp_path: Path) -> None:
    async with slower(tmp_path, container_seconds="0.1") as (_, channel):
        lost = picture_file(colour=b"\x01\x02\x03")
        sent = await laid(channel, parcel("En bild som inte finns", lost))

        async def failed() -> bool:
            said = await channel.commit(sent)
            return isinstance(said, NotNow) and said.code is Code.PICTURE_UNFETCHED and said.anew

        await eventually(failed)
        assert await channel.find(sought(sent)) == Absent()


async def test_a_post_that_is_not_in_the_list_yet_is_never_published_again(
    server: SimulatedInstagram, channel: InstagramChannel
) -> None:
    sent = await laid(channel, post())
    await server.strikes(server.path, {"kind": "lag", "seconds": 2})
    first = await channel.commit(sent)
    assert isinstance(first, Published)
    assert isinstance(await channel.find(sought(sent)), Unclear)
    assert isinstance(await channel.commit(sent), Unclear)

    async def found() -> bool:
        return await channel.find(sought(sent)) == first

    await eventually(found)
    assert await channel.commit(sent) == first
    assert len(await published(server, sent.content.text)) == 1


async def test_a_day_has_so_many_posts_and_no_more(tmp_path: Path) -> None:
    async with slower(tmp_path, posts_a_day="1") as (server, channel):
        before = await channel.check()
        assert (before.code, before.quota) == (None, Quota(left=1, of=1, per=timedelta(days=1)))
        assert isinstance(await channel.commit(await laid(channel, post())), Published)
        late = await laid(channel, post())
        answer = await channel.commit(late)
        assert isinstance(answer, NotNow)
        assert (answer.code, answer.wait) == (Code.CHANNEL_THROTTLED, timedelta(minutes=15))
        after = await channel.check()
        assert (after.code, after.quota and after.quota.left) == (Code.CHANNEL_THROTTLED, 0)
        assert await published(server, late.content.text) == []


async def test_a_ledger_that_does_not_know_the_container_reads_the_list(
    channel: InstagramChannel,
) -> None:
    ready = await laid(channel, post("Hittas i listan"))
    answer = await channel.commit(ready)
    unknown = replace(sought(ready), handle=None)
    assert await channel.find(unknown) == answer
    later = replace(unknown, since=datetime.now(UTC) + timedelta(minutes=2))
    assert await channel.find(later) == Absent()
    assert isinstance(await channel.find(replace(unknown, words="0" * 64)), Unclear)


async def test_a_post_of_yesterday_is_not_taken_for_what_the_container_became(
    server: SimulatedInstagram, channel: InstagramChannel
) -> None:
    ready = await laid(channel, post("Samma påminnelse"))
    assert isinstance(await channel.commit(ready), Published)
    ahead = int(datetime.now(UTC).timestamp()) + 600
    again = replace(ready, handle=f"{(ready.handle or '').partition('@')[0]}@{ahead}")
    assert isinstance(await channel.find(sought(again)), Unclear)
    assert len(await published(server, ready.content.text)) == 1


async def test_what_a_person_found_is_taken_away_in_the_channel_only(
    channel: InstagramChannel,
) -> None:
    found = Proof(
        external_id="",
        url="https://www.instagram.com/p/x/",
        revision=1,
        published_at=datetime.now(UTC),
    )
    assert await channel.retract(found) == Refused(Code.RETRACTION_UNABLE, NAMED)


async def test_a_caption_cannot_be_changed(channel: InstagramChannel) -> None:
    ready = await laid(channel, post())
    answer = await channel.commit(ready)
    assert isinstance(answer, Published)
    assert await channel.correct(ready, proof_of(answer)) == Refused(Code.CORRECTION_UNABLE, NAMED)


def story() -> Parcel:
    return parcel("", picture_file(), form="story")


async def stories(server: SimulatedInstagram) -> list[dict[str, Any]]:
    return [each for each in await published(server, "") if each["value"].get("story")]


async def test_a_story_is_out_with_an_address_and_stands_in_no_list(
    server: SimulatedInstagram, channel: InstagramChannel
) -> None:
    before = len(await stories(server))
    answer = await channel.commit(await laid(channel, story()))
    assert isinstance(answer, Published)
    assert "/instagram/stories/regionen.instagram/" in answer.url
    assert len(await stories(server)) == before + 1
    seen = await channel.timeline(datetime.now(UTC) - timedelta(minutes=5))
    assert seen is not None
    assert answer.external_id not in [each.external_id for each in seen]


async def test_a_story_whose_answer_was_lost_is_known_by_its_container(
    server: SimulatedInstagram, channel: InstagramChannel
) -> None:
    before = len(await stories(server))
    sent = await laid(channel, story())
    assert await channel.find(sought(sent)) == Absent()
    await server.strikes(server.path, {"kind": "reset-after"})
    assert isinstance(await channel.commit(sent), Unclear)
    # Which one it is nobody says: it has no id of ours, and no words to be found by.
    assert await channel.find(sought(sent)) == Published("", "")
    assert await channel.commit(sent) == Published("", "")
    assert len(await stories(server)) == before + 1
    lost = replace(sought(sent), handle=None)
    assert isinstance(await channel.find(lost), Unclear)


async def test_a_story_is_taken_away_and_never_changed(
    server: SimulatedInstagram, channel: InstagramChannel
) -> None:
    sent = await laid(channel, story())
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    kept = proof_of(answer)
    assert await channel.correct(sent, kept) == Refused(Code.CORRECTION_UNABLE, NAMED)
    assert await channel.retract(kept) == answer
    assert await channel.retract(kept) == answer
    async with httpx.AsyncClient() as stranger:
        assert (await stranger.get(answer.url)).status_code == 404


async def test_there_is_no_story_without_a_picture(channel: InstagramChannel) -> None:
    bare = parcel("", form="story")
    told = {**NAMED, "limit": 1, "count": 0}
    assert await channel.prepare(bare) == Refused(Code.TOO_FEW_PICTURES, told)


async def test_what_the_api_does_not_delete_is_said_to_stay(own: mastodon.Own) -> None:
    body = json.dumps({"error": {"code": -1, "error_subcode": 2207073, "message": "No"}})
    own.server.faults.append(Fault("DELETE", "/1784", status=400, body=body.encode()))
    calls = Calls(Exchange(own.base_url, {}), "Kanalen", 5.0, refused=lambda _: None)
    proof = Proof(external_id="1784", url="", revision=1, published_at=datetime.now(UTC))
    assert await graph.taken_away(calls, proof) == Refused(Code.RETRACTION_UNABLE, NAMED)
    await calls.close()


async def test_another_account_is_not_ours_to_write_to(server: SimulatedInstagram) -> None:
    async with opened(server) as channel:
        channel._account = "4711"
        answer = await channel.prepare(post())
    assert isinstance(answer, NotNow)
    assert answer.code is Code.PERMISSION_MISSING


async def test_the_account_is_found_under_its_name(channel: InstagramChannel) -> None:
    await channel.check()
    assert channel.url == "https://www.instagram.com/regionen.instagram/"
