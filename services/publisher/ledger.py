"""The publisher's memory and alarm clock on the broker, and the way a channel is asked."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog

from schemas.alerts import HoldActivated, HoldFact
from schemas.channels import ChannelProbed, StrangerFound
from schemas.codes import Code
from schemas.deliveries import DeliveryFact
from schemas.envelope import now
from schemas.posts import OrderApproved, OrderWithdrawn
from schemas.publishing import Pause, PublishingFact
from services.kit.facts import Facts, Unreadable
from services.kit.messages import Overtaken, Told
from services.kit.sharing import Shared
from services.kit.timers import Timers
from services.publisher.domain.answers import Unclear
from services.publisher.domain.happenings import Order, Stop
from services.publisher.domain.news import is_news
from services.publisher.ports import Said

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


class StreamHistory:
    """The past of a channel, read from the publisher's own stream."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def began(self, channel: str) -> datetime | None:
        """Say when it was first told how the channel is."""
        first = await self._facts.page("PUBLISHER", f"publisher.channel.{channel}", 1, most=1)
        return first[0].stored_at if first else None

    async def since(self, channel: str, moment: datetime) -> Sequence[DeliveryFact]:
        """Read all entries since then, page by page; the last of each delivery counts."""
        newest: dict[UUID, DeliveryFact] = {}
        start: int | datetime = moment
        pattern = f"publisher.delivery.{channel}.*"
        while page := await self._facts.page("PUBLISHER", pattern, start):
            for kept in page:
                told = self._facts.read(kept)
                if told is not None and isinstance(told.fact, DeliveryFact):
                    newest[told.fact.post] = told.fact
            start = page[-1].sequence + 1
        return list(newest.values())


class StreamOrders:
    """Orders and pauses, looked up in the planner's stream, and the hold in the siren's."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._paused = Shared(self._pauses)
        self._held = Shared(self._hold)

    async def newest(self, channel: str, post: UUID) -> Order | None:
        """Look up what counts now; where a forgery stands, nothing does."""
        try:
            told = await self._facts.newest(f"planner.order.{channel}.{post}")
        except Unreadable:
            return None
        if told is None or not isinstance(told.fact, OrderApproved | OrderWithdrawn):
            return None
        return told.fact

    async def standing(self, channel: str, post: UUID) -> tuple[Order | None, tuple[Stop, ...]]:
        """Look up what counts now, and everything that is paused or held, all at once."""
        order, held, paused = await asyncio.gather(
            self.newest(channel, post), self._held.ask(), self._paused.ask()
        )
        return order, (*held, *paused)

    async def _hold(self) -> tuple[HoldActivated, ...]:
        try:
            told = await self._facts.newest(HoldFact.address)
        except Unreadable as error:
            # Whoever can spoil this word must not be able to lift a hold by it.
            spoilt = {"by": "clock", "why": str(error), "version": 1}
            return (HoldActivated(occurred_at=now(), trace=uuid4(), since=now(), **spoilt),)
        return (told.fact,) if told and isinstance(told.fact, HoldActivated) else ()

    async def _pauses(self) -> tuple[Pause, ...]:
        try:
            told = await self._facts.newest(PublishingFact.address)
        except Unreadable as error:
            # Whoever can spoil this list must not be able to lift a pause by it.
            return (Pause(scope="all", why=str(error), by="clock", since=now()),)
        return told.fact.pauses if told else ()


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
        if last is not None and not is_news(probed, last.fact):
            return
        try:
            await self._facts.tell(probed, last.sequence if last else 0)
        except Overtaken:
            return

    async def tell_stranger(self, stranger: StrangerFound) -> None:
        """Tell of a post that is not ours, unless it was told before."""
        with suppress(Overtaken):
            await self._facts.tell(stranger, 0)


async def call(asked: Awaitable[Said], channel: str, within: timedelta) -> Said | Unclear:
    """Make the call. Any failure that the adapter did not name may have happened after it."""
    try:
        async with asyncio.timeout(within.total_seconds()):
            return await asked
    except TimeoutError:
        return Unclear(Code.ANSWER_LOST, {"channel": channel})
    except Exception as error:
        log.exception("channel.failed", channel=channel)
        return Unclear(Code.ANSWER_UNCLEAR, {"channel": channel, "status": type(error).__name__})
