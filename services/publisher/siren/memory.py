"""What the engine needs, without a broker: ledger and orders on the spool, timers in here."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

from schemas.alerts import AlertFact
from schemas.channels import ChannelProbed
from schemas.deliveries import DeliveryFact
from schemas.envelope import now
from schemas.publishing import Pause
from services.kit.messages import BrokerAway, NotWhole, Told
from services.kit.secret_files import write
from services.publisher.domain.answers import Answer
from services.publisher.domain.happenings import Order
from services.publisher.domain.news import is_news
from services.publisher.ports import Channel
from services.publisher.siren.domain.orders import Entries, Marking, delivery_of, order_of
from services.publisher.siren.ports import MemoryFull
from services.publisher.siren.spool import Spool

_BREATH = 0.2
"""Seconds between tries to write to a disk that takes nothing."""


class SpoolLedger:
    """Deliveries of the siren, as facts in its spool."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    async def recall(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        """Give the newest entry of a delivery."""
        return self.known(channel, post)

    def known(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        """Give the same without waiting: it is in memory."""
        subject = DeliveryFact.address.format(teller="siren", channel=channel, post=post)
        return self._spool.newest(subject)

    async def record(self, fact: DeliveryFact, after: int) -> int:
        """Add the next entry, on disk before this returns."""
        try:
            [told] = await self._spool.append([(ours(fact), after)])
        except MemoryFull as error:
            await asyncio.sleep(_BREATH)
            raise BrokerAway(str(error)) from error
        return told.sequence

    def entries(self, fact: AlertFact, channel: str) -> Entries:
        """Give what is known of every bulletin of an alert in one channel."""
        found = {
            each.number: self.known(channel, delivery_of(fact.alert, each.number))
            for each in fact.issued
        }
        return {number: told.fact for number, told in found.items() if told is not None}


def ours(fact: DeliveryFact) -> DeliveryFact:
    """Say of an entry that this lane tells it."""
    return fact.model_copy(update={"teller": "siren"})


class AlertOrders:
    """Orders, derived from the newest fact of the alert that a delivery belongs to."""

    def __init__(
        self, spool: Spool, ledger: SpoolLedger, channels: Mapping[str, Channel], mark: Marking
    ) -> None:
        self._spool = spool
        self._ledger = ledger
        self._channels = channels
        self._mark = mark
        self._places: dict[UUID, tuple[UUID, int]] = {}

    def alert(self, alert: UUID) -> Told[AlertFact] | None:
        """Give the newest fact of an alert."""
        return self._spool.newest(AlertFact.address.format(alert=alert))

    def learn(self, fact: AlertFact) -> None:
        """Remember which alert its deliveries belong to."""
        for issued in fact.issued:
            self._places[delivery_of(fact.alert, issued.number)] = fact.alert, issued.number

    def place(self, post: UUID) -> tuple[UUID, int]:
        """Give the alert and the bulletin's number of a delivery."""
        return self._places[post]

    def order(self, fact: AlertFact, number: int, channel: str) -> Order | None:
        """Say what counts now for one bulletin in one channel."""
        entries = self._ledger.entries(fact, channel)
        amends = self._channels[channel].amends
        return order_of(fact, number, channel, entries, self._mark, amends)

    async def newest(self, channel: str, post: UUID) -> Order | None:
        """Look up what counts now for one delivery."""
        alert, number = self.place(post)
        told = self.alert(alert)
        return self.order(told.fact, number, channel) if told else None

    async def standing(self, channel: str, post: UUID) -> tuple[Order | None, tuple[Pause, ...]]:
        """Look up the same; nobody can pause the siren."""
        return await self.newest(channel, post), ()


class LocalAlarm:
    """Timers of this process. After a restart the lane looks at everything that is not done."""

    def __init__(self, ring: Callable[[str, UUID, datetime], None]) -> None:
        self._ring_for = ring
        self._set: dict[tuple[str, UUID], asyncio.TimerHandle] = {}

    async def wake(self, channel: str, post: UUID, serial: str, at: datetime, trace: UUID) -> None:
        """Bring a delivery up at this moment; a delivery waits for one moment at a time."""
        del serial, trace
        self.stop(channel, post)
        wait = max(0.0, (at - now()).total_seconds())
        loop = asyncio.get_running_loop()
        self._set[channel, post] = loop.call_later(wait, self._ring, channel, post, at)

    def stop(self, channel: str, post: UUID) -> None:
        """Forget a delivery's moment."""
        if (handle := self._set.pop((channel, post), None)) is not None:
            handle.cancel()

    def stop_all(self) -> None:
        """Forget all moments, at the end."""
        for handle in self._set.values():
            handle.cancel()
        self._set.clear()

    def _ring(self, channel: str, post: UUID, at: datetime) -> None:
        self._set.pop((channel, post), None)
        self._ring_for(channel, post, at)


class OpenLanes:
    """No rest, no breaker, no queue: in an emergency every channel is tried, whatever it said."""

    def rest_until(self, channel: str) -> datetime | None:
        """Never."""

    async def admit(self, channel: str) -> None:
        """At once."""

    async def saw(self, channel: str, answer: Answer) -> None:
        """Nothing follows from it for others."""


class SpoolNotices:
    """Tells how channels are, when that has changed."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    async def tell_if_changed(self, probed: ChannelProbed) -> None:
        """Compare with what was told last."""
        fact = probed.model_copy(update={"teller": "siren"})
        last = self._spool.newest(fact.subject)
        if last is None or is_news(fact, last.fact):
            await self._spool.append([(fact, last.sequence if last else 0)])


class Cards:
    """Alert cards in a folder, by their digest."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, digest: str, content: bytes) -> None:
        """Keep a card, on disk before this returns."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / digest
        if not path.exists():
            write(path, content)

    def has(self, digest: str) -> bool:
        """Say whether a card is there."""
        return (self._folder / digest).exists()

    async def get(self, digest: str) -> bytes:
        """Read a card; `NotWhole` if it is not what its digest says."""
        try:
            content = await asyncio.to_thread((self._folder / digest).read_bytes)
        except OSError as error:
            raise NotWhole(digest) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise NotWhole(digest)
        return content

    async def whole(self, digest: str) -> None:
        """Look whether it is what its digest says."""
        await self.get(digest)

    async def size(self, digest: str) -> int:
        """Say how many bytes it has."""
        return len(await self.get(digest))

    async def read(self, digest: str, first: int, last: int) -> AsyncIterator[bytes]:
        """Give its bytes from the first to the last."""
        yield (await self.get(digest))[first : last + 1]
