"""Lets a replica die where it matters most: it knows that a post is public, and has not said so."""

import os
import signal
from dataclasses import replace
from pathlib import Path
from random import Random
from uuid import UUID

from schemas.deliveries import DeliveryFact, DeliveryPublished
from services.kit.messages import Told
from services.publisher.handlers import Publisher
from services.publisher.ports import Ledger

_SHARE = 0.25


class _DyingLedger:
    def __init__(self, ledger: Ledger, died: Path, deaths: int, chance: Random) -> None:
        self._ledger = ledger
        self._died = died
        """A byte for each death: every life begins with the same chance, and this one goes on."""
        self._deaths = deaths
        self._chance = chance

    async def recall(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        return await self._ledger.recall(channel, post)

    async def record(self, fact: DeliveryFact, after: int) -> int:
        if isinstance(fact, DeliveryPublished) and self._chance.random() < _SHARE:
            self._die()
        return await self._ledger.record(fact, after)

    def _die(self) -> None:
        before = self._died.stat().st_size if self._died.exists() else 0
        if before < self._deaths:
            self._died.write_bytes(b"." * (before + 1))
            os.kill(os.getpid(), signal.SIGKILL)


def mortal(publisher: Publisher, died: Path, deaths: int, chance: Random) -> Publisher:
    """Let a publisher die so often between a good answer and its entry, over all its lives."""
    courier = publisher.courier
    ledger = _DyingLedger(courier.ledger, died, deaths, chance)
    return replace(publisher, courier=replace(courier, ledger=ledger))
