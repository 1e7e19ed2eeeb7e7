"""What stops and restarts the whole: pausing, resuming, and trying parked messages again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from schemas.codes import Code
from schemas.parked import MessageParked, ReleaseAsked
from schemas.publishing import PublishingFact
from services.kit.messages import Overtaken, Told
from services.planner.domain import pauses
from services.planner.domain.pauses import Scope
from services.planner.domain.people import Person, Role
from services.planner.domain.refusals import refused
from services.planner.ports import Channels, Memory

_TRIES = 5
"""Others may pause and resume at the same moment; nobody does so for long."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What is paused after a wish, and where that stands in the stream."""

    newest: PublishingFact | None
    sequence: int


@dataclass(frozen=True, slots=True)
class Publishing:
    """Wishes about all posts at once, decided on what the memory says. Repeating one is harmless.

    Resuming sends nothing: what was held meanwhile waits until a person has decided on each.
    """

    memory: Memory
    channels: Channels
    now: Callable[[], datetime]

    async def pause(self, person: Person, scope: Scope, name: str | None, why: str) -> Stand:
        """Hold back what comes due in a scope."""
        person.must_be(Role.APPROVER, Role.OPS)
        pauses.check_name(scope, name)
        for _ in range(_TRIES):
            told = await self._newest()
            newest = told.fact if told else None
            if pauses.found(pauses.standing(newest), scope, name) is None:
                self._check_known(scope, name)
            paused = pauses.pause(newest, scope, name, why, person, self.now())
            if (stand := await self._tell(paused, told)) is not None:
                return stand
        raise refused(Code.PUBLISHING_CHANGED)

    async def resume(
        self, person: Person, scope: Scope, name: str | None, seen: int | None = None
    ) -> Stand:
        """Lift the pause of a scope; `seen` is the version of the pauses that was looked at."""
        person.must_be(Role.APPROVER)
        pauses.check_name(scope, name)
        for _ in range(_TRIES):
            told = await self._newest()
            newest = told.fact if told else None
            resumed = pauses.resume(newest, scope, name, person, self.now())
            if resumed is None:
                self._check_known(scope, name)
            elif seen is not None and resumed.version != seen + 1:
                raise refused(Code.PUBLISHING_CHANGED)
            if (stand := await self._tell(resumed, told)) is not None:
                return stand
        raise refused(Code.PUBLISHING_CHANGED)

    async def ask_release(self, person: Person, parked: MessageParked) -> int:
        """Ask the service that set a message aside to try it again; gives the ask's sequence."""
        person.must_be(Role.APPROVER, Role.OPS)
        asked = ReleaseAsked(
            occurred_at=self.now(),
            trace=parked.trace,
            parked=parked.parked,
            teller=parked.teller,
            by=person.id,
        )
        newest = await self.memory.newest(asked.subject)
        try:
            return await self.memory.tell([(asked, newest.sequence if newest else 0)])
        except Overtaken:
            # Somebody asks for the same at the same moment; once is enough.
            newest = await self.memory.newest(asked.subject)
            return newest.sequence if newest else 0

    async def _newest(self) -> Told[PublishingFact] | None:
        return await self.memory.newest(PublishingFact.address)

    async def _tell(
        self, next_: PublishingFact | None, before: Told[PublishingFact] | None
    ) -> Stand | None:
        """Store what is now true; None if somebody else was first. Nothing new is told of None."""
        after = before.sequence if before else 0
        if next_ is None:
            return Stand(before.fact if before else None, after)
        try:
            return Stand(next_, await self.memory.tell([(next_, after)]))
        except Overtaken:
            return None

    def _check_known(self, scope: Scope, name: str | None) -> None:
        known = self.channels.known()
        if scope == "channel" and name not in known:
            raise refused(
                Code.UNKNOWN_CHANNEL, channel=name or "", channels=", ".join(known) or "–"
            )
