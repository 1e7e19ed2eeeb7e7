"""The publisher's memory and alarm clock on the broker, and the one call of an attempt."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from schemas.channels import ChannelProbed
from schemas.codes import Code
from schemas.deliveries import DeliveryFact
from schemas.posts import OrderApproved, OrderWithdrawn
from services.kit.facts import Facts
from services.kit.messages import Overtaken, Told
from services.kit.timers import Timers
from services.publisher.domain import Order
from services.publisher.ports import Answer, Channel, Parcel, Unclear

log = structlog.get_logger()


class StreamLedger:
    """Deliveries as facts in the publisher's own stream."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def recall(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        """Give the newest entry of a delivery."""
        return await self._facts.newest(f"publisher.delivery.{channel}.{post}")

    async def record(self, fact: DeliveryFact, after: int) -> int:
        """Add the next entry, fsynced before this returns."""
        return await self._facts.tell(fact, after)


class StreamOrders:
    """Orders, looked up in the planner's stream."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def newest(self, channel: str, post: UUID) -> Order | None:
        """Look up what counts now."""
        told = await self._facts.newest(f"planner.order.{channel}.{post}")
        if told is None or not isinstance(told.fact, OrderApproved | OrderWithdrawn):
            return None
        return told.fact


class StreamAlarm:
    """Timers in the broker."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers

    async def wake(self, channel: str, post: UUID, serial: str, at: datetime, trace: UUID) -> None:
        """Set a timer; setting it again changes nothing."""
        await self._timers.set((channel, str(post)), serial, at, trace)


class ChannelNotices:
    """Tells how channels are, when that has changed."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def tell_if_changed(self, probed: ChannelProbed) -> None:
        """Compare with what was told last; another replica telling the same is as good."""
        last = await self._facts.newest(probed.subject)
        if last is not None and _same(last.fact, probed):
            return
        try:
            await self._facts.tell(probed, last.sequence if last else 0)
        except Overtaken:
            return


async def call(channel: Channel, parcel: Parcel, within: timedelta) -> Answer:
    """Make the call. Any failure that the adapter did not name may have happened after it."""
    try:
        async with asyncio.timeout(within.total_seconds()):
            return await channel.commit(parcel)
    except TimeoutError:
        return Unclear(Code.ANSWER_LOST, {"channel": channel.name})
    except Exception as error:
        log.exception("channel.failed", channel=channel.name)
        return Unclear(
            Code.ANSWER_UNCLEAR, {"channel": channel.name, "status": type(error).__name__}
        )


def _same(one: ChannelProbed, other: ChannelProbed) -> bool:
    apart = {"occurred_at", "trace", "event_id"}
    return one.model_dump(exclude=apart) == other.model_dump(exclude=apart)
