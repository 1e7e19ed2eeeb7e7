"""Facts to tell in tests of the kit; their meaning is of no account here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from schemas.deliveries import DeliveryAttempted, DeliveryScheduled
from schemas.envelope import Fact, now
from schemas.flow import Durable, dues, heard, hop_of
from services.kit.bus import Bus
from services.kit.messages import Kept, Told
from services.kit.proofs import AFTER, PROOF

DELIVERIES: Durable = heard("metrics", hop_of(DeliveryScheduled))
"""Metrics hears every delivery: the kit's tests listen here."""

DUES: Durable = dues("publisher", "newsroom")


def scheduled(post: UUID | None = None, **fields: Any) -> DeliveryScheduled:
    """Make the first fact of a delivery."""
    return DeliveryScheduled(**_common(post, fields))


def attempted(post: UUID, owner: str = "one", **fields: Any) -> DeliveryAttempted:
    """Make a claim: another owner's has another event id, another moment's has not."""
    lease = timedelta(seconds=30)
    return DeliveryAttempted(**_common(post, fields), owner=owner, lease=lease)


def _common(post: UUID | None, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "occurred_at": now(),
        "trace": uuid4(),
        "channel": "newsroom",
        "post": post or uuid4(),
        "revision": 1,
        "publish_at": now(),
    } | fields


class Listener:
    """A handler that writes down what it hears and when."""

    def __init__(self) -> None:
        self.heard: list[Told[Any]] = []
        self.at: list[float] = []

    async def take(self, told: Told[Any]) -> None:
        self.at.append(asyncio.get_running_loop().time())
        self.heard.append(told)

    @property
    def posts(self) -> list[UUID]:
        return [told.fact.post for told in self.heard]


async def all_kept(bus: Bus, stream: str, pattern: str) -> list[Kept]:
    """Read all that a stream keeps of a pattern."""
    found: list[Kept] = []
    while page := await bus.facts.page(stream, pattern, found[-1].sequence + 1 if found else 1):
        found += page
    return found


async def told_raw(bus: Bus, subject: str, body: bytes) -> None:
    """Store bytes that need not be a fact, signed as if they were."""
    proof = bus.connection.proofs.sign(subject, 0, body)
    answer = await bus.connection.ask(subject, body, {PROOF: proof, AFTER: "0"})
    assert b'"error"' not in answer.data


async def tell_all(bus: Bus, facts: list[Fact]) -> None:
    """Store the first facts of many things."""
    for fact in facts:
        await bus.facts.tell(fact, after=0)


@asynccontextmanager
async def cleared(event: asyncio.Event) -> AsyncIterator[asyncio.Event]:
    """Let a handler that waits for an event go on in the end, whatever happens."""
    try:
        yield event
    finally:
        event.set()
