"""A channel to a running simulator, what it is given, and how its calls are made to fail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from drill.plain import PlainChannel
from drill.platform import TwoPhaseChannel
from schemas.deliveries import Proof
from schemas.posts import Content
from services.kit.texts import opening, words_digest
from services.publisher.domain.answers import Answer, Prepared, Published
from services.publisher.domain.rules import Repeat
from services.publisher.ports import Parcel, Sought
from tests.simulator.running import Running


async def page(url: str) -> httpx.Response:
    """Read as a stranger does."""
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(url)


def channel_on(kind: type[PlainChannel], origin: str, seconds: float = 10) -> PlainChannel:
    return kind(f"konto-{uuid4().hex[:8]}", "Konto", origin, timedelta(seconds=seconds))


def parcel(text: str | None = None) -> Parcel:
    return Parcel(
        post=uuid4(),
        revision=1,
        key=str(uuid4()),
        content=Content(text=text or f"Nummer {uuid4().hex} om händer och tvål."),
        pictures=(),
        publish_at=datetime.now(UTC),
    )


def sought(sent: Parcel, since: timedelta = timedelta(seconds=-5)) -> Sought:
    text = sent.content.text
    began = datetime.now(UTC) + since
    words = words_digest(text)
    return Sought(
        sent.post, sent.revision, sent.key, opening(text), words, began, handle=sent.handle
    )


def proof_of(answer: Answer) -> Proof:
    assert isinstance(answer, Published)
    return Proof(
        external_id=answer.external_id,
        url=answer.url,
        revision=1,
        published_at=datetime.now(UTC),
    )


async def ready(channel: PlainChannel) -> Parcel:
    """Make a parcel of new words, prepared where the channel wants that."""
    sent = parcel()
    if not isinstance(channel, TwoPhaseChannel):
        return sent
    prepared = await channel.prepare(sent)
    assert isinstance(prepared, Prepared)
    return replace(sent, handle=prepared.handle)


async def breaks(simulator: Running, channel: PlainChannel, **effect: Any) -> None:
    """Let the next call that would make something public fail so."""
    method, path = {
        Repeat.DETERMINISTIC_ID: ("PUT", "posts/"),
        Repeat.TWO_PHASE: ("POST", "drafts/"),
    }.get(channel.by, ("POST", "posts"))
    await breaks_on(simulator, method, f"/plain/{channel.name}/{path}", **effect)


async def breaks_on(simulator: Running, method: str, path: str, **effect: Any) -> None:
    rule = {"method": method, "path": path, "count": 1, "effect": effect}
    async with simulator.client() as client:
        (await client.post("/faults", json=rule)).raise_for_status()


def record(simulator: Running, channel: PlainChannel, what: str) -> list[dict[str, Any]]:
    return [
        entry
        for entry in simulator.record()
        if entry.get("account") == channel.name and entry["what"] == what
    ]
