"""The parts of the protocol that only Matrix has: rooms, devices, corrections beside the post."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codes import Code
from schemas.deliveries import Proof
from services.publisher.domain.answers import Absent, NotNow, Published, Refused, Unclear
from services.publisher.ports import Channel, Parcel
from tests.channels.builders import AT, content, parcel, picture_file, proof_of, sought
from tests.channels.platforms.matrix import (
    MatrixPlatform,
    MatrixServer,
    SimulatedMatrix,
    signed_in,
)
from tests.harness.waiting import eventually
from tests.simulator.running import running_simulator

pytestmark = pytest.mark.web

BOTH = [
    pytest.param("matrix_simulator", id="simulator"),
    pytest.param("matrix_server", id="server", marks=pytest.mark.real),
]


@pytest.fixture(params=BOTH)
def server(request: pytest.FixtureRequest) -> MatrixPlatform:
    platform: MatrixPlatform = request.getfixturevalue(request.param)
    return platform


@pytest.fixture
async def channel(server: MatrixPlatform) -> AsyncIterator[Channel]:
    made = server.channel()
    yield made
    await made.close()


async def publish(channel: Channel, sent: Parcel) -> Published:
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    return answer


def changed(sent: Parcel, text: str, **more: Any) -> Parcel:
    return replace(sent, key=str(uuid4()), revision=2, content=content(text), **more)


async def contents(server: MatrixPlatform, words: str) -> list[dict[str, Any]]:
    """What the room's events say that have these words in them."""
    said = [event["content"] for event in await server.events()]
    return [each for each in said if words in json.dumps(each, ensure_ascii=False)]


async def test_words_and_links_are_shown_and_nobody_is_rung_up(
    server: MatrixPlatform, channel: Channel
) -> None:
    sent = parcel("Fråga <b>1177</b> & @alla", link="https://a.example/b?c=1&d=2")
    await publish(channel, sent)
    [said] = await contents(server, sent.key)
    assert said["body"] == "Fråga <b>1177</b> & @alla\n\nhttps://a.example/b?c=1&d=2"
    address = "https://a.example/b?c=1&amp;d=2"
    assert said["formatted_body"] == (
        "<p>Fråga &lt;b&gt;1177&lt;/b&gt; &amp; @alla</p>\n"
        f'<p><a href="{address}">{address}</a></p>'
    )
    assert said["m.mentions"] == {}


async def test_a_picture_is_one_event_with_the_words_and_its_alt_text(
    server: MatrixPlatform, channel: Channel
) -> None:
    sent = parcel("Ny mottagning", picture_file("En röd dörr."))
    await publish(channel, sent)
    [said] = await contents(server, sent.key)
    assert said["msgtype"] == "m.image"
    assert said["body"] == "Ny mottagning\n\n[En röd dörr.]"
    assert said["filename"].endswith(".png")
    assert said["url"].startswith("mxc://")
    assert (said["info"]["w"], said["info"]["h"]) == (40, 30)


async def test_a_correction_stands_in_the_place_of_the_post(
    server: MatrixPlatform, channel: Channel
) -> None:
    sent = parcel("Öppet till 20")
    answer = await publish(channel, sent)
    correction = changed(sent, f"Öppet till 21 {uuid4().hex}")
    assert await channel.correct(correction, proof_of(answer)) == answer
    assert await channel.correct(correction, proof_of(answer)) == answer
    [said] = await contents(server, correction.content.text)
    assert said["m.relates_to"] == {"rel_type": "m.replace", "event_id": answer.external_id}
    assert said["m.new_content"]["body"] == correction.content.text
    assert said["body"] == f"* {correction.content.text}"


async def test_what_is_taken_away_leaves_no_correction_behind(
    server: MatrixPlatform, channel: Channel
) -> None:
    sent = parcel(f"Fel nummer {uuid4().hex}")
    answer = await publish(channel, sent)
    for text in ("Rätt nummer", "Rätt nummer, nu"):
        correction = changed(sent, f"{text} {sent.content.text}")
        assert await channel.correct(correction, proof_of(answer)) == answer
    assert await channel.retract(proof_of(answer)) == answer
    assert await contents(server, sent.content.text) == []


async def test_text_does_not_become_a_picture_and_what_is_gone_stays_gone(
    channel: Channel,
) -> None:
    sent = parcel("Bara ord")
    answer = await publish(channel, sent)
    unable = Refused(Code.CORRECTION_UNABLE, {"channel": "Kanalen"})
    pictured = changed(sent, "Med bild", pictures=[picture_file()])
    assert await channel.correct(pictured, proof_of(answer)) == unable
    await channel.retract(proof_of(answer))
    assert await channel.correct(changed(sent, "Åter"), proof_of(answer)) == unable


async def test_what_a_person_found_is_known_by_its_address(
    server: MatrixPlatform, channel: Channel
) -> None:
    sent = parcel(f"Funnet {uuid4().hex}")
    answer = await publish(channel, sent)
    found = Proof(external_id="", url=f"{answer.url}?via=lab.test", revision=1, published_at=AT)
    assert await channel.retract(found) == Published("", found.url)
    assert await contents(server, sent.content.text) == []
    elsewhere = found.model_copy(update={"url": f"{channel.url}/"})
    assert isinstance(await channel.retract(elsewhere), Refused)


async def test_a_post_under_many_others_is_found(channel: Channel) -> None:
    first = parcel("Den första")
    answer = await publish(channel, first)
    for number in range(35):
        await publish(channel, parcel(f"Nummer {number}"))
    assert await channel.find(sought(first)) == answer


async def test_the_longest_post_can_be_published_and_corrected(channel: Channel) -> None:
    sent = parcel("🏥" * 4000, picture_file("🚑" * 1000))
    answer = await publish(channel, sent)
    pictured = changed(sent, "💉" * 4000, pictures=sent.pictures)
    assert await channel.correct(pictured, proof_of(answer)) == answer


async def test_a_room_that_we_are_not_in_is_told_before_and_when_publishing(
    server: MatrixPlatform,
) -> None:
    elsewhere = server.channel_in("!annan:simulator.test")
    assert (await elsewhere.check()).code is Code.PERMISSION_MISSING
    answer = await elsewhere.commit(parcel())
    assert isinstance(answer, NotNow)
    assert answer.code is Code.PERMISSION_MISSING
    assert "not in room" in str(answer.parameters["why"])
    await elsewhere.close()


async def test_a_room_to_listen_in_is_told(matrix_simulator: MatrixPlatform) -> None:
    muted = matrix_simulator.channel_in("!muted-regionen:simulator.test")
    readiness = await muted.check()
    assert readiness.code is Code.PERMISSION_MISSING
    assert readiness.parameters == {"channel": "Kanalen", "why": "m.room.power_levels 0 < 50"}
    assert isinstance(await muted.commit(parcel()), NotNow)
    await muted.close()


@pytest.mark.real
async def test_a_real_room_to_listen_in_is_told(matrix_server: MatrixServer) -> None:
    levels = {"events_default": 50}
    room = matrix_server.home.new_room(room_version="10", power_level_content_override=levels)
    base = f"http://127.0.0.1:{matrix_server.home.port}"
    guest = replace(matrix_server.home, token=signed_in(base, "gast"))
    with guest.client() as client:
        client.post(f"/_matrix/client/v3/join/{room}", json={}).raise_for_status()
    muted = matrix_server.channel_in(room, guest.token)
    readiness = await muted.check()
    assert readiness.parameters == {"channel": "Kanalen", "why": "m.room.power_levels 0 < 50"}
    answer = await muted.commit(parcel())
    assert isinstance(answer, NotNow)
    assert "user_level (0) < send_level (50)" in str(answer.parameters["why"])
    await muted.close()


async def test_an_encrypted_room_is_not_ready(matrix_simulator: MatrixPlatform) -> None:
    sealed = matrix_simulator.channel_in("!sealed-regionen:simulator.test")
    assert (await sealed.check()).parameters == {"channel": "Kanalen", "why": "m.room.encryption"}
    await sealed.close()


@pytest.mark.real
async def test_a_real_encrypted_room_is_not_ready(matrix_server: MatrixServer) -> None:
    said = {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    sealed = matrix_server.channel_in(matrix_server.home.new_room(initial_state=[said]))
    assert (await sealed.check()).parameters == {"channel": "Kanalen", "why": "m.room.encryption"}
    await sealed.close()


@pytest.mark.real
async def test_a_real_post_is_found_from_another_device(matrix_server: MatrixServer) -> None:
    await _found_from_another_device(
        matrix_server, signed_in(f"http://127.0.0.1:{matrix_server.home.port}", "press", "ANNAN")
    )


async def test_a_post_is_found_from_another_device(tmp_path: Path) -> None:
    tokens = json.dumps({"regionen-token": "regionen", "new-token": "regionen"})
    with running_simulator(tmp_path, tokens=tokens) as running:
        await _found_from_another_device(SimulatedMatrix(running.url), "new-token")


async def _found_from_another_device(server: MatrixPlatform, token: str) -> None:
    """A new device is not known by its calls, so only what stands in the room can tell."""
    channel, other = server.channel(), server.channel(token)
    sent = parcel(f"Före bytet {uuid4().hex}")
    answer = await publish(channel, sent)
    assert await other.find(sought(sent)) == answer
    again = await publish(other, sent)
    assert again != answer
    assert len(await contents(server, sent.content.text)) == 2
    for each in (channel, other):
        await each.close()


async def test_a_correction_whose_answer_was_lost_is_made_once(
    matrix_simulator: SimulatedMatrix,
) -> None:
    channel = matrix_simulator.channel()
    sent = parcel("Kl. 20")
    answer = await publish(channel, sent)
    correction = changed(sent, f"Kl. 21 {uuid4().hex}")
    await matrix_simulator.strikes(matrix_simulator.path, {"kind": "reset-after"}, "PUT")
    assert isinstance(await channel.correct(correction, proof_of(answer)), Unclear)
    assert await channel.correct(correction, proof_of(answer)) == answer
    assert len(await contents(matrix_simulator, correction.content.text)) == 1
    await channel.close()


async def test_a_call_that_arrives_late_is_the_one_that_was_made_again(
    matrix_simulator: SimulatedMatrix,
) -> None:
    channel = matrix_simulator.channel()
    sent = parcel(f"Sent på väg {uuid4().hex}")
    late = {"kind": "late", "seconds": 1.5}
    await matrix_simulator.strikes(matrix_simulator.path, late, "PUT")
    assert isinstance(await channel.commit(sent), Unclear)
    assert await channel.find(sought(sent)) == Absent()
    answer = await publish(channel, sent)

    async def arrived() -> bool:
        async with httpx.AsyncClient() as client:
            record = (await client.get(f"{matrix_simulator.origin}/record")).text
        entries = [json.loads(line) for line in record.splitlines()]
        return ("replayed", sent.key) in {(each["what"], each.get("key")) for each in entries}

    await eventually(arrived, within=10)
    assert len(await contents(matrix_simulator, sent.content.text)) == 1
    assert await channel.find(sought(sent)) == answer
    await channel.close()


async def test_a_server_error_before_the_event_is_harmless(
    matrix_simulator: SimulatedMatrix,
) -> None:
    channel = matrix_simulator.channel()
    await matrix_simulator.strikes("/matrix/_matrix/media", {"kind": "reset-after"})
    answer = await channel.commit(parcel("Med bild", picture_file()))
    assert answer == NotNow(Code.CHANNEL_UNREACHABLE, {"channel": "Kanalen"})
    await channel.close()


@pytest.mark.parametrize("status", [400, 403, 404, 409, 502])
async def test_a_refusal_without_a_known_code_is_unclear(
    matrix_simulator: SimulatedMatrix, status: int
) -> None:
    channel = matrix_simulator.channel()
    effect = {"kind": "status", "status": status}
    await matrix_simulator.strikes(matrix_simulator.path, effect, "PUT")
    answer = await channel.commit(parcel())
    expected = NotNow if status == 403 else Unclear
    assert isinstance(answer, expected)
    await channel.close()
