"""Whatever a server answers, an adapter says what is known, in time, and tells no token."""

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from schemas.codes import Code
from schemas.deliveries import Proof
from services.kit.logs import quieten
from services.publisher.channels.bluesky.channel import BlueskyChannel
from services.publisher.channels.linkedin.channel import LinkedinChannel
from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.channels.matrix.channel import MatrixChannel
from services.publisher.channels.meta.containers import ContainerChannel
from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.channels.meta.instagram import SHAPE, InstagramChannel
from services.publisher.channels.meta.threads import ThreadsChannel
from services.publisher.channels.showcase import Showcase
from services.publisher.channels.telegram import TelegramChannel
from services.publisher.channels.tokens import Token
from services.publisher.channels.webhook import WebhookChannel
from services.publisher.channels.wordpress.channel import WordPressChannel
from services.publisher.channels.x.channel import XChannel
from services.publisher.channels.x.signing import Keys
from services.publisher.domain.answers import NotNow, Prepared, Refused, Unclear
from services.publisher.ports import Channel, TwoPhase
from tests.channels.builders import parcel, picture_file, sought
from tests.channels.fault_server import Answer, Asked, FaultServer
from tests.harness.ports import free_port

pytestmark = pytest.mark.web

CANARY = "KANARIEFAGEL"
PAIR = base64.b64encode(f"c:{CANARY}".encode()).decode()
"""As WordPress is sent it."""
WITHIN = timedelta(seconds=2)
HTML = (("Content-Type", "text/html"),)


def contained(kind: type[ContainerChannel], base: str) -> Channel:
    token = Token(CANARY)
    showcase = Showcase("c", base, token, SHAPE)
    return kind("c", "C", "102", token, WITHIN, base_url=base, showcase=showcase)


KINDS: dict[str, Callable[[str], Channel]] = {
    "mastodon": lambda base: MastodonChannel("c", "C", base, CANARY, WITHIN),
    "bluesky": lambda base: BlueskyChannel(
        "c", "C", base, "c.test", CANARY, WITHIN, public_url=base
    ),
    "facebook": lambda base: FacebookChannel("c", "C", "102", CANARY, WITHIN, base_url=base),
    "linkedin": lambda base: LinkedinChannel(
        "c", "C", "102", CANARY, WITHIN, base_url=base, upload_url=base, public_url=base
    ),
    "telegram": lambda base: TelegramChannel(
        "c", "C", "@kanal", CANARY, WITHIN, base_url=base, public_url=base
    ),
    "x": lambda base: XChannel(
        "c", "C", "c", Keys("app", CANARY, CANARY, CANARY), WITHIN, base_url=base, public_url=base
    ),
    "wordpress": lambda base: WordPressChannel("c", "C", base, "c", CANARY, WITHIN),
    "matrix": lambda base: MatrixChannel(
        "c", "C", base, "!c:c.test", CANARY, WITHIN, public_url=base
    ),
    "instagram": lambda base: contained(InstagramChannel, base),
    "threads": lambda base: contained(ThreadsChannel, base),
    "webhook": lambda base: WebhookChannel(
        "c", "C", base, CANARY.encode(), WITHIN, public_url=base, remembers=None
    ),
}

POSTS = {"linkedin": "urn:li:share:7", "telegram": "7", "wordpress": "7", "x": "7"}
"""What a post is called there; on the others it is like a Page's."""

ANSWERS: dict[str, Answer] = {
    "a page instead of data": Answer(200, b"<html>Welcome</html>", HTML),
    "a list instead of an object": Answer(200, b"[]"),
    "wrong types": Answer(200, b'{"id": 7, "url": [], "success": "yes", "uri": 1, "did": null}'),
    "an address of another scheme": Answer(200, b'{"id": "7", "url": "javascript:alert(1)"}'),
    "nothing at all": Answer(200, b""),
    "more than anybody reads": Answer(200, b" " * 3_000_000),
    "deep": Answer(200, b"[" * 100_000),
    "not text": Answer(200, b"\xff\xfe\x00"),
    "no HTTP": Answer(200, b"{}", (("\x00", CANARY),)),
    "a redirect": Answer(302, b"", (("Location", "http://127.0.0.1:9/"),)),
    "an error that is no error": Answer(400, b'{"error": {"code": "x"}}'),
    "an error with a page": Answer(500, b"<html>Sorry</html>", HTML),
    "a status that nobody knows": Answer(599, b"{}"),
    "a wait that is none": Answer(429, b"{}", (("Retry-After", "soon, I promise"),)),
    "the token itself": Answer(401, json.dumps({"error": CANARY}).encode()),
}


@dataclass
class Hostile(FaultServer):
    """Answers everything in one way."""

    answer: Answer = field(kw_only=True)

    def _answer(self, asked: Asked) -> Answer:
        return self.answer


@asynccontextmanager
async def hostile(answer: Answer) -> AsyncIterator[str]:
    server = Hostile(free_port(), answer=answer)
    await server.start()
    try:
        yield server.url
    finally:
        await server.stop()


async def everything(channel: Channel, post: str) -> list[Any]:
    """Ask for all that an adapter can do; gives what it said."""
    now = datetime.now(UTC)
    sent = parcel("Ett råd", picture_file())
    proof = Proof(external_id=post, url="http://127.0.0.1/@c/7", revision=1, published_at=now)
    first = channel.prepare(sent) if isinstance(channel, TwoPhase) else channel.commit(sent)
    said: list[Any] = [
        await first,
        await channel.correct(parcel("Rättat"), proof),
        await channel.retract(proof),
        await channel.find(sought(sent)),
    ]
    if isinstance(channel, TwoPhase):
        said.append(await channel.commit(replace(sent, handle=post)))
    await channel.check()
    assert not await channel.timeline(now - timedelta(hours=1))
    return said


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_is_believed_that_is_not_surely_said(
    kind: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = ANSWERS[name]
    if kind == "webhook" and answer.status == 200:
        pytest.skip("a receiver says no more than that")
    quieten()  # as every service is
    caplog.set_level(logging.DEBUG)
    async with hostile(answer) as base:
        channel = KINDS[kind](base)
        with capture_logs() as logs:
            async with asyncio.timeout(30):
                said = await everything(channel, POSTS.get(kind, "102_7"))
        await channel.close()
    assert {type(each) for each in said} <= {NotNow, Unclear, Refused, Prepared}
    told = f"{logs} {caplog.text}"
    assert not [known for known in (CANARY, PAIR) if known in told]
    if name != "the token itself":
        assert CANARY not in repr(said)
    assert PAIR not in repr(said)


@pytest.mark.parametrize("kind", KINDS)
async def test_where_nobody_listens_nothing_is_public_and_nothing_is_known(kind: str) -> None:
    channel = KINDS[kind](f"http://127.0.0.1:{free_port()}")
    first, corrected, retracted, found, *_ = await everything(channel, POSTS.get(kind, "102_7"))
    assert first == NotNow(Code.CHANNEL_UNREACHABLE, {"channel": "C"})
    assert {type(corrected), type(retracted)} <= {NotNow, Refused}
    assert isinstance(found, Unclear)
    await channel.close()
