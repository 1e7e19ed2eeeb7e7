"""A channel that shows, loses, delays or refuses as a history wants it."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from types import coroutine

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from services.publisher.domain.answers import (
    Absent,
    Answer,
    Finding,
    NotNow,
    Prepared,
    Published,
    Refused,
    Unclear,
)
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety, Timing
from services.publisher.ports import Parcel, Readiness, Seen, Sought
from tests.publisher.builders import LEASE, NOON, SAFETIES, SECOND, SETTLE

TIGHT = Timing(LEASE * 2 / 3, LEASE, SETTLE)
"""As near to the bounds as times may be set, so that a history can reach them."""
LAG = TIGHT.settle - TIGHT.lease
"""What is on its way when its caller has given up arrives within so long, or never."""


class Fate(Enum):
    """What becomes of the next call."""

    DONE = "done and answered"
    DONE_AND_LOST = "done, and the answer is lost"
    LOST = "never done, and no answer"
    LATE = "done after the caller has given up"
    BROKEN = "done, and the caller stumbles over the answer"
    REFUSED = "refused"
    BUSY = "not now"
    THROTTLED = "not for a while"


@coroutine
def point() -> Generator[None, None, None]:
    """Give control back: here others may go on, time may pass, and the process may die."""
    yield


@dataclass(slots=True)
class Clock:
    """The one time of a history."""

    now: datetime = NOON
    arriving: list[tuple[datetime, Callable[[], object]]] = field(default_factory=list)
    """What is on its way, and when it arrives at the latest."""

    def move(self, to: datetime) -> None:
        for at, arrive in sorted(self.arriving, key=lambda one: one[0]):
            if at <= to:
                self.now = max(self.now, at)
                arrive()
        self.arriving = [one for one in self.arriving if one[0] > to]
        self.now = max(self.now, to)

    def seconds(self) -> float:
        return (self.now - NOON).total_seconds()


class Town:
    """A channel of any kind of repeat-safety."""

    name = "torget"
    kind = "square"
    title = "Torget"
    url = "https://torget.example/"
    keeps_content = False
    amends: Amends = "change"

    def __init__(self, clock: Clock, by: Repeat) -> None:
        self.clock = clock
        self.by = by
        self.repeat_safety: RepeatSafety = SAFETIES[by]
        self.answer_safety: RepeatSafety | None = None
        self.fate = Fate.DONE
        self.shown: dict[str, int] = {}
        """Everything that strangers see now: its id, and the revision of its text."""
        self.created: list[tuple[str, int]] = []
        """Every publication there ever was."""
        self.changes: set[tuple[str, int]] = set()
        """Corrections and retractions that were asked for: `correct` or `retract`, revision."""
        self.before_call: Callable[[Parcel | None, str], None] = lambda parcel, aim: None
        self._keys: dict[str, tuple[str, datetime]] = {}

    async def commit(self, parcel: Parcel) -> Answer:
        self.before_call(parcel, "publish")
        return await self._do(lambda: self._show(parcel))

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        self.before_call(parcel, "correct")
        self.changes.add(("correct", parcel.revision))
        shown = self._named(proof)
        if shown is None:
            return Refused(Code.CORRECTION_UNABLE, {})

        def change() -> str:
            if shown in self.shown:
                self.shown[shown] = parcel.revision
            return shown

        return await self._do(change)

    async def retract(self, proof: Proof) -> Answer:
        self.before_call(None, "retract")
        self.changes.add(("retract", proof.revision))
        shown = self._named(proof) or proof.external_id

        def take_away() -> str:
            self.shown.pop(shown, None)
            return shown

        return await self._do(take_away)

    async def find(self, sought: Sought) -> Finding:
        assert self.repeat_safety.finds, "looked up where nothing can be read"
        await point()
        if self.fate is not Fate.DONE:
            return Unclear(Code.CHANNEL_UNREACHABLE, {})
        for shown, revision in self.shown.items():
            if revision == sought.revision:
                return Published(shown, f"{self.url}{shown}")
        return Absent()

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:
        return None

    async def check(self) -> Readiness:
        return Readiness(Limits(characters=None, pictures=0))

    async def close(self) -> None:
        return

    async def _do(self, act: Callable[[], str]) -> Answer:
        fate, until = self.fate, self.clock.now + TIGHT.answer_within
        said: Answer = Unclear(Code.ANSWER_LOST, {"channel": self.name})
        match fate:
            case Fate.DONE | Fate.DONE_AND_LOST | Fate.BROKEN:
                shown = act()
                if fate is Fate.DONE:
                    said = self._yes(shown)
            case Fate.LATE:
                self.clock.arriving.append((until + LAG, act))
            case Fate.REFUSED:
                said = Refused(Code.CHANNEL_REFUSED, {"why": "nej"})
            case Fate.BUSY:
                said = NotNow(Code.CHANNEL_BUSY, {"status": 503})
            case Fate.THROTTLED:
                said = NotNow(Code.CHANNEL_THROTTLED, {}, 90 * SECOND)
            case Fate.LOST:
                pass
        await point()
        if fate is Fate.BROKEN:
            raise ConnectionResetError
        # One who waited for longer than a call may take has given up.
        return said if self.clock.now <= until else Unclear(Code.ANSWER_LOST, {})

    def show_before(self, key: str, revision: int) -> None:
        """Let something be public that only the channel remembers."""
        name = key if self.by is Repeat.DETERMINISTIC_ID else "n-before"
        self._put(name, revision)
        self._keys[key] = (name, self.clock.now)

    def _yes(self, shown: str) -> Answer:
        return Published(shown, f"{self.url}{shown}")

    def _show(self, parcel: Parcel) -> str:
        match self.by:
            case Repeat.DETERMINISTIC_ID:
                return self._put(parcel.key, parcel.revision)
            case Repeat.TWO_PHASE:
                assert parcel.handle is not None
                if (parcel.handle, parcel.revision) in self.created:
                    return parcel.handle
                return self._put(parcel.handle, parcel.revision)
            case Repeat.IDEMPOTENCY_KEY:
                known, since = self._keys.get(parcel.key, (None, self.clock.now))
                if known and self.clock.now < since + (self.repeat_safety.window or timedelta(0)):
                    return known
                shown = self._put(f"n{len(self.created)}", parcel.revision)
                self._keys[parcel.key] = (shown, self.clock.now)
                return shown
            case Repeat.LOOK_UP | Repeat.NONE:
                return self._put(f"n{len(self.created)}", parcel.revision)

    def _put(self, name: str, revision: int) -> str:
        if name not in self.shown:
            self.created.append((name, revision))
            self.shown[name] = revision
        return name

    def _named(self, proof: Proof) -> str | None:
        # What a person pointed at has an address and no id.
        named = proof.external_id or proof.url.removeprefix(self.url)
        return named if named in self.shown else None


class TwoPhaseTown(Town):
    """One that takes things in before they are public."""

    def __init__(self, clock: Clock, by: Repeat = Repeat.TWO_PHASE) -> None:
        super().__init__(clock, by)
        self._prepared = 0

    async def prepare(self, parcel: Parcel) -> Answer:
        self.before_call(parcel, "publish")
        self._prepared += 1
        handle = f"h{self._prepared}"
        answer = await self._do(lambda: handle)
        return Prepared(handle) if isinstance(answer, Published) else answer
