"""Replicas of the publisher on a real broker, and the planner's part told by a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from schemas.alerts import HoldActivated, HoldFact, HoldReleased
from schemas.decisions import Choice, DecisionMade
from schemas.deliveries import DeliveryFact
from schemas.envelope import Fact, now
from schemas.moderation import ModerationAsked
from schemas.posts import OrderApproved, OrderWithdrawn
from schemas.publishing import Pause, PublishingPaused, PublishingResumed
from services.kit.boards import Follower
from services.kit.bus import Bus
from services.kit.facts import Facts
from services.kit.messages import Told
from services.publisher.domain.answers import Answer
from services.publisher.domain.rules import Pace, Repeat, Timing
from services.publisher.lanes import PATTERNS, ChannelLanes
from services.publisher.ports import Parcel
from services.publisher.wiring import assemble, wire
from tests.harness.broker import Broker, running_broker
from tests.harness.waiting import eventually
from tests.publisher.builders import FRESH, SECOND, TRACE, order
from tests.publisher.fakes import Square

TIMING = Timing(SECOND / 2, SECOND, 1.2 * SECOND)
MINUTE = timedelta(minutes=1)


class TimedSquare(Square):
    """One that remembers when it was called."""

    def __init__(self, by: Repeat = Repeat.LOOK_UP) -> None:
        super().__init__(by=by)
        self.called_at: list[datetime] = []

    async def commit(self, parcel: Parcel) -> Answer:
        self.called_at.append(now())
        return await super().commit(parcel)


class Region:
    """A broker with one channel, what the planner tells there, and what becomes of it."""

    def __init__(
        self, broker: Broker, square: Square, planner: Facts, reader: Facts, siren: Facts
    ) -> None:
        self.broker = broker
        self.square = square
        self._planner = planner
        self._reader = reader
        self._places: dict[str, int] = {}
        self._siren = siren
        self._pauses = self._holds = 0

    @asynccontextmanager
    async def replica(self, pace: Pace | None = None) -> AsyncIterator[Bus]:
        """Run one replica, which follows the rests of the others."""
        bus = self.broker.bus("publisher")
        lanes = ChannelLanes(bus.facts, {"torget": pace or Pace()})
        publisher = assemble(bus, {"torget": self.square}, TIMING, lanes)
        wire(bus, publisher, TIMING, probe=MINUTE, patrol=MINUTE)
        follower = Follower(bus, lanes, PATTERNS)
        async with self.broker.listening(bus):
            await follower.start()
            try:
                yield bus
            finally:
                await follower.stop()

    async def approve(
        self, wait: timedelta = SECOND, fresh: timedelta = FRESH, **said: Any
    ) -> OrderApproved:
        at = now() + wait
        times = {"publish_at": at, "fresh_until": at + fresh, "occurred_at": now()}
        approved = order(**{"post": uuid4()} | times | said)
        await self._tell(approved)
        return approved

    async def withdraw(self, approved: OrderApproved, public: str) -> None:
        said = approved.model_dump(include={"channel", "post", "revision"})
        await self._tell(
            OrderWithdrawn(occurred_at=now(), trace=TRACE, by="anna", public=public, **said)
        )

    async def pause(self, *pauses: Pause) -> None:
        """Let exactly these pauses stand from now on."""
        self._pauses += 1
        kind = PublishingPaused if pauses else PublishingResumed
        said = {"version": self._pauses, "by": "anna", "pauses": pauses}
        await self._tell(kind(occurred_at=now(), trace=TRACE, **said))

    async def hold(self) -> None:
        """Hold normal posts for an alert."""
        await self._hold(HoldActivated, by="astrid")

    async def release(self) -> None:
        """Let normal posts go out again."""
        await self._hold(HoldReleased, by="bo")

    async def _hold(self, kind: type[HoldFact], by: str) -> None:
        self._holds += 1
        said: dict[str, Any] = {"version": self._holds, "by": by, "why": "2026-7: Koka vattnet"}
        fact = kind(occurred_at=now(), trace=TRACE, since=now(), **said)
        await self._tell(fact, self._siren)

    async def decide(self, post: UUID, choice: Choice, url: str | None = None) -> None:
        """Let a person decide about the newest entry."""
        seen = await self.newest(post)
        await self._tell(
            DecisionMade(
                occurred_at=now(),
                trace=TRACE,
                channel="torget",
                post=post,
                on=seen.sequence,
                choice=choice,
                url=url,
                by="cilla",
            )
        )

    async def newest(self, post: UUID) -> Told[DeliveryFact]:
        told = await self._reader.newest(f"publisher.delivery.torget.{post}")
        assert told is not None
        return told

    async def states(self, post: UUID) -> list[str]:
        page = await self._reader.page("PUBLISHER", f"publisher.delivery.torget.{post}", 1)
        return [kept.headers["Budkavle-Type"].split(".")[1] for kept in page]

    async def comes_to(self, state: str, *orders: OrderApproved, within: float = 10.0) -> None:
        """Wait until all these deliveries have come to a state."""

        async def all_there() -> bool:
            found = await asyncio.gather(*(self.states(order.post) for order in orders))
            return all(states[-1:] == [state] for states in found)

        await eventually(all_there, within)

    async def rests(self) -> list[Any]:
        page = await self._reader.page("PUBLISHER", "publisher.rest.torget", 1)
        told = [self._reader.read(kept) for kept in page]
        return [one.fact for one in told if one is not None]

    async def moderate(self, asked: ModerationAsked) -> None:
        """Let a person ask for something to be done to a comment or a post."""
        await self._tell(asked)

    async def moderations(self) -> list[Any]:
        page = await self._reader.page("PUBLISHER", "publisher.moderation.torget.*", 1)
        told = [self._reader.read(kept) for kept in page]
        return [one.fact for one in told if one is not None]

    async def _tell(self, fact: Fact, teller: Facts | None = None) -> None:
        place = self._places.get(fact.subject, 0)
        told = await (teller or self._planner).tell(fact, after=place)
        self._places[fact.subject] = told


@asynccontextmanager
async def region(folder: Path, square: Square) -> AsyncIterator[Region]:
    """Run a broker with the channel `torget`; no replica yet."""
    async with (
        running_broker(folder, ("torget",), ack_wait=1.5 * SECOND) as broker,
        broker.connection("planner") as planner,
        broker.connection("publisher") as reader,
        broker.connection("siren") as siren,
    ):
        yield Region(broker, square, Facts(planner), Facts(reader), Facts(siren))
