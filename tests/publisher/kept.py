"""The broker of a history: ledger, orders, pauses and timers, each look at which is a point."""

from datetime import datetime
from enum import Enum
from uuid import UUID

from schemas.codes import Code
from schemas.deliveries import DeliveryFact, DeliveryFailed
from services.kit.messages import BrokerAway, Overtaken, Told
from services.publisher.domain.answers import Answer, NotNow
from services.publisher.domain.happenings import Order, Stop
from tests.publisher.town import Clock, point
from tests.publisher.transitions import check


class Writing(Enum):
    """What becomes of the next write to the ledger."""

    STORED = "stored and answered"
    STORED_AND_LOST = "stored, and the answer is lost"
    LOST = "not stored, and no answer"


class Shared:
    """All that the broker keeps: ledger, orders, pauses, timers. Each look at it is a point."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.writing = Writing.STORED
        self.entries: list[Told[DeliveryFact]] = []
        self.orders: list[Order] = []
        self.pauses: tuple[Stop, ...] = ()
        self.timers: dict[str, datetime] = {}
        self.rest: datetime | None = None

    @property
    def newest_entry(self) -> DeliveryFact | None:
        return self.entries[-1].fact if self.entries else None

    async def recall(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        await point()
        return self.entries[-1] if self.entries else None

    async def record(self, fact: DeliveryFact, after: int) -> int:
        await point()
        writing, self.writing = self.writing, Writing.STORED
        if writing is Writing.LOST:
            raise BrokerAway("not stored")
        place = self._store(fact, after)
        if writing is Writing.STORED_AND_LOST:
            raise BrokerAway("stored, but who knows")
        return place

    def _store(self, fact: DeliveryFact, after: int) -> int:
        if after == len(self.entries):
            check(self.newest_entry, fact)
            lost = isinstance(fact, DeliveryFailed) and fact.code is Code.ORDER_LOST
            assert not lost, "no order was ever lost"
            self.entries.append(Told(fact, after + 1, self.clock.now))
            return after + 1
        if self.entries[after].fact == fact:
            return after + 1
        raise Overtaken(fact.subject)

    async def newest(self, channel: str, post: UUID) -> Order | None:
        await point()
        return self.orders[-1] if self.orders else None

    async def standing(self, channel: str, post: UUID) -> tuple[Order | None, tuple[Stop, ...]]:
        return await self.newest(channel, post), self.pauses

    async def wake(self, channel: str, post: UUID, serial: str, at: datetime, trace: UUID) -> None:
        await point()
        self.timers.setdefault(serial, at)

    def rest_until(self, channel: str) -> datetime | None:
        return self.rest

    async def admit(self, channel: str) -> None:
        await point()

    async def saw(self, channel: str, answer: Answer) -> None:
        await point()
        if isinstance(answer, NotNow) and answer.wait:
            self.rest = self.clock.now + answer.wait
