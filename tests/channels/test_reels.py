"""Reels, where a platform fetches the video from us, works on it, and publishes it by its id."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codes import Code
from schemas.deliveries import DeliveryFailed, DeliveryPublished
from schemas.envelope import Parameters
from schemas.posts import Video
from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.domain.answers import Absent, NotNow, Published, Refused, Unclear
from services.publisher.domain.rules import Repeat
from services.publisher.ports import Channel, Parcel
from tests.channels.builders import content, laid, parcel, proof_of, sought, video_file
from tests.channels.platforms.base import Simulated
from tests.channels.platforms.containers import SimulatedInstagram
from tests.channels.platforms.facebook import SimulatedFacebook
from tests.harness.waiting import eventually
from tests.publisher.builders import order
from tests.publisher.stage import Stage
from tests.simulator.running import running_simulator

pytestmark = pytest.mark.web

NAMED: Parameters = {"channel": "Kanalen"}
KINDS: dict[str, type[Simulated]] = {"facebook": SimulatedFacebook, "instagram": SimulatedInstagram}
FILM = video_file()


@pytest.fixture(params=KINDS)
async def server(request: pytest.FixtureRequest, simulator: str) -> AsyncIterator[Simulated]:
    async with KINDS[request.param].standing(simulator) as account:
        account.show(*FILM)
        yield account


@pytest.fixture
async def channel(server: Simulated) -> AsyncIterator[Channel]:
    async with opened(server) as made:
        yield made


@asynccontextmanager
async def opened(server: Simulated, **how: Any) -> AsyncIterator[Channel]:
    made = server.channel(**how)
    await made.check()
    yield made
    await made.close()


@asynccontextmanager
async def slower(kind: str, folder: Path, **told: str) -> AsyncIterator[tuple[Simulated, Channel]]:
    """A platform of other habits."""
    with running_simulator(folder, **told) as running:
        async with KINDS[kind].standing(running.url) as server, opened(server, within=3) as channel:
            server.show(*FILM)
            yield server, channel


def reel(video: Video = FILM[0], text: str = "Se!", **more: Any) -> Parcel:
    return parcel(f"{text} {uuid4()}", form="reel", video=video, **more)


async def times(server: Simulated, sent: Parcel) -> int:
    return sum(sent.content.text in said for said in await server.texts())


async def test_what_lies_ready_nobody_sees(server: Simulated, channel: Channel) -> None:
    ready = await laid(channel, reel())
    assert await channel.find(sought(ready)) in (Absent(), Unclear(Code.CHANNEL_PREPARING, NAMED))
    assert await times(server, ready) == 0


async def test_the_page_of_a_reel_shows_it_to_strangers(channel: Channel) -> None:
    sent = await laid(channel, reel(link="https://www.1177.se/"))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    async with httpx.AsyncClient() as stranger:
        page = await stranger.get(answer.url)
    assert page.status_code == 200
    assert sent.content.text in page.text
    assert "En älg går förbi" in page.text
    assert "<video" in page.text
    assert await channel.find(replace(sought(sent), handle=None)) == answer


async def test_a_reel_is_taken_away_and_never_changed(server: Simulated, channel: Channel) -> None:
    sent = await laid(channel, reel())
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    kept = proof_of(answer)
    assert await channel.correct(sent, kept) == Refused(Code.CORRECTION_UNABLE, NAMED)
    now_a_post = replace(sent, content=content("Nytt"))
    assert await channel.correct(now_a_post, kept) == Refused(Code.CORRECTION_UNABLE, NAMED)
    assert await channel.retract(kept) == answer
    assert await channel.retract(kept) == answer
    async with httpx.AsyncClient() as stranger:
        assert (await stranger.get(answer.url)).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
async def test_a_video_that_takes_time_is_waited_for(kind: str, tmp_path: Path) -> None:
    async with slower(kind, tmp_path, container_seconds="1") as (server, channel):
        sent = await laid(channel, reel())
        early = await channel.commit(sent)
        assert isinstance(early, NotNow)
        assert early.code is Code.CHANNEL_PREPARING

        async def out() -> bool:
            return isinstance(await channel.commit(sent), Published)

        await eventually(out)
        assert await times(server, sent) == 1


async def test_a_reel_that_comes_out_late_may_be_public_all_the_while(tmp_path: Path) -> None:
    async with slower("facebook", tmp_path) as (server, channel):
        sent = await laid(channel, reel())
        await server.strikes(server.reel_path, {"kind": "lag", "seconds": 5})
        coming = Unclear(Code.CHANNEL_PREPARING, NAMED)
        assert await channel.commit(sent) == coming
        assert await channel.find(sought(sent)) == coming
        again = await channel.commit(sent)
        assert isinstance(again, NotNow | Published)

        async def out() -> bool:
            return isinstance(await channel.find(sought(sent)), Published)

        await eventually(out, within=15)
        assert await channel.commit(sent) == await channel.find(sought(sent))
        assert await times(server, sent) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("like", [{"seconds": 2}, {"seconds": 1000}])
async def test_a_video_that_the_platform_does_not_take_is_refused(
    kind: str, like: dict[str, Any], tmp_path: Path
) -> None:
    async with slower(kind, tmp_path) as (server, channel):
        wrong = video_file(**like)
        server.show(*wrong)
        sent = await laid(channel, reel(wrong[0]))
        answer = await channel.commit(sent)
        assert isinstance(answer, Refused)
        assert answer.code is Code.CHANNEL_REFUSED
        assert await channel.find(sought(sent)) == Absent()
        assert await times(server, sent) == 0


async def test_a_lying_video_is_no_reel_on_facebook(tmp_path: Path) -> None:
    async with slower("facebook", tmp_path) as (server, channel):
        lying = video_file(width=1920, height=1080)
        server.show(*lying)
        answer = await channel.commit(await laid(channel, reel(lying[0])))
    assert isinstance(answer, Refused)
    assert "9:16" in str(answer.parameters["why"])


async def test_a_video_that_cannot_be_fetched_is_tried_again(
    server: Simulated, channel: Channel
) -> None:
    lost, _ = video_file(width=540, height=960)
    sent = reel(lost)
    try:
        ready = await laid(channel, sent)
    except AssertionError:
        assert isinstance(await channel.prepare(sent), NotNow)  # type: ignore[attr-defined]
        return
    answer = await channel.commit(ready)
    assert isinstance(answer, NotNow)
    assert (answer.code, answer.anew) == (Code.PICTURE_UNFETCHED, True)


async def test_a_page_without_an_address_of_ours_takes_no_reels(simulator: str) -> None:
    bare = SimulatedFacebook(simulator)
    async with opened(bare) as channel:
        assert (await channel.check()).limits.video is None
        assert isinstance(channel, FacebookChannel)
        told: Parameters = {**NAMED, "form": "reel"}
        assert await channel.prepare(reel()) == Refused(Code.FORM_NOT_TAKEN, told)


async def test_our_token_goes_to_no_other_host(server: Simulated) -> None:
    if not isinstance(server, SimulatedFacebook):
        pytest.skip("Instagram is handed an address alone")
    made = server.channel()
    assert isinstance(made, FacebookChannel)
    made._reels._upload_url = "https://rupload.facebook.com"
    answer = await made.prepare(reel())
    assert isinstance(answer, NotNow)
    assert answer.code is Code.CHANNEL_BUSY
    await made.close()


def stage_of(server: Simulated) -> Stage:
    """A publisher whose one channel is the account, with a reel that is due."""
    said = content(f"Se! {uuid4()}", form="reel", video=FILM[0])
    stage = Stage(order(content=said), by=Repeat.TWO_PHASE)
    account = server.channel(within=3)
    account.name = "torget"
    stage.publisher = replace(stage.publisher, channels={"torget": account})
    stage.album.pictures[FILM[0].digest] = FILM[1]
    return stage


@pytest.mark.parametrize(
    "loss",
    [
        {"kind": "reset-after"},
        {"kind": "applied-then-status", "status": 500},
        {"kind": "reset-before"},
        {"kind": "status", "status": 503},
        {"kind": "lag", "seconds": 4},
    ],
    ids=lambda loss: str(loss["kind"]),
)
async def test_a_lost_answer_ends_as_published_once(
    server: Simulated, loss: dict[str, Any]
) -> None:
    stage = stage_of(server)
    said = stage.desk.order.content.text  # type: ignore[union-attr]
    await stage.hear()
    # Facebook's session begins at the address where its publishing ends.
    word = "finish" if isinstance(server, SimulatedFacebook) and loss["kind"] != "lag" else None
    await server.strikes(server.reel_path, loss, text=word)
    await stage.ring()
    states = set(stage.ledger.states())

    async def out() -> bool:
        if not isinstance(stage.ledger.entries[-1], DeliveryPublished):
            await stage.ring()
        return isinstance(stage.ledger.entries[-1], DeliveryPublished)

    await eventually(out, within=20)
    assert "uncertain" in states or loss["kind"] == "lag"
    assert sum(said in words for words in await server.texts()) == 1
    [published] = [each for each in stage.ledger.entries if isinstance(each, DeliveryPublished)]
    assert published.external_id
    await stage.publisher.channels["torget"].close()


async def test_a_video_that_the_store_has_lost_is_not_sent(server: Simulated) -> None:
    stage = stage_of(server)
    stage.album.pictures.clear()
    await stage.hear()
    await stage.ring()
    failed = stage.ledger.entries[-1]
    assert isinstance(failed, DeliveryFailed)
    assert failed.code is Code.VIDEO_LOST
    await stage.publisher.channels["torget"].close()
