"""Stand-ins for the publisher's ports, small enough to read at a glance."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.channels import ChannelProbed, Limits, Quota, StrangerFound
from schemas.deliveries import DeliveryFact, Proof
from schemas.envelope import Fact
from schemas.moderation import Action
from services.kit.messages import NotWhole, Overtaken, Told
from services.publisher.domain.answers import Absent, Answer, Finding, Prepared, Published, Unclear
from services.publisher.domain.happenings import Order, Stop
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import NotRenewed, Parcel, Readiness, Seen, Sought, Target
from tests.publisher.builders import NOON, SAFETIES

LIMITS = Limits(characters=500, pictures=4)


class Square:
    """A channel whose record everybody can read: the judge of these tests."""

    kind = "square"
    title = "Torget"
    url = "https://torget.example/"
    keeps_content = False
    amends: Amends = "change"

    def __init__(self, name: str = "torget", by: Repeat = Repeat.IDEMPOTENCY_KEY) -> None:
        self.name = name
        self.repeat_safety = SAFETIES[by]
        self.answer_safety: RepeatSafety | None = None
        self.calls: list[Parcel] = []
        self.corrections: list[Parcel] = []
        self.retractions: list[Proof] = []
        self.sought: list[Sought] = []
        self.shown: dict[str, Parcel] = {}
        """What strangers see, by the id that the channel gave it."""
        self.answers: list[Answer | BaseException | None] = []
        """What is said next; None is the plain truth, an exception comes after it is shown."""
        self.hidden_from_look_ups = False
        self.troubles: list[Exception] = []
        """What the next look-ups fail with."""
        self.token_ends: datetime | None = None
        self.quota: Quota | None = None

    async def commit(self, parcel: Parcel) -> Answer:
        self.calls.append(parcel)
        return self._answer(lambda: self._show(parcel))

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        self.corrections.append(parcel)
        return self._answer(lambda: self._change(parcel, proof))

    async def retract(self, proof: Proof) -> Answer:
        self.retractions.append(proof)
        return self._answer(lambda: self._take_away(proof))

    async def find(self, sought: Sought) -> Finding:
        assert self.repeat_safety.finds, "looked up where nothing can be read"
        self.sought.append(sought)
        if self.troubles:
            raise self.troubles.pop(0)
        if not self.hidden_from_look_ups:
            for name, parcel in self.shown.items():
                if parcel.key == sought.key:
                    return Published(name, f"{self.url}{name}")
        return Absent()

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:
        return [
            Seen(name, f"{self.url}{name}", NOON, parcel.content.text)
            for name, parcel in self.shown.items()
        ]

    async def check(self) -> Readiness:
        return Readiness(LIMITS, token_ends=self.token_ends, quota=self.quota)

    async def close(self) -> None:
        return

    def _answer(self, act: Callable[[], str]) -> Answer:
        said = self.answers.pop(0) if self.answers else None
        if said is not None and not isinstance(said, BaseException | Unclear):
            return said
        name = act()
        if isinstance(said, BaseException):
            raise said
        return said or Published(name, f"{self.url}{name}")

    def _show(self, parcel: Parcel) -> str:
        again = self.repeat_safety.by in {Repeat.DETERMINISTIC_ID, Repeat.IDEMPOTENCY_KEY}
        name = parcel.key if again else f"post-{len(self.calls)}"
        self.shown.setdefault(name, parcel)
        return name

    def _change(self, parcel: Parcel, proof: Proof) -> str:
        self.shown[proof.external_id] = parcel
        return proof.external_id

    def _take_away(self, proof: Proof) -> str:
        self.shown.pop(proof.external_id, None)
        return proof.external_id


class TwoPhaseSquare(Square):
    """One that takes things in before they are public, and shows each of them once at most."""

    def __init__(self, name: str = "torget", by: Repeat = Repeat.TWO_PHASE) -> None:
        super().__init__(name, by)
        self.prepared: list[Parcel] = []

    async def prepare(self, parcel: Parcel) -> Answer:
        self.prepared.append(parcel)
        handle = f"handle-{len(self.prepared)}"
        answer = self._answer(lambda: handle)
        return Prepared(handle) if isinstance(answer, Published) else answer

    def _show(self, parcel: Parcel) -> str:
        assert parcel.handle is not None or parcel.content.answers is not None
        name = parcel.handle or f"answer-{len(self.calls)}"
        self.shown.setdefault(name, parcel)
        return name


class ModeratedSquare(Square):
    """One where what stands there can be hidden and pinned."""

    actions: tuple[Action, ...] = ("hide", "unhide", "pin", "unpin")

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Action] = []
        self.stands: dict[str, Action] = {}
        """What was done last to each thing."""
        self.meanwhile: list[Callable[[], object]] = []
        """What happens while the next calls are under way."""

    async def moderate(self, action: Action, target: Target) -> Answer:
        self.asked.append(action)
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return self._answer(lambda: self._do(action, target))

    def _do(self, action: Action, target: Target) -> str:
        self.stands[target.external_id] = action
        return target.external_id


class RenewingSquare(Square):
    """One whose token could be renewed, if the platform would."""

    renewals = 0

    async def renew(self) -> bool:
        self.renewals += 1
        raise NotRenewed("the platform is away")


def square(by: Repeat) -> Square:
    """Make a channel of one kind of repeat-safety; `none` cannot be read either."""
    return TwoPhaseSquare() if by is Repeat.TWO_PHASE else Square(by=by)


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


class Book:
    """The newest fact of each thing, and all of them."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now
        self.told: list[Fact] = []
        self._newest: dict[str, Told[Any]] = {}

    async def newest(self, subject: str) -> Told[Any] | None:
        return self._newest.get(subject)

    async def tell(self, fact: Fact, after: int) -> int:
        known = self._newest.get(fact.subject)
        if after != (known.sequence if known else 0):
            raise Overtaken(fact.subject)
        return self.add(fact).sequence

    def add(self, fact: Fact) -> Told[Any]:
        self.told.append(fact)
        told = self._newest[fact.subject] = Told(fact, len(self.told), self.now)
        return told


@dataclass
class Desk:
    """The newest order; `later` ones come into force one look-up after the other."""

    order: Order | None
    later: list[Order | None] = field(default_factory=list)
    pauses: tuple[Stop, ...] = ()
    paused_later: list[tuple[Stop, ...]] = field(default_factory=list)

    async def newest(self, channel: str, post: UUID) -> Order | None:
        found = self.order
        if self.later:
            self.order = self.later.pop(0)
        assert found is None or (found.channel, found.post) == (channel, post)
        return found

    async def standing(self, channel: str, post: UUID) -> tuple[Order | None, tuple[Stop, ...]]:
        pauses = self.pauses
        if self.paused_later:
            self.pauses = self.paused_later.pop(0)
        return await self.newest(channel, post), pauses


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

    async def whole(self, digest: str) -> None:
        await self.get(digest)

    async def size(self, digest: str) -> int:
        return len(await self.get(digest))

    async def read(self, digest: str, first: int, last: int) -> AsyncIterator[bytes]:
        yield (await self.get(digest))[first : last + 1]


class Notebook:
    """What was told of channels."""

    def __init__(self) -> None:
        self.told: list[ChannelProbed] = []
        self.strangers: list[StrangerFound] = []

    async def tell_if_changed(self, probed: ChannelProbed) -> None:
        self.told.append(probed)

    async def tell_stranger(self, stranger: StrangerFound) -> None:
        self.strangers.append(stranger)


class OpenLanes:
    """Lanes that let everything through; a rest can be set."""

    def __init__(self) -> None:
        self.rest: datetime | None = None
        self.seen: list[Answer] = []

    def rest_until(self, channel: str) -> datetime | None:
        return self.rest

    async def admit(self, channel: str) -> None:
        return

    async def saw(self, channel: str, answer: Answer) -> None:
        self.seen.append(answer)


async def call_at_once(asked: Awaitable[Answer], channel: str, within: timedelta) -> Answer:
    assert within > timedelta(0)
    return await asked
