"""Services at work: facts one by one, facts in batches, and timers, as the real ones write them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from drill.power.notes import Notes, Stored
from schemas.deliveries import DeliveryAttempted, DeliveryScheduled
from schemas.envelope import Fact, now
from schemas.posts import Content, Document, OrderWithdrawn, PostDrafted, Variant
from services.kit.connection import Connection
from services.kit.facts import Facts
from services.kit.messages import BrokerAway
from services.kit.timers import Timers

_OF_EACH = 4
_CHANNELS = ("newsroom", "mastodon")
_TEXT = "Vårdcentralen håller öppet till klockan tjugo på torsdag. " * 20
_FAR = timedelta(days=1)


class Writers:
    """Many at once, each one write at a time; they wait while the gate is closed."""

    def __init__(self, publisher: Connection, planner: Connection, notes: Notes, seed: int) -> None:
        self._publisher = Facts(publisher)
        self._planner = Facts(planner)
        self._timers = Timers(self._publisher, "publisher")
        self._notes = notes
        self._chance = Random(seed)
        self.gate = asyncio.Event()
        self._ended = False

    def end(self) -> None:
        """Begin nothing new; a cancelled request that is answered at that moment goes on."""
        self._ended = True

    async def work(self) -> None:
        """Go on until the end."""
        async with asyncio.TaskGroup() as all_of_them:
            for number in range(_OF_EACH):
                all_of_them.create_task(self._again(self._deliver, _CHANNELS[number % 2]))
                all_of_them.create_task(self._again(self._write_together, "anna"))

    async def _again(self, act: Callable[[str], Awaitable[None]], word: str) -> None:
        while not self._ended:
            await self.gate.wait()
            try:
                await act(word)
            except BrokerAway:
                self._notes.unsure += 1

    async def _deliver(self, channel: str) -> None:
        """Schedule, set its timer, claim: each after the one before is acknowledged."""
        post, at = uuid4(), now()
        common: dict[str, Any] = {"channel": channel, "post": post, "revision": 1} | {
            "occurred_at": at,
            "trace": post,
            "publish_at": at,
            "opening": _TEXT[:64],
        }
        first = await self._tell(DeliveryScheduled(**common), 0)
        await self._set_timer(channel, post, first)
        claim = DeliveryAttempted(
            **common, attempt=1, follows=first, owner="drill", lease=timedelta(seconds=30)
        )
        await self._tell(claim, first)

    async def _tell(self, fact: Fact, after: int) -> int:
        sequence = await self._publisher.tell(fact, after)
        self._notes.facts.append(_stored(fact, sequence))
        return sequence

    async def _set_timer(self, channel: str, post: UUID, serial: int) -> None:
        # Some come due around the cut: then the timer is there, or what it has become.
        soon = timedelta(seconds=self._chance.uniform(0.2, 2.0))
        wait = soon if self._chance.random() < 0.5 else _FAR
        await self._timers.set((channel, str(post)), str(serial), now() + wait, post)
        self._notes.timers.append(f"publisher.{channel}.{post}.{serial}")

    async def _write_together(self, person: str) -> None:
        post, at = uuid4(), now()
        variant = Variant(
            channel="newsroom", content=Content(text=_TEXT), publish_at=at, zone="Europe/Stockholm"
        )
        common: dict[str, Any] = {"occurred_at": at, "trace": post, "post": post, "by": person}
        facts: list[Fact] = [
            PostDrafted(
                **common,
                version=1,
                document=Document(title="Öppet hus", variants=(variant,)),
                digest="0" * 64,
                authors=(person,),
                revision=0,
            ),
            *(OrderWithdrawn(**common, channel=channel, revision=1) for channel in _CHANNELS),
        ]
        self._notes.batches.append([fact.subject for fact in facts])
        last = await self._planner.tell_together([(fact, 0) for fact in facts])
        for sequence, fact in enumerate(facts, last - len(facts) + 1):
            self._notes.facts.append(_stored(fact, sequence))


def _stored(fact: Fact, sequence: int) -> Stored:
    stream = fact.subject.split(".", 1)[0].upper()
    return Stored(stream, sequence, fact.subject, fact.model_dump_json().encode())
