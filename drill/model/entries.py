"""A ledger entry as the search keeps it: times in ticks from now, and only what decides."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from schemas.decisions import DecisionMade
from schemas.deliveries import DeliveryFact, DeliveryUncertain, Proof
from schemas.envelope import type_of
from schemas.flow import facts_told
from schemas.posts import Approval, Content, OrderApproved, OrderWithdrawn
from services.kit.messages import Told
from services.publisher.domain.happenings import Order

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TICK = timedelta(seconds=1)
POST = UUID(int=1)
CHANNEL = "torget"
AGES = 1000
"""Ticks that never come."""

_FACTS = {
    type_of(fact).split(".")[1]: fact for fact in facts_told() if issubclass(fact, DeliveryFact)
}
FINAL = frozenset({"published", "corrected", "retracted", "failed", "expired", "cancelled"})


class Entry(NamedTuple):
    """The newest fact of a delivery. Times are in ticks; `None`: no such time."""

    state: str
    aim: str
    revision: int
    attempt: int
    owner: str
    doubt: bool
    until: int | None
    look_ups: int
    handle: str | None
    proof: int
    """The revision that is public, as far as is known; 0: none."""
    repeats: int
    first: int | None
    fresh: int | None
    stored: int

    def later(self, settle: int, trusted: int) -> "Entry":
        """The same entry one tick on; what is past telling apart is all the same."""
        return self._replace(
            until=None if self.until is None else max(self.until - 1, 0),
            first=None if self.first is None else max(self.first - 1, -trusted),
            fresh=self.fresh if self.fresh in {None, AGES} else max(self.fresh - 1, -1),
            stored=max(self.stored - 1, -settle) if self.state == "attempted" else 0,
        )


def compact(fact: DeliveryFact) -> Entry:
    """Keep of a new fact what decides; it is stored now."""
    said: dict[str, Any] = fact.model_dump()
    return Entry(
        state=fact.type.split(".")[1],
        aim=fact.aim,
        revision=fact.revision,
        attempt=fact.attempt,
        owner=said.get("owner", ""),
        doubt=said.get("doubt", False),
        until=_ticks(said.get("until")),
        look_ups=said.get("look_ups", 0),
        handle=fact.handle,
        proof=fact.proof.revision if fact.proof else 0,
        repeats=fact.repeats,
        first=_ticks(fact.first_attempt_at),
        fresh=_ticks(fact.fresh_until),
        stored=0,
    )


@cache
def fact_of(entry: Entry, lease: int) -> Told[DeliveryFact]:
    """Make the fact again."""
    kind = _FACTS[entry.state]
    given: dict[str, Any] = {
        "occurred_at": NOW,
        "trace": POST,
        "channel": CHANNEL,
        "post": POST,
        "revision": entry.revision,
        "publish_at": NOW,
        "fresh_until": _instant(entry.fresh),
        "aim": entry.aim,
        "attempt": entry.attempt,
        "first_attempt_at": _instant(entry.first),
        "handle": entry.handle,
        "proof": _proof(entry.proof) if entry.proof else None,
        "repeats": entry.repeats,
        "owner": entry.owner,
        "lease": lease * TICK,
        "doubt": entry.doubt,
        "until": _instant(entry.until),
        "look_ups": entry.look_ups,
        "code": "answer_lost",
        "kind": "model",
        "external_id": "1",
        "url": "https://torget.example/1",
        "published_at": NOW,
        "corrected_at": NOW,
        "retracted_at": NOW,
        "known_by": "answer",
    }
    if entry.state == "expired":
        given["fresh_until"] = _instant(entry.fresh) or NOW
    return Told(kind(**given), 1, NOW + entry.stored * TICK)


@cache
def order_of(name: str, fresh: int | None) -> Order:
    """Make the newest order: `approved 1`, `approved 2`, `withdrawn 1`."""
    what, revision = name.split()
    common: dict[str, Any] = {
        "occurred_at": NOW,
        "trace": POST,
        "channel": CHANNEL,
        "post": POST,
        "revision": int(revision),
    }
    if what == "withdrawn":
        return OrderWithdrawn(**common, by="anna", public="retract")
    return OrderApproved(
        **common,
        content=Content(text=name),
        publish_at=NOW,
        fresh_until=NOW + (AGES if fresh is None else fresh) * TICK,
        digest="0" * 64,
        approvals=(Approval(person="bengt", at=NOW),),
    )


def decision_of(choice: str) -> DecisionMade:
    """Make what a person decides on the newest entry."""
    return DecisionMade(
        occurred_at=NOW,
        trace=POST,
        channel=CHANNEL,
        post=POST,
        on=1,
        choice=choice,
        url="https://torget.example/1",
        by="bengt",
    )


def waits_for_a_person(entry: Entry | None) -> bool:
    """Whether nobody but a person can bring it on."""
    return entry is not None and entry.state == _UNCERTAIN and entry.until is None


_UNCERTAIN = type_of(DeliveryUncertain).split(".")[1]


def _proof(revision: int) -> Proof:
    return Proof(
        external_id="1", url="https://torget.example/1", revision=revision, published_at=NOW
    )


def _instant(ticks: int | None) -> datetime | None:
    return None if ticks is None else NOW + ticks * TICK


def _ticks(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    # Rounded up: a time inside a tick has not come before the tick is over.
    return -((NOW - moment) // TICK)
