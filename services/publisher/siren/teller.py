"""Brings what the siren remembers into its stream, in order, whenever the broker is there."""

import asyncio
from collections.abc import Sequence

import structlog
from prometheus_client import CollectorRegistry, Gauge

from schemas.alerts import HoldFact
from schemas.envelope import Fact
from services.kit.facts import Facts, Unreadable
from services.kit.messages import BrokerAway, Overtaken, Told
from services.publisher.siren.spool import Spool

log = structlog.get_logger()

_STREAM = "SIREN"

_AGAIN = 0.3
"""Seconds until a broker that was away is asked again."""

_LOOK_AGAIN = 30.0
"""The same, while something stands in the stream that is not ours."""

_SURE = 10
"""Looks in a row that must agree on that."""


class Teller:
    """Tells each fact once. At the start it looks how far each thing was told before."""

    def __init__(self, spool: Spool, facts: Facts, registry: CollectorRegistry) -> None:
        self._spool = spool
        self._facts = facts
        self._done = 0
        self._told: dict[str, tuple[int, int]] = {}
        """By subject: how far it is told, by our place, and where that stands in the stream."""
        self._behind = Gauge(
            "budkavle_siren_untold_facts",
            "Facts in the spool that the broker does not have yet",
            registry=registry,
        )
        self.trouble: str | None = None
        """Why nothing more can be told; None: all is told, or the broker is awaited."""

    @property
    def behind(self) -> int:
        """Say how many facts the broker does not have yet."""
        return self._spool.last - self._done

    async def recover(self, within: float) -> int:
        """Fill an empty spool with what the broker has; gives how many facts that were.

        A new machine, or a lost disk. Nothing is sent before, and without a broker nothing waits.
        """
        if self._spool.last:
            return 0
        try:
            async with asyncio.timeout(within):
                kept = await self._read_when_there()
        except TimeoutError:
            log.warning("siren.not_recovered", why="the broker is away")
            return 0
        for fact in kept:
            last = self._spool.newest(fact.subject)
            await self._spool.append([(fact, last.sequence if last else 0)])
        return len(kept)

    async def run(self) -> None:
        """Tell what is new, for as long as the process lives."""
        foreign = 0
        while True:
            self._spool.grown.clear()
            try:
                await self._tell_all()
            except BrokerAway as error:
                log.debug("siren.not_told", why=str(error))
                # It may come back as an older copy of itself.
                self._told.clear()
                await asyncio.sleep(_AGAIN)
            except (Overtaken, Unreadable) as error:
                # Whoever writes there is not this siren: nothing of ours may be put over it. But a
                # broker that has just come back may for a moment know less than it has.
                foreign += 1
                log.warning("siren.foreign_fact", why=str(error), times=foreign)
                if foreign >= _SURE:
                    self.trouble = f"the stream {_STREAM} holds something that is not ours: {error}"
                self._told.clear()
                await asyncio.sleep(_LOOK_AGAIN if foreign >= _SURE else _AGAIN)
            else:
                foreign, self.trouble = 0, None
                await self._spool.grown.wait()

    async def _tell_all(self) -> None:
        while waiting := self._spool.since(self._done):
            # Normal posts go out the moment the broker is back: what stops them comes first.
            for told in waiting if len(waiting) > 1 else ():
                if isinstance(told.fact, HoldFact):
                    await self._tell(told)
            await self._tell_in_order(waiting)

    async def _tell_in_order(self, waiting: Sequence[Told[Fact]]) -> None:
        for told in waiting:
            await self._tell(told)
            self._done = told.sequence
            self._behind.set(self.behind)

    async def _tell(self, told: Told[Fact]) -> None:
        subject = told.fact.subject
        if subject not in self._told:
            self._told[subject] = await self._look(subject)
        ours, place = self._told[subject]
        if told.sequence > ours:
            place = await self._facts.tell(told.fact, place)
            self._told[subject] = told.sequence, place

    async def _look(self, subject: str) -> tuple[int, int]:
        """Find out how far a subject was told before this process began."""
        newest = await self._facts.newest(subject)
        if newest is None:
            return 0, 0
        same = (
            told.sequence
            for told in reversed(self._spool.history(subject))
            if told.fact.event_id == newest.fact.event_id
        )
        return next(same, 0), newest.sequence

    async def _read_when_there(self) -> list[Fact]:
        while True:
            try:
                return await self._read_stream()
            except BrokerAway as error:
                log.debug("siren.not_read", why=str(error))
                await asyncio.sleep(_AGAIN)

    async def _read_stream(self) -> list[Fact]:
        found: list[Fact] = []
        start = 1
        while page := await self._facts.page(_STREAM, "siren.>", start):
            found += [told.fact for kept in page if (told := self._facts.read(kept))]
            start = page[-1].sequence + 1
        return found
