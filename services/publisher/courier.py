"""Carries out what the engine wants, one move after the other: store, then act."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from schemas.codes import Code
from schemas.deliveries import DeliveryAttempted, DeliveryFact
from schemas.posts import OrderApproved, Video
from services.kit.messages import BrokerAway, NotWhole, Overtaken, Told
from services.publisher.domain.answers import Answer, Finding, Refused
from services.publisher.domain.engine import step
from services.publisher.domain.happenings import (
    Answered,
    Call,
    Check,
    Claimed,
    Effect,
    Event,
    LookedUp,
    LookUp,
    Order,
    State,
    View,
    Wake,
)
from services.publisher.domain.keys import key
from services.publisher.domain.pacing import next_serial
from services.publisher.domain.rules import Repeat, Rules
from services.publisher.ports import (
    Alarm,
    Caller,
    Channel,
    Lanes,
    Ledger,
    Media,
    Orders,
    Parcel,
    PictureFile,
    Sought,
    TwoPhase,
    VideoFile,
)


@dataclass(slots=True)
class Errand:
    """What is in hand while one delivery is carried."""

    channel: Channel
    rules: Rules
    began: float
    """On the clock that never jumps, from before our claim was written."""
    parcel: Parcel | None = None

    @property
    def ends(self) -> float:
        """When our claim is no longer ours alone."""
        return self.began + self.rules.timing.lease.total_seconds()


@dataclass(frozen=True, slots=True)
class Courier:
    """Walks a delivery through its moves, for as long as something follows from them."""

    ledger: Ledger
    orders: Orders
    alarm: Alarm
    lanes: Lanes
    media: Media
    call: Caller[Answer]
    """Makes the one call of an attempt."""
    look: Caller[Finding]
    now: Callable[[], datetime]
    clock: Callable[[], float]
    """A clock that never jumps, in seconds; it measures our own leases."""
    chance: Callable[[], float]
    walks: Iterator[int] = field(default_factory=count)

    async def carry(
        self, channel: Channel, rules: Rules, state: State, event: Event, woken_by: str = ""
    ) -> None:
        """Store each entry before what follows from it; `Overtaken` if another came first."""
        # Two walks of one replica must not make the same claim: each would take it for its own.
        rules = replace(rules, owner=f"{rules.owner}/{next(self.walks)}")
        errand = Errand(channel, rules, self.clock())
        after: Event | None = event
        while after is not None:
            event, move = after, step(state, after, rules)
            if isinstance(move.entry, DeliveryAttempted):
                if not isinstance(event, Answered):
                    await self.lanes.admit(channel.name)
                    errand.parcel = await self._pack(_order(event))
                errand.began = self.clock()
            if move.entry is not None:
                outcome = isinstance(event, Answered)
                state = await self._store(move.entry, state, errand if outcome else None)
                woken_by = ""
            after = None
            if state is not None and move.effect is not None:
                after = await self._do(move.effect, errand, state, event, woken_by)
            if isinstance(event, Answered):
                # Last: to tell of a rest must not keep an outcome from being stored.
                await self.lanes.saw(channel.name, event.answer)

    async def _do(
        self,
        effect: Effect,
        errand: Errand,
        state: Told[DeliveryFact],
        event: Event,
        woken_by: str,
    ) -> Event | None:
        """Carry an effect out, and say what happened; None: nothing more for now."""
        name = errand.channel.name
        match effect:
            case Wake(at):
                await self._set_timer(state, at, woken_by)
                return None
            case Check():
                order, pauses = await self.orders.standing(name, state.fact.post)
                view = View(self.now(), order, pauses=pauses, chance=self.chance())
                return Claimed(view, timedelta(seconds=self.clock() - errand.began))
            case Call(order):
                answer = await self._call(errand, state.fact, order)
                return Answered(order, answer, self.now(), self.chance())
            case LookUp():
                asked = errand.channel.find(_sought(state.fact))
                finding = await self.look(asked, name, errand.rules.timing.settle)
                view = View(self.now(), _order(event), chance=self.chance())
                return LookedUp(view, finding)

    async def _store(self, entry: DeliveryFact, state: State, errand: Errand | None) -> State:
        """Store the next entry; an errand's outcome is tried for as long as its claim holds."""
        after = state.sequence if state else 0
        while True:
            try:
                return Told(entry, await self.ledger.record(entry, after), entry.occurred_at)
            except BrokerAway:
                if errand is None or self.clock() > errand.ends:
                    raise
            except Overtaken:
                if errand is None:
                    raise
                # Another replica took over after our lease; what it finds out counts.
                return None

    async def _set_timer(self, state: Told[DeliveryFact], at: datetime, woken_by: str) -> None:
        fact, entry = state.fact, str(state.sequence)
        serial = next_serial(entry, woken_by) if woken_by else entry
        await self.alarm.wake(fact.channel, fact.post, serial, at, fact.trace)

    async def _call(self, errand: Errand, fact: DeliveryFact, order: Order) -> Answer:
        if fact.answers is not None and errand.rules.answer_safety is None:
            return Refused(Code.ANSWERS_NOT_TAKEN, {"channel": errand.channel.title})
        asked = _call_for(errand, fact, order)
        if asked is None:
            filmed = isinstance(order, OrderApproved) and order.content.video
            return Refused(Code.VIDEO_LOST if filmed else Code.PICTURE_LOST, {})
        return await self.call(asked, fact.channel, errand.rules.timing.answer_within)

    async def _pack(self, order: Order | None) -> Parcel | None:
        """Gather what the channel needs; None if what it shows is not what was approved."""
        if not isinstance(order, OrderApproved):
            return None
        content = order.content
        try:
            files = [
                PictureFile(each, await self.media.get(each.digest)) for each in content.pictures
            ]
            video = await self._film(content.video) if content.video else None
        except NotWhole:
            return None
        return Parcel(
            post=order.post,
            revision=order.revision,
            key=key(order.channel, order.post, order.revision),
            content=content,
            pictures=files,
            video=video,
            publish_at=order.publish_at,
            series=order.series,
        )

    async def _film(self, video: Video) -> VideoFile:
        """Look through a video, so that what is sent of it is what was approved."""
        await self.media.whole(video.digest)
        return VideoFile(video, partial(self.media.read, video.digest, 0, video.size - 1))


def _call_for(errand: Errand, fact: DeliveryFact, order: Order) -> Awaitable[Answer] | None:
    """Choose the one call that a claim allows; None if there is nothing whole to send."""
    channel, parcel = errand.channel, errand.parcel
    if fact.aim == "retract" and fact.proof:
        return channel.retract(fact.proof)
    if parcel is None or parcel.revision != order.revision:
        return None
    if fact.aim == "correct" and fact.proof:
        return channel.correct(parcel, fact.proof)
    two = errand.rules.safety_of(fact).by is Repeat.TWO_PHASE
    # Comparing a channel with a protocol is slow, so only those are compared that say they are.
    if two and fact.handle is None and isinstance(channel, TwoPhase):
        return channel.prepare(parcel)
    return channel.commit(replace(parcel, handle=fact.handle))


def _order(event: Event) -> Order | None:
    return event.order if isinstance(event, Answered) else event.view.order


def _sought(past: DeliveryFact) -> Sought:
    return Sought(
        post=past.post,
        revision=past.revision,
        key=key(past.channel, past.post, past.revision),
        opening=past.opening,
        words=past.words,
        since=past.first_attempt_at or past.publish_at,
        handle=past.handle,
        answers=past.answers,
    )
