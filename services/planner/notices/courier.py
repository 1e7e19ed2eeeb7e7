"""Carries letters to people: claims what is due, writes to each person once, says who was told."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Protocol

import structlog
from prometheus_client import CollectorRegistry, Counter

from schemas.notices import NoticeClaimed
from services.kit.messages import Due, Told
from services.planner import wording
from services.planner.notices import letters
from services.planner.notices.handlers import Notices

log = structlog.get_logger()

SWEEP = 60.0
"""Seconds after which it looks by itself, in case a timer was lost."""

_AT_ONCE = 4


class Contacts(Protocol):
    """How people can be written to."""

    def urls(self, person: str) -> tuple[str, ...]:
        """Give somebody's addresses, to be used and shown to nobody."""

    def language(self, person: str) -> str:
        """Say in which language somebody is written to."""


class Addresses(Protocol):
    """The way out."""

    @property
    def limit(self) -> float:
        """Seconds after which writing to one person is given up."""

    async def write(self, urls: Iterable[str], subject: str, body: str) -> bool:
        """Write to all of them; whether at least one took it."""


class Courier:
    """One for each replica. After a crash between writing and saying so, a person hears twice."""

    def __init__(
        self,
        notices: Notices,
        contacts: Contacts,
        addresses: Addresses,
        desk: letters.Desk,
        registry: CollectorRegistry,
        is_level: Callable[[], bool],
    ) -> None:
        self._notices = notices
        self._contacts = contacts
        self._addresses = addresses
        self._desk = desk
        self._is_level = is_level
        """Whether the noticeboard shows everything; before, a timer's notice may be missing."""
        self._due = asyncio.Event()
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._letters = Counter(
            "budkavle_notice_letters", "Messages to people", ["outcome"], registry=registry
        )

    async def wake(self, _: Due) -> None:
        """Look soon: a timer has come. Were this forgotten, the sweep would find the same."""
        self._due.set()

    async def run(self) -> None:
        """Carry what is due, then wait for a timer or the sweep, while the noticeboard is level."""
        while self._is_level():
            self._due.clear()
            await self.carry()
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP):
                    await self._due.wait()

    async def carry(self) -> None:
        """Carry everything that is due now."""
        claims = await self._notices.claim()
        if not claims:
            return
        by_person: dict[str, list[Told[NoticeClaimed]]] = defaultdict(list)
        for claim in claims:
            for person in claim.fact.people:
                by_person[person].append(claim)
        people = list(by_person)
        took = await asyncio.gather(*(self._write(person, by_person[person]) for person in people))
        reached = {person for person, taken in zip(people, took, strict=True) if taken}
        for claim in claims:
            await self._notices.say_told(claim, reached)
        log.info("notices.carried", notices=len(claims), people=len(people), reached=len(reached))

    async def _write(self, person: str, claims: Sequence[Told[NoticeClaimed]]) -> bool:
        async with self._places:
            left = min(claim.fact.until for claim in claims) - self._notices.now()
            taken = False
            # Others may take it on when the lease is over; what cannot end before is not begun.
            if left.total_seconds() > self._addresses.limit:
                speech = wording.speak(self._contacts.language(person))
                letter = self._desk.letter([claim.fact for claim in claims], speech)
                taken = await self._addresses.write(
                    self._contacts.urls(person), letter.subject, letter.body
                )
        self._letters.labels("sent" if taken else "failed").inc()
        if not taken:
            log.warning("notice.not_delivered", person=person, notices=len(claims))
        return taken
