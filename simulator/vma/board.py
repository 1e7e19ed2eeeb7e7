"""What stands in the list of VMA, rebuilt from the record and nothing else."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from simulator.record import Entry

VMA = "vma"


class Board:
    """Every message that is listed, the newest first; changed only by entries of the record."""

    def __init__(self) -> None:
        self._listed: dict[str, dict[str, Any]] = {}
        self.changed_at: datetime | None = None

    def message(self, identifier: str) -> dict[str, Any] | None:
        """The message of this name, if it is listed."""
        return self._listed.get(identifier)

    def listed(self, geocode: str | None = None) -> Iterator[dict[str, Any]]:
        """Every message, or those that name a county or a municipality."""
        for message in reversed(self._listed.values()):
            if geocode is None or geocode in _codes(self._speaking(message)):
                yield message

    def apply(self, entry: Entry) -> None:
        """Let one entry of the record become true."""
        match entry.what:
            case "announced" if entry.value and entry.id:
                self._listed[entry.id] = entry.value
            case "vanished":
                self._listed.pop(entry.id or "", None)
            case _:
                return
        self.changed_at = entry.at

    def _speaking(self, message: dict[str, Any]) -> dict[str, Any]:
        """The message itself, or the one that it takes back: a cancellation names no area."""
        if message["info"]:
            return message
        named = str(message["references"] or ",").split(",")[1]
        return self._listed.get(named, message)


def _codes(message: dict[str, Any]) -> set[str]:
    return {
        code["value"][:length]
        for info in message["info"] or ()
        for area in info["area"]
        for code in area["geocode"]
        for length in (2, 4)
    }
