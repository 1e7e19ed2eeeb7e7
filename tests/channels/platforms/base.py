"""What every platform is asked for: an adapter that speaks to it, a fault, and what is public."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

import httpx

from services.publisher.ports import Channel

HANDLE = "regionen.test"


class Break(Enum):
    """How the next publication goes wrong."""

    REFUSES_BEFORE = "503, not applied"
    THROTTLES = "429 with Retry-After 7"
    FAILS_AFTER = "applied, then 500"
    CUTS_BEFORE = "cut, not applied"
    CUTS_AFTER = "applied, then cut"
    HANGS = "says nothing, not applied"


class Platform(ABC):
    """One running server with one account of one kind."""

    changes = True
    """Whether what is public can be changed there."""
    characters: int | None
    """So long a text may be there."""
    demands_picture = False
    """Whether there is no post without a picture."""
    tells_id = True
    """Whether a post's address shows its id."""
    tells_taken = True
    """Whether what a post was laid ready as says that the post was taken away."""

    @abstractmethod
    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        """Make the adapter that speaks to it."""

    @abstractmethod
    async def breaks(self, how: Break) -> None:
        """Let the next publication fail so."""

    @abstractmethod
    async def texts(self) -> list[str]:
        """List what is public, as plain words."""


@dataclass
class Simulated(Platform):
    """One dialect of the project's simulator, which is a process of its own."""

    origin: str
    token: str = "regionen-token"
    path = ""

    _FAULTS: ClassVar[Mapping[Break, Mapping[str, Any]]] = {
        Break.REFUSES_BEFORE: {"kind": "status", "status": 503},
        Break.THROTTLES: {"kind": "throttle", "retry_after": 7},
        Break.FAILS_AFTER: {"kind": "applied-then-status", "status": 500},
        Break.CUTS_BEFORE: {"kind": "reset-before"},
        Break.CUTS_AFTER: {"kind": "reset-after"},
        Break.HANGS: {"kind": "hang", "seconds": 30},
    }

    async def breaks(self, how: Break) -> None:
        await self.strikes(self.path, self._FAULTS[how])

    async def strikes(self, path: str, effect: Mapping[str, Any]) -> None:
        """Let the next writing call there go wrong."""
        rule = {"method": "POST", "path": path, "effect": effect, "count": 1}
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.origin}/faults", json=rule)
        answer.raise_for_status()

    async def texts(self) -> list[str]:
        async with httpx.AsyncClient() as client:
            record = (await client.get(f"{self.origin}/record")).text
        entries = [json.loads(line) for line in record.splitlines()]
        return [entry["text"] for entry in entries if entry["what"] == "published"]
