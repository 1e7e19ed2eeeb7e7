"""Holds what the platform has recorded against what the planner has accepted."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from drill.channels import Fleet
from drill.entries import Entries, Place, is_public
from drill.load import Accepted, Notes
from drill.record import Line, Record
from schemas.codes import Code
from schemas.deliveries import DeliveryFailed, DeliveryPublished, Proof

_ENDED = {"failed", "expired", "cancelled", "withdrawn", "retracted"}


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was not kept."""

    kind: str
    channel: str
    text: str
    post: str = ""
    words: str = ""


@dataclass(slots=True)
class Verdict:
    """What was found."""

    violations: list[Violation] = field(default_factory=list)
    declared: int = 0
    """Repeats that the crisis channel declares."""

    def count(self, kind: str, channel: str | None = None) -> int:
        """Count violations of one kind."""
        return sum(
            each.kind == kind and channel in {None, each.channel} for each in self.violations
        )


@dataclass(frozen=True, slots=True)
class Judge:
    """Reads the record and the planner's answers; the ledger only to see whether it is true."""

    notes: Notes
    record: Record
    entries: Entries
    channels: Fleet
    grace: timedelta
    """So long after a withdrawal a call that had passed the gate before may show."""
    lost_entries: Entries = field(default_factory=Entries)
    """What the ledger said until a copy was put in its place."""

    def seen_so_far(self) -> list[Violation]:
        """Find what no later moment can make good: what is public twice, or should never be."""
        return self._seen().violations

    def judge(self, states: Mapping[Place, Mapping[str, Any]], stuck: Sequence[Place]) -> Verdict:
        """Judge everything, when all is at rest; `states` is what the planner shows."""
        verdict = self._seen()
        verdict.violations += [
            Violation("wrong answer", "planner", "", words=words) for words in self.notes.wrong
        ]
        for accepted in self.notes.accepted:
            for channel, text in accepted.plan.texts.items():
                place = (channel, accepted.post)
                about = (channel, text, accepted.post)
                if place in stuck:
                    verdict.violations.append(Violation("stuck", *about))
                words = self._lost(accepted, channel, text, states.get(place))
                if words:
                    verdict.violations.append(Violation("lost", *about, words=words))
                verdict.violations += self._untrue(accepted, channel, text)
        for channel, post in self.entries.asked_a_person():
            if channel in self.channels.finding:
                verdict.violations.append(Violation("asked a person", channel, "", post))
        return verdict

    def false_alarms(self, strangers: Sequence[Mapping[str, Any]]) -> Iterator[Violation]:
        """Find posts of ours that the publisher takes for somebody else's."""
        forgotten = {text for each in self.notes.forgotten for text in each.plan.texts.values()}
        ours = (line for line in self.record.published() if line.text not in forgotten)
        by_name = {(line.channel, name): line for line in ours for name in line.names}
        for told in strangers:
            channel = str(told["channel"])
            line = by_name.get((channel, str(told["url"]).rstrip("/").rpartition("/")[2]))
            if line is not None and len(self.record.shown(channel, line.text)) == 1:
                yield Violation("false alarm", channel, line.text, words=told["problem"]["code"])

    def _seen(self) -> Verdict:
        verdict = Verdict()
        for accepted in (*self.notes.accepted, *self.notes.forgotten):
            for channel, text in accepted.plan.texts.items():
                self._twice(accepted, channel, text, verdict)
        verdict.violations += self._ghosts()
        return verdict

    def _twice(self, accepted: Accepted, channel: str, text: str, verdict: Verdict) -> None:
        more = len(self.record.shown(channel, text)) - 1
        if more <= 0:
            return
        allowed = self._allowed(accepted, channel)
        verdict.declared += min(more, allowed)
        if more > allowed:
            words = f"{more + 1} times"
            verdict.violations.append(Violation("twice", channel, text, accepted.post, words))

    def _allowed(self, accepted: Accepted, channel: str) -> int:
        """Give how many repeats were declared before they were made."""
        place = (channel, accepted.post)
        told = (entries.newest(place) for entries in (self.entries, self.lost_entries))
        repeats = max(newest.repeats if newest else 0 for newest in told)
        return min(self.channels.repeats(channel), repeats)

    def _stands(self, accepted: Accepted, channel: str, text: str) -> int:
        """Count what is public now. Of a declared repeat nobody knows, so nobody removes it."""
        more = len(self.record.shown(channel, text)) - 1
        unknown = min(max(more, 0), self._allowed(accepted, channel))
        return max(0, len(self.record.standing(channel, text)) - unknown)

    def _ghosts(self) -> Iterator[Violation]:
        """Find what is public though nobody has approved it, or though it was withdrawn."""
        approved = {
            (channel, text): accepted
            for accepted in self.notes.accepted
            for channel, text in accepted.plan.texts.items()
        }
        plans = (*self.notes.unknown, *(each.plan for each in self.notes.forgotten))
        open_to_doubt = {(channel, text) for plan in plans for channel, text in plan.texts.items()}
        for line in self.record.published():
            accepted = approved.get((line.channel, line.text))
            if accepted is not None:
                words = self._too_late(accepted, line)
                if words:
                    post = accepted.post
                    yield Violation("ghost", line.channel, line.text, post, words)
            elif (line.channel, line.text) not in open_to_doubt:
                words = "nobody has approved it"
                yield Violation("ghost", line.channel, line.text, words=words)

    def _too_late(self, accepted: Accepted, line: Line) -> str:
        if accepted.withdrawn_at is None:
            return ""
        if accepted.stopped:
            return "it was withdrawn before its time"
        after = line.at - accepted.withdrawn_at
        if after > self.grace:
            return f"it was withdrawn {after.total_seconds():.1f} s before"
        return ""

    def _lost(
        self, accepted: Accepted, channel: str, text: str, state: Mapping[str, Any] | None
    ) -> str:
        if accepted.withdrawn_at is not None:
            stands = self._stands(accepted, channel, text)
            known = not stands or self._left_to_a_person((channel, accepted.post))
            return "" if known else f"its withdrawal: {stands} still public"
        if self.record.shown(channel, text):
            return ""
        if state is None:
            return "the planner does not show it"
        if state["status"] in _ENDED or (state["status"] == "uncertain" and state["needs_person"]):
            return ""
        return f"the planner says: {state['status']}"

    def _left_to_a_person(self, place: Place) -> bool:
        """Whether a person, who alone can find it, has been told to take it away as well."""
        newest = self.entries.newest(place)
        refused = isinstance(newest, DeliveryFailed) and newest.code is Code.RETRACTION_UNABLE
        return refused and place[0] not in self.channels.finding

    def _untrue(self, accepted: Accepted, channel: str, text: str) -> Iterator[Violation]:
        """Find where the ledger does not say what the record says."""
        place = (channel, accepted.post)
        newest = self.entries.newest(place)
        shown = {name for line in self.record.shown(channel, text) for name in line.names}
        stands = self._stands(accepted, channel, text)
        about = (channel, text, accepted.post)
        if is_public(newest) != bool(stands):
            state = newest.type if newest else "nothing"
            words = f"the ledger says {state}, the record shows {stands}"
            yield Violation("untrue", *about, words=words)
        for entry in self.entries.of.get(place, ()):
            if isinstance(entry.fact, DeliveryPublished) and not is_of(entry.fact.proof, shown):
                words = f"told as published at {entry.fact.url}, and it never was"
                yield Violation("untrue", *about, words=words)


def is_of(proof: Proof | None, names: Collection[str]) -> bool:
    """Whether a proof is of a post that its platform calls one of these names."""
    if proof is None:
        return False
    # Platforms put the number of a post behind its account's, or behind a whole address.
    told = (proof.external_id or proof.url).rstrip("/")
    return told in names or any(told.rpartition(before)[2] in names for before in "/_:")


def trace(violation: Violation, record: Record, entries: Entries) -> list[str]:
    """Tell the story of a delivery, by the broker's time and the platform's."""
    lines = [(line.at, line.said) for line in record.about(violation.channel, violation.text)]
    for entry in entries.of.get((violation.channel, violation.post), ()):
        fact = entry.fact
        said = fact.model_dump(
            mode="json", include={"attempt", "owner", "until", "look_ups", "code", "known_by"}
        )
        words = ", ".join(f"{name} {value}" for name, value in said.items())
        at = entry.stored_at.isoformat()[11:23]
        state = fact.type.split(".")[1]
        lines.append((entry.stored_at, f"{at} ledger     {state} ({entry.sequence}): {words}"))
    return [words for _, words in sorted(lines, key=lambda line: line[0])]


def by_kind(violations: Sequence[Violation]) -> Counter[str]:
    """Count violations by their kinds."""
    return Counter(each.kind for each in violations)
