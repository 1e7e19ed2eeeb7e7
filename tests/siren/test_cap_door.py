"""CAP by HTTP: only who has the token, no more than can be held, and an answer that helps."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from services.kit.settings import ServiceSettings
from services.publisher.siren.incoming.door import PATH, TOKEN, CapDoor
from services.publisher.siren.incoming.model import MOST_BYTES
from tests.harness.waiting import eventually
from tests.siren.incoming import Kept, file_of, intake, read

WORD = "ett-ord-som-ingen-gissar"
OURS = {"Authorization": f"Bearer {WORD}"}
Send = Callable[..., Coroutine[Any, Any, httpx.Response]]


def put(path: Path, word: str, mode: int = 0o600) -> Path:
    path.write_text(word, encoding="utf-8")
    path.chmod(mode)
    return path


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def token(tmp_path: Path) -> Path:
    return put(tmp_path / TOKEN, f"{WORD}\n")


@pytest.fixture
def door(tmp_path: Path, kept: Kept) -> CapDoor:
    return CapDoor(intake(kept), read, ServiceSettings(secrets=tmp_path, port=1))


@pytest.fixture
async def send(door: CapDoor) -> AsyncIterator[Send]:
    transport = httpx.ASGITransport(Starlette(routes=door.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://siren") as client:

        async def send(content: Any = None, **headers: str) -> httpx.Response:
            body = file_of() if content is None else content
            return await client.post(PATH, content=body, headers={**OURS, **headers})

        yield send


async def test_who_has_the_token_has_an_alert_proposed_once(
    send: Send, token: Path, kept: Kept
) -> None:
    first, again = await send(), await send()
    assert (first.status_code, again.status_code) == (201, 200)
    [proposal] = kept.open
    assert first.json() == {"outcome": "proposed", "proposal": str(proposal.proposal)}
    assert again.json() == {"outcome": "known", "proposal": str(proposal.proposal)}
    assert proposal.source == "http"


async def test_without_its_file_the_door_is_shut_and_that_is_no_problem(
    send: Send, door: CapDoor, kept: Kept
) -> None:
    answer = await send()
    assert (answer.status_code, answer.json()["code"]) == (403, "door_shut")
    assert (door.problems(), kept.facts) == ([], [])


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer fel-ord", f"Basic {WORD}", f"Bearer {WORD}x", "Bearer å"]
)
async def test_who_has_it_not_is_told_nothing_more(
    send: Send, token: Path, kept: Kept, given: str
) -> None:
    answer = await send(Authorization=given.encode())
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert kept.facts == []


@pytest.mark.parametrize(("word", "mode"), [("kort", 0o600), (WORD, 0o644), ("", 0o600)])
async def test_a_token_that_is_no_secret_opens_nothing(
    send: Send, token: Path, door: CapDoor, word: str, mode: int
) -> None:
    put(token, word, mode)
    assert (await send(Authorization=f"Bearer {word}")).status_code == 403
    assert len(door.problems()) == 1


async def test_a_new_token_counts_at_once(send: Send, token: Path) -> None:
    put(token, "ett-nytt-ord-som-ingen-gissar")
    assert (await send()).status_code == 401
    answer = await send(Authorization="Bearer ett-nytt-ord-som-ingen-gissar")
    assert answer.status_code == 201


async def test_what_cannot_be_read_is_refused_in_the_senders_language(
    send: Send, token: Path, kept: Kept
) -> None:
    answer = await send(b"<alert", **{"Accept-Language": "en"})
    said = answer.json()
    assert (answer.status_code, said["code"]) == (422, "body_unreadable")
    assert said["title"] == "The request could not be read: body – not JSON."
    assert kept.facts == []


async def test_a_body_is_read_no_further_than_a_message_may_reach(send: Send, token: Path) -> None:
    given = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        while given < 10 * MOST_BYTES:
            given += 65_536
            yield b" " * 65_536

    answer = await send(endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert given <= MOST_BYTES + 2 * 65_536


async def test_a_flood_is_told_when_to_come_again(send: Send, token: Path) -> None:
    answers = [await send() for _ in range(40)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert answers[0].status_code == 201


async def test_senders_who_never_end_keep_others_out_for_a_moment_only(
    send: Send, token: Path, door: CapDoor
) -> None:
    ended = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b" "
        await ended.wait()

    hanging = [asyncio.create_task(send(slow())) for _ in range(4)]
    await eventually(lambda: door._inside == 4)
    assert (await send()).status_code == 429
    ended.set()
    assert [answer.status_code for answer in await asyncio.gather(*hanging)] == [422] * 4
    assert (await send()).status_code == 201


async def test_what_was_not_written_down_is_not_accepted(
    send: Send, token: Path, kept: Kept
) -> None:
    kept.full = True
    answer = await send()
    assert (answer.status_code, answer.json()["code"]) == (503, "not_written_down")
    assert answer.headers["Retry-After"] == "5"
    kept.full = False
    assert (await send()).status_code == 201
