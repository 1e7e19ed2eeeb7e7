"""Faults planted on purpose around the shipped publisher, to see whether they are seen."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from nats.aio.msg import Msg
from nats.errors import Error

from schemas.deliveries import DeliveryAttempted, DeliveryFact
from schemas.flow import Durable
from services.kit.bus import Bus, Heard
from services.kit.messages import Overtaken, Told
from services.publisher.domain.answers import Absent, Answer, Finding, NotNow, Unclear
from services.publisher.domain.happenings import Order, Stop
from services.publisher.domain.rules import Repeat
from services.publisher.handlers import Publisher
from services.publisher.ports import Caller, Channel, Ledger, Orders, Parcel, Sought

Plant = Callable[[Publisher], Publisher]


@dataclass(frozen=True, slots=True)
class Defect:
    """What is wrong with a replica, and the kind of drill that reaches it."""

    meaning: str
    shape: str
    plant: Plant = field(default=lambda publisher: publisher)
    spoil: Callable[[Channel], Channel] = field(default=lambda channel: channel)
    """What takes the place of a sound channel."""
    bus: type[Bus] = Bus


class _LateLedger:
    """Claims only in its own memory, and writes the claim down together with its outcome."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._claims: dict[tuple[str, UUID], tuple[DeliveryFact, int]] = {}

    async def recall(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        return await self._ledger.recall(channel, post)

    async def record(self, fact: DeliveryFact, after: int) -> int:
        place = (fact.channel, fact.post)
        if isinstance(fact, DeliveryAttempted):
            self._claims[place] = (fact, after)
            return after
        if place in self._claims:
            claim, before = self._claims.pop(place)
            after = await self._ledger.record(claim, before)
        return await self._ledger.record(fact.model_copy(update={"follows": after}), after)


class _CarelessLedger:
    """Writes after whatever is newest, instead of after what was decided on."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def recall(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        return await self._ledger.recall(channel, post)

    async def record(self, fact: DeliveryFact, after: int) -> int:
        while True:
            newest = await self._ledger.recall(fact.channel, fact.post)
            after = newest.sequence if newest else 0
            with suppress(Overtaken):
                return await self._ledger.record(fact.model_copy(update={"follows": after}), after)


class _StaleOrders:
    """Goes by the first order that it has seen."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._first: dict[tuple[str, UUID], Order] = {}

    async def newest(self, channel: str, post: UUID) -> Order | None:
        found = await self._orders.newest(channel, post)
        return self._first.setdefault((channel, post), found) if found else None

    async def standing(self, channel: str, post: UUID) -> tuple[Order | None, tuple[Stop, ...]]:
        return await self.newest(channel, post), ()


class _EagerBus(Bus):
    """Acknowledges before the work, as hearing does that nobody has thought about."""

    async def _consume(self, durable: Durable, take: Heard, message: Msg) -> None:
        with suppress(Error, ConnectionError):
            await message.ack()
        await super()._consume(durable, take, message)


class _Spoilt:
    """A channel of which one thing is wrong."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)


class _NewKey(_Spoilt):
    async def commit(self, parcel: Parcel) -> Answer:
        return await self._channel.commit(replace(parcel, key=str(uuid4())))


class _Hasty(_Spoilt):
    async def find(self, sought: Sought) -> Finding:
        finding = await self._channel.find(sought)
        return Absent() if isinstance(finding, Unclear) else finding


def _spoiling(spoilt: type[_Spoilt], *by: Repeat) -> Callable[[Channel], Channel]:
    def spoil(channel: Channel) -> Channel:
        wrong = channel.repeat_safety.by in by
        return cast("Channel", spoilt(channel)) if wrong else channel

    return spoil


def _late_claims(publisher: Publisher) -> Publisher:
    courier = publisher.courier
    return replace(publisher, courier=replace(courier, ledger=_LateLedger(courier.ledger)))


def _no_compare_and_set(publisher: Publisher) -> Publisher:
    courier = publisher.courier
    return replace(publisher, courier=replace(courier, ledger=_CarelessLedger(courier.ledger)))


def _hopeful(call: Caller[Answer]) -> Caller[Answer]:
    async def asked(asked: Awaitable[Answer], channel: str, within: timedelta) -> Answer:
        answer = await call(asked, channel, within)
        return NotNow(answer.code, answer.parameters) if isinstance(answer, Unclear) else answer

    return asked


def _retrying(publisher: Publisher) -> Publisher:
    courier = publisher.courier
    return replace(publisher, courier=replace(courier, call=_hopeful(courier.call)))


def _hardly_settling(publisher: Publisher) -> Publisher:
    # Not zero: a look-up may take as long as the settling does.
    rules = {
        name: replace(each, timing=replace(each.timing, settle=timedelta(seconds=0.15)))
        for name, each in publisher.rules.items()
    }
    return replace(publisher, rules=rules)


def _timeless(publisher: Publisher) -> Publisher:
    return replace(publisher, courier=replace(publisher.courier, clock=lambda: 0.0))


def _gateless(publisher: Publisher) -> Publisher:
    orders = _StaleOrders(publisher.orders)
    return replace(publisher, orders=orders, courier=replace(publisher.courier, orders=orders))


HONEST = Defect("nothing is wrong", "small")

DEFECTS: Mapping[str, Defect] = {
    "no-write-before-call": Defect(
        "the claim is stored only after the call", "kills", _late_claims
    ),
    "no-cas": Defect("an entry is stored after whatever is newest", "pauses", _no_compare_and_set),
    "retry-uncertain": Defect(
        "a lost answer counts as not done and is tried again", "answers", _retrying
    ),
    "no-settle": Defect(
        "look-ups are believed before a late call can show", "answers", _hardly_settling
    ),
    "send-after-lease": Defect(
        "the owner of a claim does not see its time pass", "pauses", _timeless
    ),
    "new-key-per-attempt": Defect(
        "every attempt has a key of its own",
        "answers",
        spoil=_spoiling(_NewKey, Repeat.DETERMINISTIC_ID, Repeat.IDEMPOTENCY_KEY),
    ),
    "default-ack-policy": Defect(
        "a message is acknowledged before it is worked on", "kills", bus=_EagerBus
    ),
    "no-gate": Defect("the newest order is not looked at before the call", "answers", _gateless),
    "failed-look-up-is-absent": Defect(
        "a look-up that fails counts as one that found nothing",
        "answers",
        spoil=_spoiling(_Hasty, Repeat.LOOK_UP),
    ),
}
