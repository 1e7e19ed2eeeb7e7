"""Sites that are not as WordPress leaves them: without a trash, with addresses of their own."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.codes import Code
from schemas.deliveries import Proof
from services.publisher.channels.wordpress.channel import WordPressChannel
from services.publisher.domain.answers import Answer as Given
from services.publisher.domain.answers import NotNow, Published, Unclear
from tests.channels.builders import parcel
from tests.channels.fault_server import Answer, Asked, FaultServer
from tests.harness.ports import free_port

pytestmark = pytest.mark.web

API = "/wp-json/wp/v2"
PROOF = Proof(
    external_id="7", url="https://r.example/x/", revision=1, published_at=datetime.now(UTC)
)
NO_TRASH = {"code": "rest_trash_not_supported", "message": "…", "data": {"status": 501}}
POST = {"id": 7, "slug": "x", "status": "draft", "link": "https://r.example/?p=7"}


@dataclass
class Unlike(FaultServer):
    """A site whose answers a test writes."""

    says: Callable[[Asked], tuple[int, Any]] = field(kw_only=True)

    def _answer(self, asked: Asked) -> Answer:
        status, said = self.says(asked)
        headers = (("X-WP-Total", str(len(said))),) if isinstance(said, list) else ()
        return Answer(status, json.dumps(said).encode(), headers)


@asynccontextmanager
async def channel_of(server: Unlike) -> AsyncIterator[WordPressChannel]:
    await server.start()
    channel = WordPressChannel("w", "W", server.url, "r", "hemligt", timedelta(seconds=5))
    try:
        yield channel
    finally:
        await channel.close()
        await server.stop()


async def retracted(says: Callable[[Asked], tuple[int, Any]]) -> tuple[Given, list[Asked]]:
    server = Unlike(free_port(), says=says)
    async with channel_of(server) as channel:
        return await channel.retract(PROOF), server.asked


async def test_where_there_is_no_trash_a_post_is_thrown_away_for_good() -> None:
    def says(asked: Asked) -> tuple[int, Any]:
        if asked.method == "GET":
            return 200, []
        return (200, {"deleted": True}) if "force" in asked.query else (501, NO_TRASH)

    answer, asked = await retracted(says)
    assert answer == Published("7", PROOF.url)
    assert [each.query.get("force") for each in asked if each.method == "DELETE"] == [None, "true"]


async def test_a_picture_that_stays_leaves_the_retraction_unclear() -> None:
    def says(asked: Asked) -> tuple[int, Any]:
        if asked.method == "GET":
            return 200, [{"id": 8, "source_url": "https://r.example/0123456789abcdef.png"}]
        if asked.path == f"{API}/posts/7":
            return 200, {**POST, "status": "trash"}
        return 403, {"code": "rest_cannot_delete", "message": "Sorry."}

    answer, _ = await retracted(says)
    assert answer == Unclear(Code.PERMISSION_MISSING, {"channel": "W", "why": "Sorry."})


async def test_a_post_that_only_says_that_it_was_trashed_is_not_believed() -> None:
    answer, _ = await retracted(lambda _: (200, {**POST, "status": "publish"}))
    assert answer == Unclear(Code.ANSWER_UNCLEAR, {"channel": "W", "status": 200})


async def test_a_draft_at_another_address_than_ours_is_taken_away_again() -> None:
    def says(asked: Asked) -> tuple[int, Any]:
        if asked.method == "GET":
            return 200, []
        return (201, POST) if asked.method == "POST" else (200, {"deleted": True})

    server = Unlike(free_port(), says=says)
    async with channel_of(server) as channel:
        answer = await channel.prepare(parcel())
    assert isinstance(answer, NotNow)
    assert [each.method for each in server.asked] == ["GET", "POST", "DELETE"]
    assert server.asked[-1].path == f"{API}/posts/7"


async def test_what_lies_ready_is_never_made_a_draft_again() -> None:

    def says(asked: Asked) -> tuple[int, Any]:
        if asked.method == "GET":
            return 200, [{**POST, "status": "pending"}]
        return 200, {**POST, "status": "publish"}

    server = Unlike(free_port(), says=says)
    async with channel_of(server) as channel:
        await channel.prepare(parcel())
    [filled] = [each for each in server.asked if each.method == "POST"]
    assert "status" not in json.loads(filled.body)
