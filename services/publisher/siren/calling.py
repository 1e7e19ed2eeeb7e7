"""Calls officers about an alert, and on trial; who was reached is remembered."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Literal

import structlog

from schemas.alerts import AlertFact, OfficerPaged
from services.kit.ending import end
from services.kit.messages import Overtaken
from services.publisher.siren.domain.statements import digest_of
from services.publisher.siren.officers.letters import Desk, Letter, Waiting
from services.publisher.siren.officers.paging import Pager
from services.publisher.siren.officers.roll import Officer, Roll
from services.publisher.siren.ports import Memory, MemoryFull

log = structlog.get_logger()


class Calling:
    """One siren's way to its officers' telephones."""

    def __init__(self, roll: Roll, letters: Desk, pager: Pager, memory: Memory) -> None:
        self._roll = roll
        self._letters = letters
        self._pager = pager
        self._memory = memory
        self._calls: set[asyncio.Task[None]] = set()

    def call(self, fact: AlertFact, why: Literal["confirm", "review"], but: str) -> None:
        """Call everybody but one, at once, and remember who was reached; nobody waits for it."""
        others = [officer for officer in self._roll.officers() if officer.id != but]
        task = asyncio.create_task(self._call(fact, why, others))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def try_out(self, names: Collection[str]) -> None:
        """Find out whether these officers can be reached; they are told that it is a trial."""
        officers = [officer for officer in self._roll.officers() if officer.id in names]
        await self._remember(
            await self._pager.page(
                officers, lambda officer: self._letters.trial(officer.language), "drill"
            )
        )

    async def stop(self) -> None:
        """Begin no more calls, and leave off those that are under way."""
        self._pager.close()
        await end(*self._calls)

    async def _call(
        self, fact: AlertFact, why: Literal["confirm", "review"], officers: Sequence[Officer]
    ) -> None:
        waiting = self._waiting(fact)

        def letter(officer: Officer) -> Letter:
            write = self._letters.confirm if why == "confirm" else self._letters.review
            return write(waiting, officer.language)

        await self._remember(await self._pager.page(officers, letter, why, fact.alert))

    async def _remember(self, calls: Sequence[OfficerPaged]) -> None:
        for paged in calls:
            last = self._memory.newest(paged.subject)
            try:
                await self._memory.append([(paged, last.sequence if last else 0)])
            except (MemoryFull, Overtaken) as error:
                log.warning("siren.call_not_kept", officer=paged.officer, why=str(error))

    def _waiting(self, fact: AlertFact) -> Waiting:
        writer = self._roll.officer(fact.signatures[0].officer)
        bulletin = fact.draft or fact.issued[-1].bulletin
        return Waiting(
            alert=fact.alert,
            bulletin=bulletin,
            digest=digest_of(bulletin, fact.prepared),
            writer=writer.name if writer else fact.signatures[0].officer,
            phone=writer.phone if writer else None,
        )
