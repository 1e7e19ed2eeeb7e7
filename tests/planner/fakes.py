"""Memory, pictures and timers that need no broker; the memory passes the real one's tests."""

import hashlib
from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from schemas.channels import ChannelProbed
from schemas.envelope import Fact
from services.kit.boards import Position
from services.kit.facts import Forged
from services.kit.messages import BrokerAway, NotWhole, Overtaken, Told
from services.planner.board import Board
from services.planner.domain.comments import Known
from services.planner.domain.written import PictureHead
from tests.planner.samples import CHANNELS, NOW


@dataclass
class FakeMemory:
    """Keeps facts in a list; `sequence` counts them, as one stream would."""

    told: list[Told[Any]] = field(default_factory=list)
    away: bool = False
    forged: frozenset[str] = frozenset()
    """Subjects on which somebody has written who may not."""
    before_telling: list[Callable[[], None]] = field(default_factory=list)
    """What others do between our look-up and our write, once each."""
    board: Board | None = None

    async def newest(self, subject: str) -> Told[Any] | None:
        """Look up the newest fact of one thing."""
        if self.away:
            raise BrokerAway("not connected")
        if subject in self.forged:
            raise Forged(subject)
        found = [told for told in self.told if told.fact.subject == subject]
        return found[-1] if found else None

    async def newest_of(self, subjects: Sequence[str]) -> list[Told[Any] | None]:
        """Look up several."""
        return [await self.newest(subject) for subject in subjects]

    async def tell(self, facts: Sequence[tuple[Fact, int]]) -> int:
        """Store all or none."""
        if self.before_telling:
            self.before_telling.pop(0)()
        for fact, after in facts:
            newest = await self.newest(fact.subject)
            if (newest.sequence if newest else 0) != after:
                raise Overtaken(fact.subject)
        for fact, _ in facts:
            self.put(fact)
        return self.told[-1].sequence

    def put(self, fact: Fact) -> int:
        """Store the next fact, whoever tells it."""
        told: Told[Any] = Told(fact, len(self.told) + 1, NOW)
        self.told.append(told)
        if self.board is not None:
            self.board.apply("PLANNER", [told], Position("now", told.sequence))
        return told.sequence

    def types(self) -> list[str]:
        """List what was told."""
        return [told.fact.type for told in self.told]


@dataclass
class FakeChannels:
    """The channels of the samples."""

    names: Mapping[str, ChannelProbed] = field(default_factory=lambda: dict(CHANNELS))
    times: dict[str, list[datetime]] = field(default_factory=dict)

    def known(self) -> Mapping[str, ChannelProbed]:
        """List them."""
        return self.names

    def approved(
        self, channel: str, between: tuple[datetime, datetime], apart: UUID
    ) -> Sequence[datetime]:
        """List times of approved posts; none of them is the one that is asked for."""
        return [at for at in self.times.get(channel, ()) if between[0] <= at < between[1]]


@dataclass
class FakeComments:
    """Comments that metrics is said to have told of."""

    told: list[Known] = field(default_factory=list)

    def known(self, comments: Collection[UUID]) -> Mapping[UUID, Sequence[Known]]:
        """Give what was told of some of them."""
        return {
            comment: [each for each in self.told if each.fact.comment == comment]
            for comment in comments
        }


@dataclass
class FakePictures:
    """Pictures that are said to be there."""

    heads: dict[str, PictureHead] = field(default_factory=dict)

    async def look(self, digests: Iterable[str]) -> Mapping[str, PictureHead]:
        """Describe those that there are."""
        return {digest: self.heads[digest] for digest in digests if digest in self.heads}


@dataclass
class FakeTimers:
    """Writes down what was set."""

    pending: dict[tuple[str, ...], datetime] = field(default_factory=dict)

    async def set(self, tokens: Sequence[str], serial: str, at: datetime, trace: UUID) -> None:
        """Keep a timer; the same one again changes nothing."""
        self.pending.setdefault((*tokens, serial), at)


@dataclass
class FakeStore:
    """Bytes by digest."""

    kept: dict[str, bytes] = field(default_factory=dict)

    async def put(self, content: bytes) -> str:
        """Keep bytes."""
        digest = hashlib.sha256(content).hexdigest()
        self.kept[digest] = content
        return digest

    async def get(self, digest: str) -> bytes:
        """Give them back."""
        if digest not in self.kept:
            raise NotWhole(digest)
        return self.kept[digest]

    async def put_pieces(self, digest: str, pieces: Iterator[bytes]) -> None:
        """Keep bytes that come in pieces."""
        assert await self.put(b"".join(pieces)) == digest

    async def size(self, digest: str) -> int:
        """Count them."""
        return len(await self.get(digest))

    async def read(self, digest: str, first: int, last: int) -> AsyncIterator[bytes]:
        """Give some of them back, in small pieces."""
        content = (await self.get(digest))[first : last + 1]
        for at in range(0, len(content), 100):
            yield content[at : at + 100]


@dataclass
class FakeFollowing:
    """A board that is always level, or never."""

    caught_up: bool = True

    async def reach(self, stream: str, sequence: int, patience: float) -> bool:
        """Say whether it is level."""
        return self.caught_up


@dataclass
class Clock:
    """Stands still until somebody moves it."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment
