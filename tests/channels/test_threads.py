"""The parts that only Threads has: words alone, a link as a card, and how it counts."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codes import Code
from services.kit.lengths import counted
from services.publisher.channels.meta.threads import ThreadsChannel
from services.publisher.domain.answers import Published, Refused
from services.publisher.ports import Parcel
from tests.channels.builders import laid, parcel, picture_file, video_file
from tests.channels.gallery import GREEN
from tests.channels.platforms.containers import SimulatedThreads

pytestmark = pytest.mark.web

LINK = "https://www.regionsolviken.example/hander"


@pytest.fixture
async def server(simulator: str) -> AsyncIterator[SimulatedThreads]:
    async with SimulatedThreads.standing(simulator) as profile:
        yield profile


@pytest.fixture
async def channel(server: SimulatedThreads) -> AsyncIterator[ThreadsChannel]:
    made = server.channel()
    assert isinstance(made, ThreadsChannel)
    yield made
    await made.close()


async def out(server: SimulatedThreads, channel: ThreadsChannel, sent: Parcel) -> dict[str, Any]:
    """Publish it, and give what the record says of it."""
    answer = await channel.commit(await laid(channel, sent))
    assert isinstance(answer, Published)
    async with httpx.AsyncClient() as client:
        lines = (await client.get(f"{server.origin}/record")).text.splitlines()
        assert sent.content.text in (await client.get(answer.url)).text
    entries = [json.loads(line) for line in lines]
    [one] = [each for each in entries if each["what"] == "published" and _is_of(sent, each)]
    return dict(one)


def _is_of(sent: Parcel, entry: dict[str, Any]) -> bool:
    text = str(entry["text"])
    return entry["dialect"] == "threads" and text.startswith(sent.content.text)


async def test_a_video_goes_out_with_what_it_shows(
    server: SimulatedThreads, channel: ThreadsChannel
) -> None:
    video, film = video_file(width=1920, height=1080)
    server.show(video, film)
    said = await out(server, channel, parcel(f"Se! {uuid4()}", link=LINK, video=video))
    assert str(said["text"]).endswith(f"\n\n{LINK}")
    [shown] = said["media"]
    assert (shown["mime"], shown["alt"]) == ("video/mp4", video.description)


async def test_a_video_that_is_too_long_is_refused(
    server: SimulatedThreads, channel: ThreadsChannel
) -> None:
    video, film = video_file(seconds=301)
    server.show(video, film)
    answer = await channel.commit(await laid(channel, parcel("Se!", video=video)))
    assert isinstance(answer, Refused)
    assert answer.code is Code.CHANNEL_REFUSED


async def test_a_link_is_a_card_and_beside_pictures_it_stands_in_the_text(
    server: SimulatedThreads, channel: ThreadsChannel
) -> None:
    alone = await out(server, channel, parcel(f"Tvätta händerna {uuid4()}", link=LINK))
    assert alone["value"] == {"link": LINK}
    pictured = parcel(f"Så här gör du {uuid4()}", picture_file(), link=LINK)
    beside = await out(server, channel, pictured)
    assert beside["text"].endswith(f"\n\n{LINK}")
    assert "value" not in beside


async def test_a_carousel_keeps_its_order_and_every_picture_its_words(
    server: SimulatedThreads, channel: ThreadsChannel
) -> None:
    files = picture_file("Ett: väntrummet."), picture_file("Två: filten.", GREEN)
    entry = await out(server, channel, parcel(f"Två bilder {uuid4()}", *files))
    assert [each["alt"] for each in entry["media"]] == ["Ett: väntrummet.", "Två: filten."]


@pytest.mark.parametrize("sign", ["🙂", "❤️", "👩‍⚕️", "å"])
async def test_what_the_planner_lets_through_the_platform_takes(
    channel: ThreadsChannel, sign: str
) -> None:
    limits = (await channel.check()).limits
    assert limits.characters is not None
    each = counted(sign, None, limits)
    most = limits.characters // each
    await laid(channel, parcel(sign * most))
    answer = await channel.prepare(parcel(sign * (most + 1)))
    assert isinstance(answer, Refused)
    assert answer.code is Code.CHANNEL_REFUSED
    assert "500 characters" in str(answer.parameters["why"])


async def test_more_links_than_it_takes_are_refused_before_anything_is_public(
    channel: ThreadsChannel,
) -> None:
    links = " ".join(f"https://example.org/{number}" for number in range(5))
    await laid(channel, parcel(f"{links} {links}"))
    answer = await channel.prepare(parcel(links, link=LINK))
    assert isinstance(answer, Refused)
    assert "5 links" in str(answer.parameters["why"])


async def test_each_post_is_one_of_those_that_a_day_takes(
    server: SimulatedThreads, channel: ThreadsChannel
) -> None:
    before = (await channel.check()).quota
    await out(server, channel, parcel(f"Ett av dagens {uuid4()}"))
    after = (await channel.check()).quota
    assert before
    assert after == before.model_copy(update={"left": before.left - 1})


async def test_the_profile_is_found_under_its_name(channel: ThreadsChannel) -> None:
    await channel.check()
    assert channel.url == "https://www.threads.com/@regionen.threads"
