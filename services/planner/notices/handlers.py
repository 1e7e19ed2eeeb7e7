"""What is done about notices: raise, settle, claim, say who was told, and mark as read."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from schemas.codes import Code
from schemas.notices import Kind, NoticeClaimed, NoticeFact, NoticeRaised, NoticeRead, NoticeSettled
from services.kit.messages import Overtaken, Told
from services.planner.domain.people import Person
from services.planner.domain.refusals import refused
from services.planner.notices import turns
from services.planner.notices.noticeboard import Noticeboard
from services.planner.notices.troubles import Ladder, Trouble, raised, settled, state_of
from services.planner.ports import Memory, Timers

N = TypeVar("N", bound=NoticeFact)

MOST_OPEN = 1_000
"""At a time. Where more is wrong, one cause is behind it, and the board shows all of it."""

_TRIES = 5


class Contacts(turns.Contacts, Protocol):
    """Who can be told, and who is to be told of what."""

    def ladder(self, kind: Kind) -> Ladder:
        """Say which roles are told of a kind of problem, in their order."""


@dataclass(frozen=True, slots=True)
class Notices:
    """Notices as facts; of replicas that want the same, one is first and the rest let go."""

    memory: Memory
    timers: Timers
    contacts: Contacts
    noticeboard: Noticeboard
    now: Callable[[], datetime]
    owner: str
    """This replica in this life."""

    async def compare(
        self, troubles: Collection[Trouble], positions: Mapping[str, int], post: UUID | None = None
    ) -> list[NoticeFact]:
        """Raise what is new and settle what is gone, of one post or of everything.

        Gives what this replica has said; what another was first to say is not among it.
        """
        said: list[Told[NoticeFact] | None] = []
        said += [await self._raise(trouble, positions) for trouble in troubles]
        there = {trouble.problem for trouble in troubles}
        for told in self.noticeboard.open():
            if told.fact.problem not in there and post in {None, told.fact.post}:
                over = settled(told, positions, self.now())
                said.append(await self._tell(over, told.sequence) if over else None)
        return [told.fact for told in said if told is not None]

    async def claim(self) -> list[Told[NoticeClaimed]]:
        """Take on whatever somebody has to be told of now; what is new goes along."""
        unread, at = self.noticeboard.unread(), self.now()
        if not any(turns.turn(told.fact, at, self.contacts).people for told in unread):
            return []
        claims = []
        for told in unread:
            taken = turns.turn(told.fact, self.now(), self.contacts, along=True)
            if taken.people:
                claim = turns.claimed(told, taken, self.owner, self.now())
                claims.append(await self._tell(claim, told.sequence))
        return [claim for claim in claims if claim is not None]

    async def say_told(self, claim: Told[NoticeClaimed], reached: Iterable[str]) -> None:
        """Say who has been told of it."""
        await self._tell(turns.sent(claim, reached, self.now()), claim.sequence)

    async def read(self, person: Person, problem: UUID) -> NoticeFact:
        """Mark a notice as read by somebody; gives it as it then is."""
        for _ in range(_TRIES):
            told = await self._newest(problem)
            if told is None:
                raise refused(Code.PAGE_NOT_FOUND)
            self.noticeboard.take(told)
            if isinstance(told.fact, NoticeRead | NoticeSettled):
                return told.fact
            seen = NoticeRead(**state_of(told, self.now()) | {"by": person.id})
            if await self._tell(seen, told.sequence) is not None:
                return seen
        raise refused(Code.CHANGED_MEANWHILE)

    async def _raise(
        self, trouble: Trouble, positions: Mapping[str, int]
    ) -> Told[NoticeRaised] | None:
        before = self.noticeboard.newest(trouble.problem)
        ladder = self.contacts.ladder(trouble.kind)
        if raised(trouble, ladder, positions, before, self.now()) is None:
            return None
        if len(self.noticeboard.open()) >= MOST_OPEN:
            return None
        # An old one may be settled and forgotten here.
        before = before or await self._newest(trouble.problem)
        notice = raised(trouble, ladder, positions, before, self.now())
        if notice is None:
            if before is not None:
                self.noticeboard.take(before)
            return None
        return await self._tell(notice, notice.follows)

    async def _newest(self, problem: UUID) -> Told[NoticeFact] | None:
        return await self.memory.newest(NoticeFact.address.format(problem=problem))

    async def _tell(self, notice: N, after: int) -> Told[N] | None:
        """Store the next fact of a notice and the timer it asks for; None if another was first."""
        try:
            sequence = await self.memory.tell([(notice, after)])
        except Overtaken:
            return None
        told = Told(notice, sequence, notice.occurred_at)
        self.noticeboard.take(told)
        again_at = turns.turn(notice, self.now(), self.contacts).again_at
        if again_at is not None:
            tokens = ("notice", str(notice.problem))
            await self.timers.set(tokens, str(sequence), again_at, notice.trace)
        return told
