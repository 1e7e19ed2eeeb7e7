"""What the publisher has told: every entry of every delivery, read from its stream."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFact,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
)
from services.kit.facts import Facts, read
from services.kit.messages import Told

Place = tuple[str, str]
"""Of a delivery: its channel and its post."""

Entry = Told[DeliveryFact]


class Entries:
    """The ledger, followed by somebody who only reads."""

    def __init__(self) -> None:
        self._next = 1
        self.of: dict[Place, list[Entry]] = defaultdict(list)

    async def read_on(self, facts: Facts) -> None:
        """Take in what has been told since."""
        while page := await facts.page("PUBLISHER", "publisher.delivery.>", self._next):
            for kept in page:
                told = read(kept)
                if told is not None and isinstance(told.fact, DeliveryFact):
                    self.take(Told(told.fact, told.sequence, told.stored_at))
            self._next = page[-1].sequence + 1

    def take(self, entry: Entry) -> None:
        """Put an entry after those of the same delivery."""
        self.of[entry.fact.channel, str(entry.fact.post)].append(entry)

    def newest(self, place: Place) -> DeliveryFact | None:
        """Give where a delivery stands."""
        told = self.of.get(place)
        return told[-1].fact if told else None

    def ambiguous(self, channel: str) -> int:
        """Count the attempts in a channel after which it was not known whether it is public."""
        return sum(
            isinstance(before.fact, DeliveryAttempted) and isinstance(after.fact, DeliveryUncertain)
            for (name, _), told in self.of.items()
            for before, after in pairwise(told)
            if name == channel and after.fact.aim == "publish"
        )

    def asked_a_person(self) -> Iterator[Place]:
        """List the deliveries of which nobody but a person could find out."""
        for place, told in self.of.items():
            if any(needs_a_person(entry.fact) for entry in told):
                yield place


def needs_a_person(fact: DeliveryFact) -> bool:
    """Whether nothing more happens to it by itself, and it is not known to be over."""
    return isinstance(fact, DeliveryUncertain) and fact.until is None


def at_rest(fact: DeliveryFact | None) -> bool:
    """Whether nothing more happens to it by itself."""
    if fact is None or isinstance(fact, DeliveryScheduled | DeliveryAttempted | DeliveryWaiting):
        return False
    return needs_a_person(fact) or not isinstance(fact, DeliveryUncertain)


def is_public(fact: DeliveryFact | None) -> bool:
    """Whether the publisher says that strangers can see it."""
    return fact is not None and fact.proof is not None
