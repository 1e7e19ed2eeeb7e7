"""The parts that only a Facebook Page has: what lies ready, its pictures, and its link."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codes import Code
from schemas.deliveries import Proof
from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.domain.answers import (
    Absent,
    NotNow,
    Published,
    Refused,
    Unclear,
)
from services.publisher.ports import Parcel
from tests.channels.builders import content, laid, parcel, picture_file, proof_of, sought
from tests.channels.platforms.facebook import SimulatedFacebook

pytestmark = pytest.mark.web


@pytest.fixture
def server(simulator: str) -> SimulatedFacebook:
    return SimulatedFacebook(simulator)


@pytest.fixture
async def channel(server: SimulatedFacebook) -> AsyncIterator[FacebookChannel]:
    made = server.channel()
    assert isinstance(made, FacebookChannel)
    yield made
    await made.close()


async def out(channel: FacebookChannel, sent: Parcel) -> tuple[Published, Parcel]:
    ready = await laid(channel, sent)
    answer = await channel.commit(ready)
    assert isinstance(answer, Published)
    return answer, ready


async def recorded(server: SimulatedFacebook, text: str) -> dict[str, Any]:
    async with httpx.AsyncClient() as client:
        lines = (await client.get(f"{server.origin}/record")).text.splitlines()
    entries = [json.loads(line) for line in lines]
    [one] = [each for each in entries if each["what"] == "published" and each["text"] == text]
    return dict(one)


async def test_what_lies_ready_nobody_sees(
    server: SimulatedFacebook, channel: FacebookChannel
) -> None:
    ready = await laid(channel, parcel(f"Ligger redo {uuid4()}"))
    assert await channel.find(sought(ready)) == Absent()
    seen = await channel.timeline(datetime.now(UTC) - timedelta(minutes=5))
    assert seen is not None
    assert ready.content.text not in [each.text for each in seen]
    assert ready.content.text not in await server.texts()


async def test_pictures_go_out_in_their_order_with_their_words(
    server: SimulatedFacebook, channel: FacebookChannel
) -> None:
    files = picture_file("Ett: väntrummet."), picture_file("Två: filten.", b"\x20\xc0\x20")
    text = f"Två bilder {uuid4()}"
    await out(channel, parcel(text, *files))
    shown = (await recorded(server, text))["media"]
    assert [each["alt"] for each in shown] == ["Ett: väntrummet.", "Två: filten."]


async def test_a_link_is_a_card_and_beside_pictures_it_stands_in_the_text(
    server: SimulatedFacebook, channel: FacebookChannel
) -> None:
    link, text = "https://www.regionsolviken.example/hander", f"Tvätta händerna {uuid4()}"
    answer, _ = await out(channel, parcel(text, link=link))
    assert (await recorded(server, text))["value"] == {"link": link}
    async with httpx.AsyncClient() as stranger:
        assert link in (await stranger.get(answer.url)).text
    _, ready = await out(channel, parcel(text, picture_file(), link=link))
    assert "value" not in await recorded(server, f"{text}\n\n{link}")
    assert isinstance(await channel.find(replace(sought(ready), handle=None)), Published)


async def test_a_ledger_that_does_not_know_the_post_reads_the_list(
    channel: FacebookChannel,
) -> None:
    answer, ready = await out(channel, parcel(f"Hittas i listan {uuid4()}"))
    unknown = replace(sought(ready), handle=None)
    assert await channel.find(unknown) == answer
    later = replace(unknown, since=datetime.now(UTC) + timedelta(minutes=2))
    assert await channel.find(later) == Absent()
    other = replace(unknown, words="0" * 64)
    assert isinstance(await channel.find(other), Unclear)


async def test_a_post_that_somebody_took_away_is_absent(channel: FacebookChannel) -> None:
    answer, ready = await out(channel, parcel(f"Borta {uuid4()}"))
    await channel.retract(proof_of(answer))
    assert await channel.find(sought(ready)) == Absent()
    gone = await channel.commit(ready)
    assert isinstance(gone, Refused)
    assert "does not exist" in str(gone.parameters["why"])


async def test_the_text_can_be_changed_and_the_pictures_not(channel: FacebookChannel) -> None:
    answer, ready = await out(channel, parcel(f"Fel siffra {uuid4()}", picture_file()))
    text = f"Rätt siffra {uuid4()}"
    changed = replace(ready, content=content(text, pictures=ready.content.pictures))
    assert await channel.correct(changed, proof_of(answer)) == answer
    bare = replace(ready, content=content(text), pictures=())
    assert await channel.correct(bare, proof_of(answer)) == Refused(
        Code.CORRECTION_UNABLE, {"channel": "Kanalen"}
    )


async def test_a_post_that_a_person_found_can_be_changed_in_the_channel_only(
    channel: FacebookChannel,
) -> None:
    found = Proof(
        external_id="", url="https://www.facebook.com/x", revision=1, published_at=datetime.now(UTC)
    )
    for answer, code in [
        (await channel.correct(parcel(), found), Code.CORRECTION_UNABLE),
        (await channel.retract(found), Code.RETRACTION_UNABLE),
    ]:
        assert answer == Refused(code, {"channel": "Kanalen"})


async def test_another_page_is_not_ours_to_write_to(server: SimulatedFacebook) -> None:
    base = f"{server.origin}/graph/v26.0"
    stranger = FacebookChannel("f", "F", "4711", server.token, timedelta(seconds=5), base_url=base)
    answer = await stranger.prepare(parcel())
    assert isinstance(answer, NotNow)
    assert answer.code is Code.PERMISSION_MISSING
    assert (await stranger.check()).code is Code.CHANNEL_REFUSED
    await stranger.close()


async def test_a_lost_answer_to_what_nobody_sees_is_harmless(
    server: SimulatedFacebook, channel: FacebookChannel
) -> None:
    await server.strikes(f"/graph/v26.0/{server.page}/feed", {"kind": "reset-after"})
    answer = await channel.prepare(parcel())
    assert answer == NotNow(Code.CHANNEL_UNREACHABLE, {"channel": "Kanalen"})


async def test_a_picture_that_is_too_large_is_refused_in_the_platforms_words(
    channel: FacebookChannel,
) -> None:
    file = picture_file()
    padded = replace(file, content=file.content + b"\0" * 4_300_000)
    answer = await channel.prepare(parcel("Stor bild", padded))
    assert answer == Refused(
        Code.CHANNEL_REFUSED, {"channel": "Kanalen", "why": "The photo is too big"}
    )
