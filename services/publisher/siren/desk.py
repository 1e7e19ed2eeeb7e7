"""What officers do: each act is proved, decided, remembered, and only then carried out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from schemas.alerts import (
    Act,
    AlertFact,
    Bulletin,
    HoldActivated,
    HoldFact,
    HoldReleased,
    Signature,
)
from schemas.codes import Code
from schemas.envelope import Fact
from services.kit.messages import Overtaken, Told
from services.publisher.siren.domain import alerts, holds
from services.publisher.siren.domain.alerts import Acceptance, Prepared
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import Statement
from services.publisher.siren.ports import (
    ALERTS,
    Editor,
    Face,
    Memory,
    MemoryFull,
    Pager,
    Runner,
    Seals,
)

MOST_DRAFTS = 5
"""Alerts that may wait for a second officer at a time: more is a flood, or a fault."""


@dataclass(frozen=True, slots=True)
class Word:
    """A statement with its officer's signature, as it came to a door."""

    statement: Statement
    key: str
    proof: str


@dataclass(frozen=True, slots=True)
class Customs:
    """What the organisation has decided about its alerts."""

    countdown: timedelta = timedelta(0)
    """Between the last signature and the first call: so long it can be stopped."""
    solo: bool = False
    """Whether one officer may send what is written from an approved template."""
    solo_countdown: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Desk:
    """The officers' desk of one siren."""

    memory: Memory
    runner: Runner
    seals: Seals
    pager: Pager
    editor: Editor
    face: Face
    customs: Customs
    now: Callable[[], datetime]

    def alert(self, alert: UUID) -> Told[AlertFact]:
        """Give the newest fact of an alert."""
        told = self.memory.newest(AlertFact.address.format(alert=alert))
        if told is None:
            raise Refusal(Code.ALERT_NOT_FOUND)
        return told

    def alerts(self) -> list[Told[AlertFact]]:
        """Give every alert, the newest first."""
        return sorted(self.memory.things(ALERTS), key=lambda told: -told.sequence)

    def hold(self) -> HoldActivated | None:
        """Give what holds normal posts; None: nothing does."""
        last = self._last_hold()
        return last.fact if last and isinstance(last.fact, HoldActivated) else None

    async def issue(self, word: Word, draft: Bulletin, prepared: Prepared) -> Told[AlertFact]:
        """Put a draft before the other officers, who are called at once."""
        signed = self._proved(word, "issue")
        alert = _named(word)
        if (same := self._again(word)) is not None:
            return same
        self._refuse_flawed([draft, *prepared.values()])
        others = [told.fact for told in self.alerts()]
        if any(other.reference == draft.reference for other in others):
            raise Refusal(Code.REFERENCE_TAKEN, reference=draft.reference)
        waiting = sum(other.draft is not None for other in others)
        if waiting >= MOST_DRAFTS:
            raise Refusal(Code.TOO_MANY_DRAFTS, count=waiting)
        told = await self._store(alerts.issue(alert, draft, prepared, signed), 0)
        self.pager.call(told.fact, "confirm", signed.officer)
        return told

    async def confirm(self, word: Word, sealed: str = "") -> Told[AlertFact]:
        """Accept exactly what was issued: it goes out, and normal posts are held."""
        signed = self._proved(word, "confirm")
        if (same := self._again(word)) is not None:
            return same
        told = self.alert(_named(word))
        if told.fact.draft is not None:
            self._refuse_flawed([told.fact.draft])
        accepted = self._accepted(self._way(told.fact, signed, sealed))
        if accepted.way == "sealed":
            accepted = replace(accepted, envelope=self.seals.opened(sealed, self._used_envelopes()))
        fact = alerts.confirm(told.fact, signed, accepted)
        out = await self._send(fact, told.sequence, signed)
        if fact.unreviewed:
            self.pager.call(fact, "review", signed.officer)
        return out

    async def drop(self, word: Word) -> Told[AlertFact]:
        """Give an alert up while nothing of it has gone out."""
        signed = self._proved(word, "drop")
        if (same := self._again(word)) is not None:
            return same
        told = self.alert(_named(word))
        dropped = alerts.drop(told.fact, signed, self.now())
        ends = self.runner.last_entries(told.fact, dropped)
        out = (await self._append([(dropped, told.sequence), *ends]))[0]
        self.face.draw()
        return out

    async def follow(self, word: Word, bulletin: Bulletin, prepared: Prepared) -> Told[AlertFact]:
        """Send a newer word at once: changed, wrong, or over."""
        if word.statement.act not in {"update", "correct", "clear"}:
            raise Refusal(Code.CONTENT_OTHER)
        signed = self._proved(word, word.statement.act)
        if (same := self._again(word)) is not None:
            return same
        told = self.alert(_named(word))
        self._refuse_flawed([bulletin, *prepared.values()])
        fact = alerts.follow(told.fact, bulletin, prepared, signed, self._accepted("alone"))
        return await self._send(fact, told.sequence, signed)

    async def review(self, word: Word) -> Told[AlertFact]:
        """Say that another officer has looked at what one sent alone."""
        signed = self._proved(word, "review")
        if (same := self._again(word)) is not None:
            return same
        told = self.alert(_named(word))
        return await self._store(alerts.review(told.fact, signed, self.now()), told.sequence)

    async def activate_hold(self, word: Word, why: str) -> HoldActivated:
        """Hold normal posts though no alert is out: one is about to be, or somebody else's is."""
        signed = self._proved(word, "hold")
        if (standing := self.hold()) is not None:
            return standing
        last = self._last_hold()
        hold = holds.activated(last, signed, word.statement.alert, why, self.now())
        await self._append([(hold, last.sequence if last else 0)])
        return hold

    async def release_hold(self, word: Word) -> HoldReleased:
        """Let normal posts out again; each that was held waits for a person."""
        signed = self._proved(word, "release")
        last = self._last_hold()
        released = holds.released(last, signed, self.now())
        await self._append([(released, last.sequence if last else 0)])
        return released

    async def remember(self, fact: Fact) -> None:
        """Keep something that nobody has to sign."""
        last = self.memory.newest(fact.subject)
        await self._append([(fact, last.sequence if last else 0)])

    def _proved(self, word: Word, act: Act) -> Signature:
        if word.statement.act != act:
            raise Refusal(Code.CONTENT_OTHER)
        return self.seals.check(word.statement, word.key, word.proof, self.now())

    def _again(self, word: Word) -> Told[AlertFact] | None:
        """Give what the very same word has led to; the same signature for anything else is none."""
        said = word.statement
        for told in self.alerts():
            for signed in told.fact.signatures:
                if signed.nonce == said.nonce and signed.officer == said.officer:
                    same = (told.fact.alert, signed.act, signed.digest)
                    if same == (said.alert, said.act, said.digest):
                        return told
                    raise Refusal(Code.STATEMENT_USED)
        return None

    def _way(
        self, fact: AlertFact, signed: Signature, sealed: str
    ) -> Literal["two", "solo", "sealed"]:
        if signed.officer != fact.signatures[0].officer:
            return "two"
        if sealed:
            return "sealed"
        if fact.draft is not None and self.customs.solo and self.editor.solo(fact.draft.template):
            return "solo"
        raise Refusal(Code.SOLO_NOT_ALLOWED if self.customs.solo else Code.OWN_CONFIRMATION)

    def _used_envelopes(self) -> set[str]:
        return {
            issued.envelope
            for told in self.alerts()
            for issued in told.fact.issued
            if issued.envelope is not None
        }

    def _accepted(self, way: Literal["two", "alone", "solo", "sealed"]) -> Acceptance:
        now = self.now()
        # Nothing that makes an alert right, or over, is made to wait.
        waits = {
            "alone": timedelta(0),
            "two": self.customs.countdown,
            "solo": max(self.customs.countdown, self.customs.solo_countdown),
            "sealed": max(self.customs.countdown, self.customs.solo_countdown),
        }
        return Acceptance(way, now, now + waits[way])

    async def _send(self, fact: AlertFact, after: int, signed: Signature) -> Told[AlertFact]:
        writes: list[tuple[Fact, int]] = [(fact, after), *self.runner.entries(fact)]
        if fact.status == "actual" and self.hold() is None and alerts.is_open(fact, self.now()):
            headline = fact.issued[-1].bulletin.infos[0].headline
            last = self._last_hold()
            hold = holds.activated(
                last, signed, fact.alert, f"{fact.reference}: {headline}", self.now()
            )
            writes.append((hold, last.sequence if last else 0))
        stored = (await self._append(writes))[0]
        self.runner.reach(fact)
        self.face.draw()
        return stored

    def _last_hold(self) -> Told[HoldFact] | None:
        return self.memory.newest(HoldFact.address)

    def _refuse_flawed(self, bulletins: Iterable[Bulletin]) -> None:
        for bulletin in bulletins:
            for finding in self.editor.findings(bulletin, self.now()):
                raise finding

    async def _store(self, fact: AlertFact, after: int) -> Told[AlertFact]:
        return (await self._append([(fact, after)]))[0]

    async def _append(self, writes: Sequence[tuple[Fact, int]]) -> list[Told[Any]]:
        try:
            return await self.memory.append(writes)
        except Overtaken as error:
            raise Refusal(Code.ALERT_CHANGED) from error
        except MemoryFull as error:
            raise Refusal(Code.MEMORY_FULL) from error


def _named(word: Word) -> UUID:
    if word.statement.alert is None:
        raise Refusal(Code.ALERT_NOT_FOUND)
    return word.statement.alert
