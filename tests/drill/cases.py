"""A small finished drill, made by hand, which each test then spoils in one way."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from drill.entries import Entries, Place
from drill.fleets import PLAIN
from drill.judge import Judge, Verdict
from drill.load import Accepted, Notes
from drill.plans import Fate, Plan
from drill.record import Record
from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFact,
    DeliveryPublished,
    DeliveryScheduled,
    DeliveryUncertain,
    Proof,
)
from services.kit.messages import Told

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class Case:
    """One post in one channel, accepted, published and told as published."""

    channel: str = "listed"
    text: str = "Övning 1, inlägg 0 för listed."
    fate: Fate = Fate.APPROVED
    notes: Notes = field(default_factory=Notes)
    record: Record = field(default_factory=lambda: Record(PLAIN))
    entries: Entries = field(default_factory=Entries)
    states: dict[Place, dict[str, Any]] = field(default_factory=dict)
    post: UUID = field(default_factory=uuid4)
    _numbers: Any = field(default_factory=lambda: count(1))

    def accept(self, publish_at: datetime | None = None) -> Accepted:
        plan = Plan(0, self.fate, 0.0, None, {self.channel: self.text})
        accepted = Accepted(plan, str(self.post), publish_at, NOON)
        self.notes.accepted.append(accepted)
        return accepted

    def public(self, name: str = "~1", after: timedelta = SECOND, text: str | None = None) -> None:
        self._line("published", name, after, text)

    def removed(self, name: str = "~1") -> None:
        self._line("deleted", name, 9 * SECOND, None)

    def _line(self, what: str, name: str, after: timedelta, text: str | None) -> None:
        said = {
            "n": next(self._numbers),
            "at": (NOON + after).isoformat(),
            "what": what,
            "account": self.channel,
            "id": name,
            "text": text or self.text,
        }
        self.record._take(said)

    def told(self, as_: type[DeliveryFact], stored_at: datetime = NOON, **said: Any) -> None:
        common = {
            "occurred_at": NOON,
            "trace": self.post,
            "channel": self.channel,
            "post": self.post,
            "revision": 1,
            "publish_at": NOON,
        }
        self.entries.take(Told(as_(**common | said), next(self._numbers), stored_at))

    def told_scheduled(self) -> None:
        self.told(DeliveryScheduled)

    def told_attempted(self, **said: Any) -> None:
        self.told(DeliveryAttempted, owner="one", lease=SECOND, **said)

    def told_uncertain(
        self, until: datetime | None = None, code: Code = Code.ANSWER_LOST, repeats: int = 0
    ) -> None:
        self.told(DeliveryUncertain, code=code, until=until, repeats=repeats)

    def told_published(self, name: str = "~1", **said: Any) -> None:
        url = f"https://plain.example/plain/@{self.channel}/{name}"
        proof = Proof(external_id=name, url=url, revision=1, published_at=NOON)
        self.told(
            DeliveryPublished,
            kind="plain",
            external_id=name,
            url=url,
            published_at=NOON,
            known_by="answer",
            proof=proof,
            **said,
        )

    def shown(self, status: str = "published", *, needs_person: bool = False) -> None:
        self.states[self.channel, str(self.post)] = {"status": status, "needs_person": needs_person}

    @property
    def judge(self) -> Judge:
        return Judge(self.notes, self.record, self.entries, PLAIN, grace=2 * SECOND)

    def verdict(self, *stuck: Place) -> Verdict:
        return self.judge.judge(self.states, stuck)

    def kinds(self, *stuck: Place) -> list[str]:
        return [violation.kind for violation in self.verdict(*stuck).violations]


def sound(**said: Any) -> Case:
    """Give one in which every promise was kept."""
    case = Case(**said)
    case.accept()
    case.told_scheduled()
    case.told_attempted()
    case.public()
    case.told_published()
    case.shown()
    return case
