"""One attempt at a delivery: claim, gate, call once, and write down what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.envelope import Parameters
from schemas.posts import OrderApproved
from services.kit.messages import BrokerAway, NotWhole, Overtaken, TryAgain
from services.publisher.domain import Timing, following, in_doubt, key, pause_after
from services.publisher.ports import (
    Alarm,
    Answer,
    Caller,
    Channel,
    Ledger,
    NotNow,
    Orders,
    Parcel,
    PictureFile,
    Pictures,
    Published,
    Refused,
    Unclear,
)

_RETRY_BASE = timedelta(seconds=1)
_RETRY_CAP = timedelta(minutes=5)
_CLAIM_AGAIN = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claim that is ours, and what it followed."""

    channel: Channel
    order: OrderApproved
    past: DeliveryFact
    claim: DeliveryAttempted
    place: int
    """The claim's sequence: what we write next must follow it."""
    began: float
    """On the clock that never jumps, from before the claim was written."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Makes attempts, each owned by this replica for as long as its lease."""

    ledger: Ledger
    orders: Orders
    alarm: Alarm
    pictures: Pictures
    call: Caller
    timing: Timing
    owner: str
    now: Callable[[], datetime]
    clock: Callable[[], float]
    """A clock that never jumps, in seconds; it measures our own leases."""
    chance: Callable[[], float]

    async def send(
        self, channel: Channel, order: OrderApproved, past: DeliveryFact, number: int, after: int
    ) -> None:
        """Claim attempt `number`, check once more, call the channel, and write down its answer."""
        parcel = await self._pack(order)
        attempt = await self._claim(channel, order, past, number, after)
        if parcel is None:
            await self._conclude(attempt, Refused(Code.PICTURE_LOST, {}))
            return
        # The gate, right before the call: still wanted, and still ours to send.
        newest = await self.orders.newest(order.channel, order.post)
        if not isinstance(newest, OrderApproved) or newest.revision != order.revision:
            await self._call_off(attempt)
            return
        if self._elapsed(attempt) > self.timing.lease / 3:
            # Too slow to be sure of the lease, and nothing was sent. A claim has no timer, so this
            # message has to come again and find it, or nobody ever would.
            raise TryAgain("the claim was too slow", _CLAIM_AGAIN)
        await self._conclude(attempt, await self.call(channel, parcel, self.timing.answer_within))

    async def _claim(
        self, channel: Channel, order: OrderApproved, past: DeliveryFact, number: int, after: int
    ) -> Attempt:
        began, now = self.clock(), self.now()
        claim = following(
            DeliveryAttempted,
            past,
            now,
            attempt=number,
            first_attempt_at=past.first_attempt_at or now,
            owner=self.owner,
            lease=self.timing.lease,
        )
        return Attempt(channel, order, past, claim, await self.ledger.record(claim, after), began)

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
            key=key(order.channel, order.post, order.revision),
            content=order.content,
            pictures=files,
            publish_at=order.publish_at,
            series=order.series,
        )

    async def _conclude(self, attempt: Attempt, answer: Answer) -> None:
        claim, now = attempt.claim, self.now()
        match answer:
            case Published() as proof:
                proven = published(attempt.channel, claim, attempt.order, proof, now)
                await self._write_down(attempt, proven)
            case Refused(code, parameters) | NotNow(code, parameters) if in_doubt(attempt.past):
                # This attempt did nothing; an earlier one may have, and is still to be found out.
                wait = answer.wait if isinstance(answer, NotNow) else None
                await self._stay_unsure(attempt, code, parameters, wait)
            case Refused(code, parameters):
                refused = following(DeliveryFailed, claim, now, code=code, parameters=parameters)
                await self._write_down(attempt, refused)
            case NotNow(code, parameters, wait):
                pause = pause_after(claim.attempt, self.chance(), _RETRY_BASE, _RETRY_CAP)
                until = min(now + max(pause, wait or pause), attempt.order.fresh_until)
                said = {"until": until, "code": code, "parameters": parameters}
                waiting = following(DeliveryWaiting, claim, now, **said)
                await self._write_down(attempt, waiting, wake_at=until)
            case Unclear(code, parameters):
                await self._stay_unsure(attempt, code, parameters)

    async def _call_off(self, attempt: Attempt) -> None:
        """End an attempt that is no longer wanted, before anything was sent."""
        if in_doubt(attempt.past):
            await self._stay_unsure(attempt, attempt.past.code, attempt.past.parameters)
        else:
            cancelled = following(DeliveryCancelled, attempt.claim, self.now())
            await self._write_down(attempt, cancelled)

    async def _stay_unsure(
        self, attempt: Attempt, code: Code, parameters: Parameters, wait: timedelta | None = None
    ) -> None:
        now = self.now()
        until = now + max(self.timing.settle, wait or self.timing.settle)
        said = {"until": until, "code": code, "parameters": parameters}
        unsure = following(DeliveryUncertain, attempt.claim, now, **said)
        await self._write_down(attempt, unsure, wake_at=until)

    async def _write_down(
        self, attempt: Attempt, fact: DeliveryFact, wake_at: datetime | None = None
    ) -> None:
        """Write the outcome on our own claim; tried while the lease lasts, then left to others."""
        while True:
            try:
                serial = await self.ledger.record(fact, attempt.place)
                if wake_at is not None:
                    await self.alarm.wake(fact.channel, fact.post, str(serial), wake_at, fact.trace)
            except BrokerAway:
                if self._elapsed(attempt) > self.timing.lease:
                    raise
            except Overtaken:
                return
            else:
                return

    def _elapsed(self, attempt: Attempt) -> timedelta:
        return timedelta(seconds=self.clock() - attempt.began)


def published(
    channel: Channel,
    past: DeliveryFact,
    order: OrderApproved | None,
    proof: Published,
    now: datetime,
    known_by: str = "answer",
) -> DeliveryPublished:
    """Make the fact that a delivery is public; `order` is what became public, if it is known."""
    return following(
        DeliveryPublished,
        past,
        now,
        kind=channel.kind,
        external_id=proof.external_id,
        url=proof.url,
        published_at=now,
        known_by=known_by,
        content=order.content if order and channel.keeps_content else None,
        series=order.series if order else None,
        labels=order.labels if order else (),
    )
