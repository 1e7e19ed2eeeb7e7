"""The parts that only X has: signed requests, shortened addresses, duplicates, and money."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codes import Code
from schemas.envelope import now
from services.publisher.channels.x.channel import XChannel
from services.publisher.channels.x.signing import Keys
from services.publisher.domain.answers import Absent, Answer, NotNow, Published, Refused, Unclear
from tests.channels import fault_server
from tests.channels.builders import parcel, picture_file, proof_of, sought
from tests.channels.fault_server import Asked, FaultServer
from tests.channels.platforms.x import SimulatedX
from tests.harness.ports import free_port

pytestmark = pytest.mark.web

LINK = "https://www.regionsolviken.example/hander?a=1&b=2"


@pytest.fixture
def server(simulator: str) -> SimulatedX:
    return SimulatedX(simulator)


@pytest.fixture
async def channel(server: SimulatedX) -> AsyncIterator[XChannel]:
    made = server.channel()
    assert isinstance(made, XChannel)
    yield made
    await made.close()


async def recorded(server: SimulatedX, text: str) -> list[dict[str, Any]]:
    async with httpx.AsyncClient() as client:
        lines = (await client.get(f"{server.origin}/record")).text.splitlines()
    entries = [json.loads(line) for line in lines]
    return [each for each in entries if each["what"] == "published" and each["text"] == text]


def test_a_request_is_signed_as_the_documentation_shows_it() -> None:
    keys = Keys(
        app="xvz1evFS4wEEPTGEFPHBog",
        app_secret="kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        account="370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        account_secret="LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )
    asked = {
        "status": "Hello Ladies + Gentlemen, a signed OAuth request!",
        "include_entities": "true",
    }
    header = keys.authorization(
        "POST",
        "https://api.x.com/1.1/statuses/update.json",
        asked,
        nonce="kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        moment=1318622958,
    )
    assert 'oauth_signature="Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D"' in header


def test_four_keys_are_read_and_no_secret_is_shown() -> None:
    keys = Keys.read("app:app-secret:account:account-secret")
    assert keys == Keys("app", "app-secret", "account", "account-secret")
    assert "secret" not in repr(keys).replace("_secret", "")
    for other in ("", "a:b:c", "a:b:c:", "a:b:c:d:e"):
        assert Keys.read(other) is None


@pytest.mark.parametrize(
    "text",
    [
        f"Kort & <gott> {LINK} se även 1177.se/hander.",
        "1177.se är öppet hela natten, ring eller skriv",
        f"Bara länken: {LINK}",
        "A &amp; B är inte samma sak som A & B",
    ],
)
async def test_a_post_is_found_though_its_addresses_are_shortened(
    channel: XChannel, text: str
) -> None:
    for sent in (parcel(f"{text} {uuid4()}"), parcel(f"{uuid4()} {text}", picture_file())):
        answer = await channel.commit(sent)
        assert isinstance(answer, Published)
        assert await channel.find(sought(sent)) == answer


async def test_the_same_words_again_may_be_ours_and_are_no_refusal(
    server: SimulatedX, channel: XChannel
) -> None:
    sent = parcel(f"Samma ord {uuid4()}")
    assert isinstance(await channel.commit(sent), Published)
    told = {"channel": "Kanalen", "status": "a duplicate"}
    assert await channel.commit(sent) == Unclear(Code.ANSWER_UNCLEAR, {**told})
    assert len(await recorded(server, sent.content.text)) == 1


async def test_pictures_go_out_in_their_order_with_their_words(
    server: SimulatedX, channel: XChannel
) -> None:
    files = picture_file("Ett: väntrummet."), picture_file("Två: filten.", b"\x20\xc0\x20")
    text = f"Två bilder {uuid4()}"
    assert isinstance(await channel.commit(parcel(text, *files)), Published)
    [shown] = await recorded(server, text)
    assert [each["alt"] for each in shown["media"]] == ["Ett: väntrummet.", "Två: filten."]


async def test_no_picture_goes_out_without_its_words(server: SimulatedX, channel: XChannel) -> None:
    await server.strikes("/x/2/media/metadata", {"kind": "status", "status": 503})
    text = f"Utan ord {uuid4()}"
    answer = await channel.commit(parcel(text, picture_file()))
    assert answer == NotNow(Code.CHANNEL_BUSY, {"channel": "Kanalen", "status": 503})
    assert await recorded(server, text) == []


async def test_keys_of_another_account_are_told(server: SimulatedX) -> None:
    channel = server.channel(token="kris-token")
    readiness = await channel.check()
    assert readiness.code is Code.PERMISSION_MISSING
    assert "@kris_x" in str((readiness.parameters or {})["why"])
    assert isinstance(await channel.find(sought(parcel())), Unclear)
    assert await channel.timeline(now() - timedelta(hours=1)) is None
    await channel.close()


async def test_a_post_that_a_person_found_is_taken_away_by_its_address(channel: XChannel) -> None:
    sent = parcel(f"Funnen {uuid4()}")
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    by_address = Published("", answer.url)
    assert await channel.retract(proof_of(by_address)) == by_address
    assert await channel.find(sought(sent)) == Absent()
    nowhere = proof_of(Published("", "https://x.com/regionen"))
    assert await channel.retract(nowhere) == Refused(Code.RETRACTION_UNABLE, {"channel": "Kanalen"})


@dataclass
class Scripted(FaultServer):
    """Lists many posts, and answers what writes in one way."""

    said: tuple[dict[str, Any], int] = field(default_factory=lambda: ({}, 500))
    beside: dict[str, Any] = field(default_factory=dict)

    def _answer(self, asked: Asked) -> fault_server.Answer:
        if asked.method != "GET":
            return _json(*self.said)
        if asked.path == "/2/users/me":
            return _json({"data": {"id": "7", "username": "regionen"}})
        start = int(asked.query.get("pagination_token", "0"))
        posts = [
            {
                "id": str(1000 - number),
                "text": f"Nummer {number:04} i en lång rad av inlägg",
                "created_at": datetime.now(UTC).isoformat(),
            }
            for number in range(start, min(start + 100, 150))
        ]
        more = {"next_token": "100"} if start == 0 else {}
        meta = {"result_count": len(posts), **more}
        return _json({"data": posts, "meta": meta, **self.beside})


def _json(said: object, status: int = 200) -> fault_server.Answer:
    return fault_server.Answer(status, json.dumps(said).encode())


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    server = Scripted(free_port())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def asking(scripted: Scripted) -> AsyncIterator[XChannel]:
    span = timedelta(seconds=5)
    made = XChannel("x", "X", "Regionen", Keys(*"abcd"), span, base_url=scripted.url)
    yield made
    await made.close()


async def test_a_long_list_is_read_to_its_end(asking: XChannel) -> None:
    last = parcel("Nummer 0149 i en lång rad av inlägg")
    assert isinstance(await asking.find(sought(last)), Published)
    assert await asking.find(sought(parcel("Aldrig skickat till någon"))) == Absent()


@pytest.mark.parametrize("beside", [{"errors": [{"title": "x"}]}, {"meta": {"result_count": 5}}])
async def test_a_list_that_is_not_whole_proves_no_absence(
    scripted: Scripted, asking: XChannel, beside: dict[str, Any]
) -> None:
    scripted.beside = beside
    found = await asking.find(sought(parcel("Aldrig skickat till någon")))
    assert isinstance(found, Unclear)


def problem(kind: str, detail: str = "Så är det") -> dict[str, Any]:
    return {"title": "x", "detail": detail, "type": f"https://api.x.com/2/problems/{kind}"}


BLANK = {"title": "Forbidden", "detail": "You are not permitted", "type": "about:blank"}
WHY = {"channel": "X", "why": "Så är det"}


@pytest.mark.parametrize(
    ("status", "body", "answer"),
    [
        (401, problem("x"), NotNow(Code.CREDENTIALS_REFUSED, {"channel": "X"})),
        (
            403,
            problem("unsupported-authentication"),
            NotNow(Code.CREDENTIALS_REFUSED, {"channel": "X"}),
        ),
        (403, problem("client-forbidden"), NotNow(Code.PERMISSION_MISSING, {**WHY})),
        (403, problem("oauth1-permissions"), NotNow(Code.PERMISSION_MISSING, {**WHY})),
        (402, problem("credits"), NotNow(Code.ACCOUNT_RESTRICTED, {**WHY})),
        (429, problem("usage-capped"), NotNow(Code.ACCOUNT_RESTRICTED, {**WHY})),
        (429, problem("rate-limit-exceeded"), NotNow(Code.CHANNEL_THROTTLED, {"channel": "X"})),
        (400, problem("invalid-request"), Refused(Code.CHANNEL_REFUSED, {**WHY})),
        (400, problem("brand-new"), Unclear(Code.ANSWER_UNCLEAR, {"channel": "X", "status": 400})),
        # What is not known as anything else may be a duplicate of ours, whatever it is called.
        (403, BLANK, Unclear(Code.ANSWER_UNCLEAR, {"channel": "X", "status": 403})),
        (409, BLANK, Unclear(Code.ANSWER_UNCLEAR, {"channel": "X", "status": 409})),
        (200, {"data": {"id": "1"}}, Unclear(Code.ANSWER_UNCLEAR, {"channel": "X", "status": 200})),
    ],
)
async def test_an_error_means_what_is_known_of_it(
    scripted: Scripted, asking: XChannel, status: int, body: dict[str, Any], answer: Answer
) -> None:
    scripted.said = {**body, "status": status}, status
    assert await asking.commit(parcel()) == answer
