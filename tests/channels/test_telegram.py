"""The parts that only Telegram has: no list to look into, no field for alt text, albums."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.envelope import now
from services.publisher.channels.telegram import TelegramChannel
from services.publisher.domain.answers import Answer, NotNow, Published, Refused, Unclear
from services.publisher.domain.rules import Repeat
from tests.channels.builders import content, parcel, picture_file, proof_of, sought
from tests.channels.fault_server import Answer as Said
from tests.channels.fault_server import Asked, FaultServer
from tests.channels.platforms.telegram import SimulatedTelegram
from tests.harness.ports import free_port

pytestmark = pytest.mark.web

ONE, TWO = picture_file("Väntrummet"), picture_file("Filten", b"\x20\xc0\x20")


@pytest.fixture
def server(simulator: str) -> SimulatedTelegram:
    return SimulatedTelegram(simulator)


@pytest.fixture
async def channel(server: SimulatedTelegram) -> AsyncIterator[TelegramChannel]:
    made = server.channel()
    assert isinstance(made, TelegramChannel)
    yield made
    await made.close()


async def record(server: SimulatedTelegram, what: str) -> list[dict[str, Any]]:
    async with httpx.AsyncClient() as client:
        lines = (await client.get(f"{server.origin}/record")).text.splitlines()
    entries = [json.loads(line) for line in lines]
    return [entry for entry in entries if entry["what"] == what]


async def test_what_pictures_show_stands_in_the_text(
    server: SimulatedTelegram, channel: TelegramChannel
) -> None:
    text = f"Natt {uuid4()}"
    for files, described in [
        ([ONE], "Bild: Väntrummet"),
        ([ONE, TWO], "Bild 1: Väntrummet\n\nBild 2: Filten"),
    ]:
        answer = await channel.commit(parcel(text, *files))
        assert isinstance(answer, Published)
        shown = (await record(server, "published"))[-1]
        assert shown["text"] == f"{text}\n\n{described}"
        assert [each["digest"] for each in shown["media"]] == [
            file.picture.digest for file in files
        ]
        numbers = answer.external_id.split(",")
        assert len(numbers) == len(files)
        assert answer.url.endswith(f"/{numbers[0]}")
        async with httpx.AsyncClient() as stranger:
            assert text in (await stranger.get(answer.url)).text


async def test_an_english_text_is_described_in_english(
    server: SimulatedTelegram, channel: TelegramChannel
) -> None:
    await channel.commit(parcel(f"Night {uuid4()}", ONE, language="en"))
    assert (await record(server, "published"))[-1]["text"].endswith("\n\nImage: Väntrummet")


async def test_an_album_is_taken_away_whole(
    server: SimulatedTelegram, channel: TelegramChannel
) -> None:
    text = f"Album {uuid4()}"
    answer = await channel.commit(parcel(text, ONE, TWO))
    assert isinstance(answer, Published)
    assert await channel.retract(proof_of(answer)) == answer
    [gone] = [each for each in await record(server, "deleted") if each["text"].startswith(text)]
    assert gone["status"] == 200
    assert await channel.retract(proof_of(answer)) == answer


async def test_words_are_changed_and_the_same_words_again_are_no_trouble(
    server: SimulatedTelegram, channel: TelegramChannel
) -> None:
    for files in ([], [ONE], [ONE, TWO]):
        sent = parcel(f"Fel {uuid4()}", *files)
        answer = await channel.commit(sent)
        assert isinstance(answer, Published)
        said = content(f"Rätt {uuid4()}", pictures=sent.content.pictures)
        changed = replace(sent, content=said)
        for _ in range(2):
            assert await channel.correct(changed, proof_of(answer)) == answer
        shown = [each for each in await record(server, "edited") if said.text in each["text"]]
        assert len(shown) == 1


async def test_another_number_of_pictures_cannot_be_made_of_it(channel: TelegramChannel) -> None:
    unable = Refused(Code.CORRECTION_UNABLE, {"channel": "Kanalen"})
    album = await channel.commit(parcel(f"Två {uuid4()}", ONE, TWO))
    assert isinstance(album, Published)
    assert await channel.correct(parcel("En", ONE), proof_of(album)) == unable
    bare = await channel.commit(parcel(f"Ingen {uuid4()}"))
    assert isinstance(bare, Published)
    refused = await channel.correct(parcel("En", ONE), proof_of(bare))
    assert isinstance(refused, Refused)
    assert refused.code is Code.CHANNEL_REFUSED


async def test_a_message_that_a_person_found_is_changed_by_people(channel: TelegramChannel) -> None:
    found = Proof(external_id="", url="https://t.me/regionen/4", revision=1, published_at=now())
    for answer, code in [
        (await channel.correct(parcel(), found), Code.CORRECTION_UNABLE),
        (await channel.retract(found), Code.RETRACTION_UNABLE),
    ]:
        assert answer == Refused(code, {"channel": "Kanalen"})


async def test_nobody_but_a_person_can_find_out(channel: TelegramChannel) -> None:
    assert channel.repeat_safety.by is Repeat.NONE
    assert not channel.repeat_safety.finds
    sent = parcel(f"Vart tog det vägen? {uuid4()}")
    await channel.commit(sent)
    assert isinstance(await channel.find(sought(sent)), Unclear)
    assert await channel.timeline(now() - timedelta(hours=1)) is None


async def test_a_text_that_is_too_long_beneath_a_picture_is_refused(
    channel: TelegramChannel,
) -> None:
    answer = await channel.commit(parcel("x" * 1020, ONE))
    why = "Bad Request: message caption is too long"
    assert answer == Refused(Code.CHANNEL_REFUSED, {"channel": "Kanalen", "why": why})


class Saying(FaultServer):
    """Answers everything in one way."""

    said: tuple[int, str] = (0, "")

    def _answer(self, asked: Asked) -> Said:
        status, words = self.said
        body = {"ok": False, "error_code": status, "description": words}
        return Said(status, json.dumps(body).encode())


@pytest.fixture
async def saying() -> AsyncIterator[Saying]:
    server = Saying(free_port())
    await server.start()
    yield server
    await server.stop()


def permission(words: str) -> NotNow:
    return NotNow(Code.PERMISSION_MISSING, {"channel": "T", "why": words})


@pytest.mark.parametrize(
    ("status", "words", "answer"),
    [
        (401, "Unauthorized", NotNow(Code.CREDENTIALS_REFUSED, {"channel": "T"})),
        (404, "Not Found", NotNow(Code.CREDENTIALS_REFUSED, {"channel": "T"})),
        (400, "Bad Request: chat not found", permission("Bad Request: chat not found")),
        (400, "Bad Request: not enough rights", permission("Bad Request: not enough rights")),
        (403, "Forbidden: bot was kicked", permission("Forbidden: bot was kicked")),
        (429, "Too Many Requests", NotNow(Code.CHANNEL_THROTTLED, {"channel": "T"})),
        (
            400,
            "Bad Request: so it is",
            Refused(Code.CHANNEL_REFUSED, {"channel": "T", "why": "Bad Request: so it is"}),
        ),
        (409, "Conflict", Unclear(Code.ANSWER_UNCLEAR, {"channel": "T", "status": 409})),
        (502, "Bad Gateway", Unclear(Code.ANSWER_UNCLEAR, {"channel": "T", "status": 502})),
    ],
)
async def test_an_error_means_what_is_known_of_it(
    saying: Saying, status: int, words: str, answer: Answer
) -> None:
    saying.said = (status, words)
    channel = TelegramChannel("t", "T", "@kanal", "1:a", timedelta(seconds=5), base_url=saying.url)
    assert await channel.commit(parcel()) == answer
    if isinstance(answer, NotNow | Refused):
        assert (await channel.check()).code is answer.code
    await channel.close()
