"""Metrics with everything around it made up, and time standing still."""

from dataclasses import dataclass, field
from datetime import timedelta

from services.metrics.handlers import Metrics
from services.metrics.ports import Witness
from services.metrics.watching import Watcher
from tests.metrics.builders import NOON, PLAN, corrected, published
from tests.metrics.fakes import (
    Clock,
    MemoryAlarm,
    MemoryFacts,
    MemoryReader,
    MemorySource,
    MemoryTally,
    MemoryThread,
)


@dataclass
class Stage:
    facts: MemoryFacts = field(default_factory=MemoryFacts)
    alarm: MemoryAlarm = field(default_factory=MemoryAlarm)
    reader: MemoryReader = field(default_factory=MemoryReader)
    counts: MemorySource = field(default_factory=lambda: MemorySource(12))
    more: MemorySource = field(default_factory=lambda: MemorySource(40))
    thread: MemoryThread = field(default_factory=MemoryThread)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    tally: MemoryTally = field(default_factory=MemoryTally)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.metrics = Metrics(
            memory=self.facts,
            alarm=self.alarm,
            reader=self.reader,
            witnesses=self.witnesses,
            sources={"newsroom": (self.counts, self.more)},
            watcher=Watcher(self.facts, {"mastodon": self.thread}, self.tally, self.clock),
            plan=PLAN,
            tally=self.tally,
            now=self.clock,
        )

    async def hear(self, **said: object) -> None:
        await self.metrics.plan_appointments(self.facts.publish(published(**said)))

    async def ring(self, serial: str) -> None:
        await self.metrics.keep_appointment(self.alarm.ring(serial, self.clock))

    async def hear_correction(self, after: timedelta, **said: object) -> int:
        """Have the publication corrected; gives the correction's sequence."""
        told = self.facts.publish(corrected(NOON + after, **said))
        await self.metrics.plan_appointments(told)
        return told.sequence
