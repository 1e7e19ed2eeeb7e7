"""Stand-ins for what metrics needs from outside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.comments import CommentFact
from schemas.deliveries import DeliveryFact
from schemas.envelope import Fact
from schemas.insights import Number
from services.kit.messages import Due, Overtaken, Told
from services.metrics.comments import Remark, Thread
from services.metrics.domain import Page
from services.metrics.ports import NoAnswer
from services.metrics.publications import Publication
from tests.metrics.builders import NOON, TRACE, views


class MemoryFacts:
    """Streams in a dictionary: the newest fact of each thing, written by compare-and-set."""

    def __init__(self) -> None:
        self.told: list[Fact] = []
        self.breaks_before: type[Fact] | None = None
        """The next fact of this kind is not stored: the process ends."""
        self._newest: dict[str, Told[Fact]] = {}
        self._sequence = 800

    async def newest(self, subject: str) -> Told[Any] | None:
        return self._newest.get(subject)

    async def tell(self, fact: Fact, after: int) -> int:
        if self.breaks_before is not None and isinstance(fact, self.breaks_before):
            self.breaks_before = None
            raise ConnectionError("killed")
        standing = self._newest.get(fact.subject)
        if (standing.sequence if standing else 0) != after:
            raise Overtaken(fact.subject)
        self.told.append(fact)
        self._sequence += 1
        self._newest[fact.subject] = Told(fact, self._sequence, NOON)
        return self._sequence

    async def comments(self, channel: str, post: UUID) -> dict[UUID, CommentFact]:
        there = (told.fact for told in self._newest.values())
        return {
            fact.comment: fact
            for fact in there
            if isinstance(fact, CommentFact) and (fact.channel, fact.post) == (channel, post)
        }

    def purge(self, subject: str) -> None:
        """Erase a thing, as the provisioner may."""
        del self._newest[subject]

    def publish(self, fact: DeliveryFact) -> Told[Any]:
        """Put the publisher's next fact there."""
        self._sequence += 1
        told: Told[Any] = Told(fact, self._sequence, NOON)
        self._newest[fact.subject] = told
        return told


@dataclass
class Clock:
    """Time that stands still until it is moved."""

    moment: datetime = NOON

    def __call__(self) -> datetime:
        return self.moment


class MemoryAlarm:
    """Timers that go off when asked to; a subject is used once, as on the broker."""

    def __init__(self) -> None:
        self.times: dict[tuple[str, ...], datetime] = {}
        self.broken = False

    async def set(self, tokens: Sequence[str], serial: str, at: datetime, trace: UUID) -> None:
        assert trace == TRACE
        if self.broken:
            raise ConnectionError("cut off before the timer was set")
        self.times.setdefault((*tokens, serial), at)

    def serials(self) -> dict[str, datetime]:
        return {tokens[-1]: at for tokens, at in self.times.items()}

    def ring(self, serial: str, clock: Clock) -> Due:
        """Move the clock to a timer and give what comes of it."""
        [(tokens, at)] = [entry for entry in self.times.items() if entry[0][-1] == serial]
        clock.moment = max(clock.moment, at)
        return Due(tokens, TRACE, at)


@dataclass
class MemoryReader:
    """A web of few pages; what is not there does not answer."""

    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def read(self, url: str) -> Page:
        self.asked.append(url)
        if url not in self.pages:
            raise NoAnswer(url)
        return self.pages[url]


class MemorySource:
    """Says a number when it is asked; None: it does not answer."""

    missing: tuple[Number, ...] = (views(None),)

    def __init__(self, value: int | None) -> None:
        self.value = value
        self.asked = 0

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        self.asked += 1
        if self.value is None:
            raise NoAnswer(published.url)
        return (views(self.value),)


@dataclass
class MemoryThread:
    """Comments as they stand; None: it does not answer."""

    remarks: list[Remark] | None = field(default_factory=list)
    whole: bool = True
    refusal: Exception | None = None
    asked: int = 0

    async def comments(self, published: Publication) -> Thread:
        self.asked += 1
        if self.refusal is not None:
            raise self.refusal
        if self.remarks is None:
            raise NoAnswer(published.url)
        return Thread(tuple(self.remarks), self.whole)


@dataclass
class MemoryTally:
    """A list of everything that would have been counted."""

    counted: list[tuple[str, ...]] = field(default_factory=list)

    def witnessed(self, channel: str, after: timedelta) -> None:
        self.counted.append(("witnessed", channel, str(after.total_seconds())))

    def unseen(self, channel: str, code: str) -> None:
        self.counted.append(("unseen", channel, code))

    def reading(self, channel: str, outcome: str) -> None:
        self.counted.append(("reading", channel, outcome))

    def watch(self, channel: str, outcome: str) -> None:
        self.counted.append(("watch", channel, outcome))
