"""What was acknowledged, noted where no power cut reaches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Stored(NamedTuple):
    """A fact that the broker said it had stored."""

    stream: str
    sequence: int
    subject: str
    body: bytes


@dataclass(slots=True)
class Notes:
    """Everything that may be counted on, in the order in which it was said."""

    facts: list[Stored] = field(default_factory=list)
    timers: list[str] = field(default_factory=list)
    """The tail of the subject, which the timer and what becomes of it have in common."""
    batches: list[Sequence[str]] = field(default_factory=list)
    """The subjects of what was written together, acknowledged or not."""
    unsure: int = 0
    """Writes that were given up without a certain answer; nothing is promised about them."""

    def copy(self) -> "Notes":
        """Keep what stands here now; more may be acknowledged while it is checked."""
        return Notes(self.facts.copy(), self.timers.copy(), self.batches.copy(), self.unsure)
