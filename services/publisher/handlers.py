"""What wakes a delivery, and the step that follows: recall, decide, write down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from schemas.channels import ChannelProbed
from schemas.codes import Code
from schemas.deliveries import (
    DeliveryCancelled,
    DeliveryExpired,
    DeliveryFact,
    DeliveryScheduled,
    DeliveryUncertain,
)
from schemas.posts import OrderApproved, OrderFact
from services.kit.messages import Due, Told, TryAgain
from services.publisher import domain
from services.publisher.attempts import Sender, published
from services.publisher.domain import (
    Cancel,
    Expire,
    LookUp,
    Nothing,
    Order,
    Schedule,
    Send,
    Step,
    Suspect,
    Timing,
    Wake,
    following,
)
from services.publisher.ports import (
    Absent,
    Alarm,
    Channel,
    Ledger,
    Notices,
    Orders,
    Published,
    Sought,
    Unclear,
)

_AGAIN = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Every message only says: look at this delivery again. What is stored decides."""

    channels: Mapping[str, Channel]
    ledger: Ledger
    orders: Orders
    alarm: Alarm
    notices: Notices
    sender: Sender
    timing: Timing
    now: Callable[[], datetime]

    async def take_order(self, told: Told[OrderFact]) -> None:
        """An order came, or came again."""
        await self._advance(told.fact.channel, told.fact.post, told.fact.trace, self.now())

    async def continue_delivery(self, due: Due) -> None:
        """A delivery's timer came."""
        channel, post, serial = due.tokens
        # The broker's time rules: a clock of ours that is behind must not wait a second time.
        now = max(self.now(), due.at)
        await self._advance(channel, UUID(post), due.trace, now, serial)

    async def probe(self, channel: Channel) -> None:
        """Ask a channel how it is, and tell it if that has changed."""
        readiness = await channel.check()
        probed = ChannelProbed(
            occurred_at=self.now(),
            trace=uuid4(),
            channel=channel.name,
            kind=channel.kind,
            title=channel.title,
            url=channel.url,
            limits=readiness.limits,
            ready=readiness.code is None,
            code=readiness.code,
            parameters=readiness.parameters or {},
        )
        await self.notices.tell_if_changed(probed)

    async def _advance(
        self, name: str, post: UUID, trace: UUID, now: datetime, woken_by: str = ""
    ) -> None:
        channel = self.channels[name]
        order = await self.orders.newest(name, post)
        entry = await self.ledger.recall(name, post)
        step = domain.next_step(order, entry, now, self.timing, channel.repeat_safety)
        if not woken_by and order is None:
            raise TryAgain("the order that we heard of cannot be looked up yet", _AGAIN)
        if not woken_by and isinstance(step, Send):
            # Only a timer sends: its due message is the broker's word that the time has come.
            step = Wake(step.order.publish_at)
        if isinstance(step, Wake):
            after = str(entry.sequence) if entry else "0"
            await self.alarm.wake(name, post, after, step.at, trace)
        elif isinstance(step, Schedule):
            await self._schedule(step.order, entry.sequence if entry else 0)
        elif isinstance(step, LookUp) and entry:
            await self._look_up(channel, entry, order, now, woken_by)
        elif entry:
            await self._take(step, channel, entry.fact, entry.sequence)

    async def _take(self, step: Step, channel: Channel, past: DeliveryFact, after: int) -> None:
        match step:
            case Send(approved, attempt):
                await self.sender.send(channel, approved, past, attempt, after)
            case Suspect(until):
                silent = {"code": Code.SENDER_SILENT, "parameters": {"channel": past.channel}}
                unsure = following(DeliveryUncertain, past, self.now(), until=until, **silent)
                await self._wait(unsure, after, until)
            case Expire(fresh_until):
                expired = following(DeliveryExpired, past, self.now(), fresh_until=fresh_until)
                await self.ledger.record(expired, after)
            case Cancel():
                await self.ledger.record(following(DeliveryCancelled, past, self.now()), after)
            case Nothing():
                return

    async def _schedule(self, order: OrderApproved, after: int) -> None:
        scheduled = DeliveryScheduled(
            occurred_at=self.now(),
            trace=order.trace,
            channel=order.channel,
            post=order.post,
            revision=order.revision,
            publish_at=order.publish_at,
            opening=domain.opening(order.content),
            words=domain.words_digest(order.content.text),
        )
        await self._wait(scheduled, after, order.publish_at)

    async def _wait(self, fact: DeliveryFact, after: int, at: datetime) -> None:
        """Write an entry that waits, then set its timer; the message is acked after both."""
        serial = await self.ledger.record(fact, after)
        await self.alarm.wake(fact.channel, fact.post, str(serial), at, fact.trace)

    async def _look_up(
        self,
        channel: Channel,
        entry: Told[DeliveryFact],
        order: Order | None,
        now: datetime,
        woken_by: str,
    ) -> None:
        past, after = entry.fact, entry.sequence
        if not isinstance(past, DeliveryUncertain):
            raise TypeError(f"nothing to look up after {past.type}")
        sought = Sought(
            post=past.post,
            revision=past.revision,
            key=domain.key(past.channel, past.post, past.revision),
            opening=past.opening,
            words=past.words,
            since=past.first_attempt_at or past.publish_at,
        )
        match await channel.find(sought):
            case Published() as proof:
                approved = order if isinstance(order, OrderApproved) else None
                sent = approved if approved and approved.revision == past.revision else None
                found = published(channel, past, sent, proof, self.now(), "look-up")
                await self.ledger.record(found, after)
            case Absent():
                until = now + self.timing.settle
                unsure = following(
                    DeliveryUncertain,
                    past,
                    self.now(),
                    code=past.code,
                    parameters=past.parameters,
                    until=until,
                    look_ups=past.look_ups + 1,
                )
                await self._wait(unsure, after, until)
            case Unclear():
                # Not a word from the channel: the entry stands, and we come back later.
                serial = domain.next_serial(str(after), woken_by)
                at = now + self.timing.settle
                await self.alarm.wake(past.channel, past.post, serial, at, past.trace)
