"""What an account keeps beside its posts, from the record alone: its profile, and who is hidden."""

from typing import Any

from simulator.record import Entry

BLUESKY = "bluesky"
GATE = "app.bsky.feed.threadgate"
PROFILE = "app.bsky.actor.profile"


class Beside:
    """Records that are no posts; changed only by entries of the record."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, str, str], dict[str, Any]] = {}

    def standing(self, account: str, collection: str, key: str) -> dict[str, Any] | None:
        """The record in a place."""
        return self._records.get((account, collection, key))

    def apply(self, entry: Entry) -> None:
        """Let one entry of the record become true."""
        kind = (entry.value or {}).get("$type")
        if entry.what in ("hidden", "pinned") and kind:
            self._records[entry.account or "", kind, entry.key or ""] = entry.value or {}
