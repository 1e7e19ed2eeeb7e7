"""Lets a replica stand still at the delicate places: before its claim, and before its last look."""

import asyncio
from dataclasses import replace
from random import Random
from uuid import UUID

from drill.shapes import Pauses
from schemas.deliveries import DeliveryAttempted, DeliveryFact
from services.kit.messages import Told
from services.publisher.domain.happenings import Order, Stop
from services.publisher.handlers import Publisher
from services.publisher.ports import Ledger, Orders


class _Standstill:
    def __init__(self, pauses: Pauses, chance: Random) -> None:
        self._pauses = pauses
        self._chance = chance

    async def __call__(self) -> None:
        if self._chance.random() < self._pauses.share:
            await asyncio.sleep(self._chance.uniform(self._pauses.shortest, self._pauses.longest))


class _PausingLedger:
    def __init__(self, ledger: Ledger, stand_still: _Standstill) -> None:
        self._ledger = ledger
        self._stand_still = stand_still

    async def recall(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        return await self._ledger.recall(channel, post)

    async def record(self, fact: DeliveryFact, after: int) -> int:
        if isinstance(fact, DeliveryAttempted):
            await self._stand_still()
        return await self._ledger.record(fact, after)


class _PausingOrders:
    def __init__(self, orders: Orders, stand_still: _Standstill) -> None:
        self._orders = orders
        self._stand_still = stand_still

    async def newest(self, channel: str, post: UUID) -> Order | None:
        return await self._orders.newest(channel, post)

    async def standing(self, channel: str, post: UUID) -> tuple[Order | None, tuple[Stop, ...]]:
        await self._stand_still()
        return await self._orders.standing(channel, post)


def pausing(publisher: Publisher, pauses: Pauses, chance: Random) -> Publisher:
    """Let a publisher stand still between reading and claiming, and between claiming and sending.

    Never between its last look and the call: a replica that is frozen there for longer than it
    takes the others to settle is the one gap that the promise has.
    """
    stand_still = _Standstill(pauses, chance)
    courier = publisher.courier
    return replace(
        publisher,
        courier=replace(
            courier,
            ledger=_PausingLedger(courier.ledger, stand_still),
            orders=_PausingOrders(courier.orders, stand_still),
        ),
    )
