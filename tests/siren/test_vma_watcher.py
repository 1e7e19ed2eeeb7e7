"""Sveriges Radio is asked no more than it wants, and whatever it answers the lane stays up."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.publisher.siren.incoming.model import MOST_BYTES
from services.publisher.siren.incoming.watcher import VmaWatcher
from tests.harness.ports import free_port
from tests.harness.web import served
from tests.simulator.running import Running, running_simulator
from tests.siren.incoming import NIGHT, Kept, intake
from tests.siren.test_vma import RECORD, listing

pytestmark = pytest.mark.web

MINUTE = timedelta(seconds=60)
CANCEL = {
    **RECORD,
    "identifier": "SRCAP-2",
    "msgType": "Cancel",
    "sent": "2025-10-31T09:00:00+01:00",
    "references": f"https://vmaapi.sr.se,{RECORD['identifier']},2025-10-31T06:26:18+01:00",
    "info": None,
}


@dataclass
class Radio:
    """A server that answers as it is told, and remembers what it was asked."""

    answers: list[Response] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        self.asked.append(request.headers.get("if-none-match"))
        return self.answers.pop(0)

    def says(self, body: bytes, status: int = 200, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append(Response(body, status, named))


@dataclass
class Clock:
    at: datetime = NIGHT

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def radio() -> Radio:
    return Radio()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@asynccontextmanager
async def watching(kept: Kept, clock: Clock, url: str) -> AsyncIterator[VmaWatcher]:
    watcher = VmaWatcher(intake(kept), clock, url)
    try:
        yield watcher
    finally:
        await watcher.close()


@pytest.fixture
async def watcher(radio: Radio, kept: Kept, clock: Clock) -> AsyncIterator[VmaWatcher]:
    port = free_port()
    app = Starlette(routes=[Route("/api/v3/alerts", radio.answer)])
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(served(app, port))
        yield await stack.enter_async_context(watching(kept, clock, f"http://127.0.0.1:{port}/"))


async def test_an_alert_is_proposed_once_and_asked_for_by_what_is_known(
    radio: Radio, watcher: VmaWatcher, kept: Kept
) -> None:
    radio.says(listing(RECORD), etag='"1"', cache_control="public, max-age=10")
    radio.says(b"", 304, etag='"1"')
    radio.says(listing(RECORD, RECORD), etag='"2"')
    assert [await watcher.look() for _ in range(3)] == [MINUTE] * 3
    assert radio.asked == [None, '"1"', '"1"']
    assert [proposal.identifier for proposal in kept.open] == [RECORD["identifier"]]
    assert watcher.problems() == []


async def test_what_is_gone_from_the_list_is_not_taken_back(
    radio: Radio, watcher: VmaWatcher, kept: Kept
) -> None:
    radio.says(listing(RECORD))
    radio.says(listing())
    await watcher.look()
    await watcher.look()
    assert len(kept.open) == 1
    radio.says(listing(CANCEL))
    await watcher.look()
    assert (kept.open, kept.closed_by) == ([], ["sender"])


async def test_who_starts_late_is_not_woken_for_what_is_over(
    radio: Radio, watcher: VmaWatcher, kept: Kept
) -> None:
    newer = {**RECORD, "identifier": "SRCAP-3", "sent": "2025-10-31T10:00:00+01:00"}
    radio.says(listing(newer, CANCEL, RECORD))
    await watcher.look()
    assert [fact.identifier for fact in kept.open] == ["SRCAP-3"]
    assert len(kept.facts) == 1


async def test_a_record_that_names_itself_or_is_only_a_test_hides_nothing(
    radio: Radio, watcher: VmaWatcher, kept: Kept
) -> None:
    named = f"https://vmaapi.sr.se,{RECORD['identifier']},2025-10-31T06:26:18+01:00"
    radio.says(
        listing({**CANCEL, "status": "Test"}, {**RECORD, "msgType": "Update", "references": named})
    )
    await watcher.look()
    assert len(kept.open) == 1


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("90", 90),
        ("1", 60),
        ("999999999", 3600),
        ("Sun, 22 Nov 2026 02:14:00 GMT", 120),
        ("Sun, 22 Nov 2026 01:00:00 GMT", 60),
        ("snart", 60),
        ("", 60),
    ],
)
async def test_it_comes_back_when_it_was_asked_to(
    radio: Radio, watcher: VmaWatcher, said: str, rest: int
) -> None:
    radio.says(b"", 429, retry_after=said)
    assert await watcher.look() == timedelta(seconds=rest)


@pytest.mark.parametrize(
    ("said", "rest"), [("max-age=120", 120), ("no-cache", 60), ("max-age=86400", 300)]
)
async def test_a_list_is_kept_as_long_as_it_says_and_never_long(
    radio: Radio, watcher: VmaWatcher, said: str, rest: int
) -> None:
    radio.says(listing(), cache_control=said)
    assert await watcher.look() == timedelta(seconds=rest)


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b"<html>", 200, "its answer cannot be read"),
        (b" " * (MOST_BYTES + 1), 200, "no answer (the answer is larger"),
        (b"", 500, "it answered 500"),
        (b"", 302, "it answered 302"),
    ],
)
async def test_trouble_is_told_when_it_lasts_and_is_over_when_it_is(
    radio: Radio, watcher: VmaWatcher, clock: Clock, body: bytes, status: int, why: str
) -> None:
    radio.says(body, status)
    assert await watcher.look() == MINUTE
    assert watcher.problems() == []
    clock.at += timedelta(minutes=6)
    [told] = watcher.problems()
    assert told.startswith(f"no list of VMA has been read since 2026-11-22T02:12+00:00: {why}")
    radio.says(listing())
    await watcher.look()
    assert watcher.problems() == []


async def test_a_record_that_cannot_be_read_is_told_at_once_beside_those_that_can(
    radio: Radio, watcher: VmaWatcher, kept: Kept
) -> None:
    radio.says(listing({"identifier": "?"}, RECORD), etag='"1"')
    radio.says(b"", 304)
    for _ in range(2):
        await watcher.look()
        assert watcher.problems() == ["a VMA could not be read: alerts.0.sender: Field required"]
    assert len(kept.open) == 1


async def test_a_list_that_was_not_written_down_is_asked_for_anew(
    radio: Radio, watcher: VmaWatcher, kept: Kept
) -> None:
    radio.says(listing(RECORD), etag='"1"')
    radio.says(listing(RECORD), etag='"1"')
    kept.full = True
    await watcher.look()
    kept.full = False
    await watcher.look()
    assert radio.asked == [None, None]
    assert len(kept.open) == 1


async def test_nobody_there_is_trouble_and_no_more(kept: Kept, clock: Clock) -> None:
    async with watching(kept, clock, f"http://127.0.0.1:{free_port()}") as watcher:
        assert await watcher.look() == MINUTE
        clock.at += timedelta(minutes=6)
        assert len(watcher.problems()) == 1


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("simulator")
    with running_simulator(folder) as running:
        yield running


async def test_the_simulated_radio_is_understood_from_alert_to_cancellation(
    simulator: Running, kept: Kept, clock: Clock
) -> None:
    async def send(path: str, said: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = await client.post(f"/vma/desk/{path}", json=said)
        assert answer.status_code == 201, answer.text
        sent: dict[str, Any] = json.loads(answer.content)
        return sent

    async with (
        httpx.AsyncClient(base_url=simulator.url, trust_env=False) as client,
        watching(kept, clock, f"{simulator.url}/vma") as watcher,
    ):
        await send("samples")
        where = {"areas": [{"name": "Borås kommun", "code": "1490"}]}
        sent = await send("alerts", {"text": "Det brinner.", **where})
        assert await watcher.look() == MINUTE
        [proposal] = kept.open
        assert (proposal.identifier, proposal.infos[0].description) == (
            sent["identifier"],
            "Det brinner.",
        )
        newer = await send("alerts", {"text": "Mer rök.", "updates": sent["identifier"], **where})
        await watcher.look()
        assert [fact.kind for fact in kept.open] == ["update"]
        await send(f"alerts/{newer['identifier']}/cancel")
        await watcher.look()
        assert (kept.open, watcher.problems()) == ([], [])
