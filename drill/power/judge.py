"""Compares what is there with what was acknowledged."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from drill.power.notes import Notes
from schemas.flow import timer_stream
from services.kit.connection import Connection
from services.kit.facts import Facts
from services.kit.messages import BrokerAway, Kept

_SHOWN = 5


@dataclass(slots=True)
class Verdict:
    """What is not as it was promised."""

    facts: int
    timers: int
    batches: int
    """How many of each were looked for."""
    lost_facts: list[str] = field(default_factory=list)
    lost_timers: list[str] = field(default_factory=list)
    backwards: list[str] = field(default_factory=list)
    """Streams whose last sequence is below one that was acknowledged."""
    torn: list[str] = field(default_factory=list)
    """Batches of which a part is there."""

    @property
    def acknowledged(self) -> int:
        """How many writes were looked for."""
        return self.facts + self.timers

    @property
    def lost(self) -> int:
        """How many acknowledged writes are gone."""
        return len(self.lost_facts) + len(self.lost_timers)

    @property
    def broken(self) -> bool:
        """Whether any promise is."""
        return bool(self.lost or self.backwards or self.torn)

    def sentences(self) -> list[str]:
        """Say the first of each."""
        said = {
            "lost fact": self.lost_facts,
            "lost timer": self.lost_timers,
            "last sequence went backwards": self.backwards,
            "half a batch": self.torn,
        }
        return [f"{what}: {one}" for what, ones in said.items() for one in ones[:_SHOWN]]


async def judge(notes: Notes, publisher: Connection, planner: Connection) -> Verdict:
    """Read everything back."""
    verdict = Verdict(len(notes.facts), len(notes.timers), len(notes.batches))
    tellers = {"PUBLISHER": Facts(publisher), "PLANNER": Facts(planner)}
    # First, before the work that goes on can make up for what is missing.
    ends = {stream: await _end(facts, stream) for stream, facts in tellers.items()}
    for stream, facts in tellers.items():
        noted = [fact for fact in notes.facts if fact.stream == stream]
        highest = max((fact.sequence for fact in noted), default=0)
        if ends[stream] < highest:
            verdict.backwards.append(f"{stream}: {ends[stream]} after {highest}")
        there = {message.sequence: message async for message in _all(facts, stream)}
        for fact in noted:
            found = there.get(fact.sequence)
            if found is None or (found.subject, found.body) != (fact.subject, fact.body):
                verdict.lost_facts.append(f"{fact.subject} as {stream} {fact.sequence}")
    verdict.lost_timers += await _missing_timers(notes, tellers["PUBLISHER"])
    verdict.torn += await _torn(notes, tellers["PLANNER"])
    return verdict


async def _end(facts: Facts, stream: str) -> int:
    try:
        _, last = await facts.stream(stream)
    except BrokerAway:  # the stream itself is gone
        return 0
    return last


async def _missing_timers(notes: Notes, facts: Facts) -> list[str]:
    stream = timer_stream("publisher")
    # The due message is stored before its timer goes: read in this order, one of them is seen.
    there: set[str] = set()
    for first in ("timer", "due"):
        async for message in _all(facts, stream, f"{first}.>"):
            there.add(message.subject.removeprefix(f"{first}."))
    return [tail for tail in notes.timers if tail not in there]


async def _torn(notes: Notes, facts: Facts) -> list[str]:
    there = {message.subject async for message in _all(facts, "PLANNER")}
    parts = [batch for batch in notes.batches if 0 < len(there.intersection(batch)) < len(batch)]
    torn = []
    for batch in parts:
        # One that was being stored while we read is whole by now.
        found = [await facts.newest_kept("PLANNER", subject) for subject in batch]
        if None in found:
            torn.append(f"{batch[0]}: {len(found) - found.count(None)} of {len(batch)}")
    return torn


async def _all(facts: Facts, stream: str, pattern: str = ">") -> AsyncIterator[Kept]:
    start = 1
    while page := await facts.page(stream, pattern, start):
        for message in page:
            yield message
        start = page[-1].sequence + 1
