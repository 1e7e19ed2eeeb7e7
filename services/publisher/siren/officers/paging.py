"""Calls duty officers, all at once: nobody waits for another one's telephone."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal
from uuid import NAMESPACE_OID, UUID, uuid5

from schemas.alerts import OfficerPaged
from services.kit.letterbox import Addresses
from services.publisher.siren.officers.letters import Letter
from services.publisher.siren.officers.roll import Officer

LIMIT = 10.0
"""Seconds for all of one officer's ways out; they are tried side by side."""

_AT_ONCE = 64
"""Letters under way: more than the officers of one organisation have addresses."""


class Pager:
    """Says of each officer whether any of their ways out took the message."""

    def __init__(self, now: Callable[[], datetime], limit: float = LIMIT) -> None:
        self._now = now
        self._addresses = Addresses(limit, _AT_ONCE)

    async def page(
        self,
        officers: Iterable[Officer],
        letter: Callable[[Officer], Letter],
        why: Literal["confirm", "review", "drill"],
        alert: UUID | None = None,
    ) -> tuple[OfficerPaged, ...]:
        """Call everybody, each in their own language."""
        return tuple(
            await asyncio.gather(
                *(self._call(officer, letter(officer), why, alert) for officer in officers)
            )
        )

    def close(self) -> None:
        """Begin no more calls."""
        self._addresses.close()

    async def _call(
        self,
        officer: Officer,
        letter: Letter,
        why: Literal["confirm", "review", "drill"],
        alert: UUID | None,
    ) -> OfficerPaged:
        reached = await self._addresses.write(officer.pages, letter.subject, letter.body)
        return OfficerPaged(
            occurred_at=self._now(),
            trace=alert or uuid5(NAMESPACE_OID, f"officer/{officer.id}"),
            officer=officer.id,
            why=why,
            alert=alert,
            reached=reached,
        )
