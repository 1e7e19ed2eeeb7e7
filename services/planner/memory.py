"""The planner's memory: its own stream, and look-ups of the publisher's deliveries."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schemas.envelope import Fact
from services.kit.facts import Facts, Forged
from services.kit.messages import Told


@dataclass(frozen=True, slots=True)
class StreamMemory:
    """Facts on the broker."""

    facts: Facts

    async def newest(self, subject: str) -> Told[Any] | None:
        """Look up the newest fact of one thing."""
        return await self.facts.newest(subject)

    async def newest_of(self, subjects: Sequence[str]) -> list[Told[Any] | None]:
        """Look up several at once."""
        return list(await asyncio.gather(*map(self._newest, subjects)))

    async def _newest(self, subject: str) -> Told[Any] | None:
        try:
            return await self.facts.newest(subject)
        except Forged:
            if not subject.startswith("planner.order."):
                raise
            # Only a newer order puts this right, and it has to stand after what was forged.
            return await self.facts.last_told(subject)

    async def tell(self, facts: Sequence[tuple[Fact, int]]) -> int:
        """Store all of them or none."""
        return await self.facts.tell_together(facts)
