"""Where all doors meet: a message is judged against what is known, and what comes of it is kept."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from schemas.alerts import ProposalFact
from services.publisher.siren.cap.reading import Incoming
from services.publisher.siren.incoming.model import Source
from services.publisher.siren.incoming.proposals import Heed, Judgement, judge

log = structlog.get_logger()


class NotKept(Exception):
    """Nothing was written down, and nothing has come of it: it may be said again."""


class Keeper(Protocol):
    """The siren's memory, as far as proposals need it."""

    async def keep(self, fact: ProposalFact) -> None:
        """Write a fact down, safely, or raise `NotKept`."""

    def known(self) -> Mapping[UUID, ProposalFact]:
        """Give the newest fact of every proposal."""


class Intake:
    """Takes messages one at a time, so that one which comes by two doors is proposed once."""

    def __init__(self, keeper: Keeper, heed: Heed, now: Callable[[], datetime]) -> None:
        self._keeper = keeper
        self._heed = heed
        self._now = now
        self._one = asyncio.Lock()

    async def take(self, message: Incoming, source: Source) -> Judgement:
        """Make of a message what there is to make; said again, it is known. May raise `NotKept`."""
        async with self._one:
            judgement = judge(message, source, self._keeper.known(), self._heed, self._now())
            # An end comes before a beginning: cut short between them, the next try makes it whole.
            for fact in judgement.facts:
                await self._keeper.keep(fact)
        if judgement.facts:
            log.info(
                "incoming.taken",
                source=source,
                identifier=message.identifier,
                outcome=judgement.outcome,
            )
        return judgement
