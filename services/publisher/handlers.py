"""The steps of a delivery: recall, decide, write down, act once, write down what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from schemas.channels import ChannelProbed
from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.envelope import Parameters
from schemas.posts import OrderApproved, OrderFact, OrderWithdrawn
from services.kit.messages import BrokerAway, Due, NotWhole, Overtaken, Told, TryAgain
from services.publisher import domain
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
)
from services.publisher.ports import (
    Absent,
    Alarm,
    Answer,
    Caller,
    Channel,
    Ledger,
    Notices,
    NotNow,
    Orders,
    Parcel,
    PictureFile,
    Pictures,
    Published,
    Refused,
    Sought,
    Unclear,
)

F = TypeVar("F", bound=DeliveryFact)

_RETRY_BASE = timedelta(seconds=1)
_RETRY_CAP = timedelta(minutes=5)
_AGAIN = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Every message only says: look at this delivery again. What is stored decides."""

    channels: Mapping[str, Channel]
    ledger: Ledger
    orders: Orders
    alarm: Alarm
    pictures: Pictures
    notices: Notices
    call: Caller
    timing: Timing
    owner: str
    now: Callable[[], datetime]
    clock: Callable[[], float]
    """A clock that never jumps, in seconds; it measures our own leases."""
    chance: Callable[[], float]

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
                await self._send(channel, approved, past, attempt, after)
            case Suspect(until):
                silent = {"code": Code.SENDER_SILENT, "parameters": {"channel": past.channel}}
                unsure = self._next(DeliveryUncertain, past, until=until, **silent)
                await self._wait(unsure, after, until)
            case Expire(fresh_until):
                expired = self._next(DeliveryExpired, past, fresh_until=fresh_until)
                await self.ledger.record(expired, after)
            case Cancel():
                await self.ledger.record(self._next(DeliveryCancelled, past), after)
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

    async def _send(
        self,
        channel: Channel,
        order: OrderApproved,
        past: DeliveryFact,
        attempt: int,
        after: int,
    ) -> None:
        parcel = await self._pack(order)
        began = self.clock()
        claim = self._next(
            DeliveryAttempted,
            past,
            attempt=attempt,
            first_attempt_at=past.first_attempt_at or self.now(),
            owner=self.owner,
            lease=self.timing.lease,
        )
        claimed = await self.ledger.record(claim, after)
        if parcel is None:
            lost = Refused(Code.PICTURE_LOST, {})
            await self._conclude(channel, order, past, claim, claimed, began, lost)
            return
        # The gate, right before the call: still wanted, and still ours to send.
        newest = await self.orders.newest(order.channel, order.post)
        if newest is None or newest.revision != order.revision or not _is_wanted(newest):
            if domain.in_doubt(past):
                await self._stay_unsure(claim, claimed, began, past.code, past.parameters)
            else:
                await self._write_down(self._next(DeliveryCancelled, claim), claimed, began)
            return
        if self.clock() - began > self.timing.lease.total_seconds() / 3:
            # Too slow to be sure of the lease, and nothing was sent. A claim has no timer, so this
            # message has to come again and find it, or nobody ever would.
            raise TryAgain("the claim was too slow", _AGAIN)
        answer = await self.call(channel, parcel, self.timing.answer_within)
        await self._conclude(channel, order, past, claim, claimed, began, answer)

    async def _pack(self, order: OrderApproved) -> Parcel | None:
        """Gather what the channel needs; None if a picture is not what was approved."""
        files = []
        for picture in order.content.pictures:
            try:
                files.append(PictureFile(picture, await self.pictures.get(picture.digest)))
            except NotWhole:
                return None
        return Parcel(
            post=order.post,
            revision=order.revision,
            key=domain.key(order.channel, order.post, order.revision),
            content=order.content,
            pictures=files,
            publish_at=order.publish_at,
            series=order.series,
        )

    async def _conclude(
        self,
        channel: Channel,
        order: OrderApproved,
        past: DeliveryFact,
        claim: DeliveryAttempted,
        claimed: int,
        began: float,
        answer: Answer,
    ) -> None:
        match answer:
            case Published() as proof:
                await self._write_down(
                    self._published(channel, claim, order, proof, "answer"), claimed, began
                )
            case Refused(code, parameters) | NotNow(code, parameters) if domain.in_doubt(past):
                # This attempt did nothing; an earlier one may have, and is still to be found out.
                wait = answer.wait if isinstance(answer, NotNow) else None
                await self._stay_unsure(claim, claimed, began, code, parameters, wait)
            case Refused(code, parameters):
                refused = self._next(DeliveryFailed, claim, code=code, parameters=parameters)
                await self._write_down(refused, claimed, began)
            case NotNow(code, parameters, wait):
                pause = domain.pause_after(claim.attempt, self.chance(), _RETRY_BASE, _RETRY_CAP)
                until = min(self.now() + max(pause, wait or pause), order.fresh_until)
                waiting = self._next(
                    DeliveryWaiting, claim, until=until, code=code, parameters=parameters
                )
                await self._write_down(waiting, claimed, began, wake_at=until)
            case Unclear(code, parameters):
                await self._stay_unsure(claim, claimed, began, code, parameters)

    async def _stay_unsure(
        self,
        claim: DeliveryAttempted,
        claimed: int,
        began: float,
        code: Code,
        parameters: Parameters,
        wait: timedelta | None = None,
    ) -> None:
        until = self.now() + max(self.timing.settle, wait or self.timing.settle)
        unsure = self._next(DeliveryUncertain, claim, until=until, code=code, parameters=parameters)
        await self._write_down(unsure, claimed, began, wake_at=until)

    async def _write_down(
        self, fact: DeliveryFact, claimed: int, began: float, wake_at: datetime | None = None
    ) -> None:
        """Write the outcome on our own claim; tried while the lease lasts, then left to others."""
        while True:
            try:
                serial = await self.ledger.record(fact, claimed)
                if wake_at is not None:
                    await self.alarm.wake(fact.channel, fact.post, str(serial), wake_at, fact.trace)
            except BrokerAway:
                if self.clock() - began > self.timing.lease.total_seconds():
                    raise
            except Overtaken:
                return
            else:
                return

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
                await self.ledger.record(
                    self._published(channel, past, approved, proof, "look-up"), after
                )
            case Absent():
                until = now + self.timing.settle
                unsure = self._next(
                    DeliveryUncertain,
                    past,
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

    def _published(
        self,
        channel: Channel,
        past: DeliveryFact,
        order: OrderApproved | None,
        proof: Published,
        known_by: str,
    ) -> DeliveryPublished:
        now = self.now()
        return self._next(
            DeliveryPublished,
            past,
            kind=channel.kind,
            external_id=proof.external_id,
            url=proof.url,
            published_at=now,
            known_by=known_by,
            content=order.content if order and channel.keeps_content else None,
            series=order.series if order else None,
            labels=order.labels if order else (),
        )

    def _next(self, to: type[F], past: DeliveryFact, /, **said: Any) -> F:
        """Carry the delivery's state over into its next fact."""
        carried = past.model_dump(include=set(DeliveryFact.model_fields) - {"type"})
        return to(**carried | {"occurred_at": self.now()} | said)


def _is_wanted(order: Order) -> bool:
    return not isinstance(order, OrderWithdrawn)
