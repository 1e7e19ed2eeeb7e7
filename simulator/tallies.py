"""How often each thing was published, repeated and removed, whatever the dialect."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from simulator.record import Entry

_COUNTED = {"published", "replayed", "deleted"}


@dataclass
class Tally:
    """How often one thing was published, repeated and removed."""

    counts: Counter[str] = field(default_factory=Counter)
    ids: list[str] = field(default_factory=list)


class Tallies:
    """The counts by idempotency key and by text, for each account."""

    def __init__(self) -> None:
        self.by_key: dict[tuple[str, str], Tally] = {}
        self.by_text: dict[tuple[str, str], Tally] = {}

    def count(self, entry: Entry) -> None:
        """Count one entry of the record, if it is about something public."""
        if entry.what not in _COUNTED or entry.account is None:
            return
        groups: list[Tally] = []
        if entry.key:
            groups.append(self.by_key.setdefault((entry.account, entry.key), Tally()))
        if entry.text is not None:
            digest = text_digest(entry.text)
            groups.append(self.by_text.setdefault((entry.account, digest), Tally()))
        for group in groups:
            group.counts[entry.what] += 1
            if entry.what == "published" and entry.id:
                group.ids.append(entry.id)


def text_digest(text: str) -> str:
    """The SHA-256 of a text, by which the judge compares posts."""
    return hashlib.sha256(text.encode()).hexdigest()
