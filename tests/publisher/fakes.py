"""Stand-ins for the publisher's ports, small enough to read at a glance."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from schemas.channels import ChannelProbed, Limits
from schemas.deliveries import DeliveryFact
from services.kit.messages import NotWhole, Overtaken, Told
from services.publisher.domain import Order, Repeat, RepeatSafety
from services.publisher.ports import (
    Absent,
    Answer,
    Channel,
    Parcel,
    Published,
    Readiness,
    Sought,
    Unclear,
)
from tests.publisher.builders import NOON

LIMITS = Limits(characters=500, pictures=4)


class Square:
    """A channel whose record everybody can read: the judge of these tests."""

    kind = "square"
    title = "Torget"
    url = "https://torget.example/"
    keeps_content = False

    def __init__(self, name: str = "torget", by: Repeat = Repeat.IDEMPOTENCY_KEY) -> None:
        self.name = name
        self.repeat_safety = RepeatSafety(by, timedelta(hours=1))
        self.calls: list[Parcel] = []
        self.shown: dict[str, Parcel] = {}
        self.answers: list[Answer | BaseException] = []
        """What is said next instead of the plain truth; an exception comes after it is shown."""
        self.hidden_from_look_ups = False

    async def commit(self, parcel: Parcel) -> Answer:
        self.calls.append(parcel)
        said = self.answers.pop(0) if self.answers else None
        if said is not None and not isinstance(said, BaseException | Unclear):
            return said
        safe = self.repeat_safety.by is not Repeat.LOOK_UP
        self.shown.setdefault(parcel.key if safe else f"post {len(self.shown)}", parcel)
        if isinstance(said, BaseException):
            raise said
        return said or Published(parcel.key, f"{self.url}{parcel.key}")

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        if self.hidden_from_look_ups:
            return Absent()
        for parcel in self.shown.values():
            if parcel.key == sought.key:
                return Published(parcel.key, f"{self.url}{parcel.key}")
        return Absent()

    async def check(self) -> Readiness:
        return Readiness(LIMITS)

    async def close(self) -> None:
        return


class MemoryLedger:
    """Entries with compare-and-set, in a dictionary."""

    def __init__(self) -> None:
        self.entries: list[DeliveryFact] = []
        self.rivals: list[DeliveryFact] = []
        """Entries that another replica writes just before ours."""
        self.stored_at: list[datetime] = []
        self.now = NOON

    async def recall(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        place = self._last(channel, post)
        if not place:
            return None
        return Told(self.entries[place - 1], place, self.stored_at[place - 1])

    async def record(self, fact: DeliveryFact, after: int) -> int:
        if self.rivals:
            self._append(self.rivals.pop())
        if self._last(fact.channel, fact.post) != after:
            raise Overtaken(fact.subject)
        return self._append(fact)

    def _append(self, fact: DeliveryFact) -> int:
        self.entries.append(fact)
        self.stored_at.append(self.now)
        return len(self.entries)

    def states(self) -> list[str]:
        return [fact.type.split(".")[1] for fact in self.entries]

    def _last(self, channel: str, post: UUID) -> int:
        places = [
            n for n, e in enumerate(self.entries, 1) if (e.channel, e.post) == (channel, post)
        ]
        return places[-1] if places else 0


@dataclass
class Desk:
    """The newest order; `later` ones come into force one look-up after the other."""

    order: Order | None
    later: list[Order | None] = field(default_factory=list)

    async def newest(self, channel: str, post: UUID) -> Order | None:
        found = self.order
        if self.later:
            self.order = self.later.pop(0)
        assert found is None or (found.channel, found.post) == (channel, post)
        return found


class Bell:
    """Timers that were set: serial and moment."""

    def __init__(self) -> None:
        self.set: list[tuple[str, datetime]] = []

    async def wake(self, channel: str, post: UUID, serial: str, at: datetime, trace: UUID) -> None:
        if serial not in {earlier for earlier, _ in self.set}:
            self.set.append((serial, at))


class Album:
    """Pictures by digest; unknown ones are not whole."""

    def __init__(self, pictures: Iterable[tuple[str, bytes]] = ()) -> None:
        self.pictures = dict(pictures)

    async def get(self, digest: str) -> bytes:
        if digest not in self.pictures:
            raise NotWhole(digest)
        return self.pictures[digest]


class Notebook:
    """What was told of channels."""

    def __init__(self) -> None:
        self.told: list[ChannelProbed] = []

    async def tell_if_changed(self, probed: ChannelProbed) -> None:
        self.told.append(probed)


async def call_at_once(channel: Channel, parcel: Parcel, within: timedelta) -> Answer:
    assert within > timedelta(0)
    return await channel.commit(parcel)
