"""What metrics remembers, on the broker."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from schemas.comments import CommentFact
from schemas.envelope import Fact, stream_of
from services.kit.facts import Facts, Unreadable
from services.kit.messages import Told

_PAGES = 20
"""Of 256 facts; what comes after them is looked up one by one."""


@dataclass(frozen=True, slots=True)
class StreamMemory:
    """Facts on the broker."""

    facts: Facts

    async def newest(self, subject: str) -> Told[Any] | None:
        """Look up the newest fact of one thing."""
        return await self.facts.newest(subject)

    async def tell(self, fact: Fact, after: int) -> int:
        """Store the next fact of a thing whose newest has sequence `after`."""
        return await self.facts.tell(fact, after)

    async def comments(self, channel: str, post: UUID) -> Mapping[UUID, CommentFact]:
        """Give the last that was told of each comment beneath a post, of the first 5,000 facts."""
        pattern = CommentFact.address.format(channel=channel, post=post, comment="*")
        known: dict[UUID, CommentFact] = {}
        place = 0
        for _ in range(_PAGES):
            page = await self.facts.page(stream_of(pattern), pattern, place + 1)
            if not page:
                break
            place = page[-1].sequence
            for kept in page:
                with suppress(Unreadable):
                    told = self.facts.read(kept)
                    if told is not None and isinstance(told.fact, CommentFact):
                        known[told.fact.comment] = told.fact
        return known
