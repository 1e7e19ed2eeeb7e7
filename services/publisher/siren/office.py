"""The officers' office: what both doors, the page and the programs', let an officer do and see."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from schemas.alerts import AlertFact, Bulletin, ExerciseScored, Later
from schemas.codes import Code
from services.kit.languages import Language
from services.kit.messages import Told
from services.publisher.ports import Channel
from services.publisher.siren import showing
from services.publisher.siren.desk import Desk
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import digest_of
from services.publisher.siren.memory import SpoolLedger
from services.publisher.siren.ports import Wished, Writer
from services.publisher.siren.showing import ChannelShown, State


@dataclass(frozen=True, slots=True)
class Drafted:
    """A text that nobody has signed: what would go out, and what is wrong with it."""

    bulletin: Bulletin
    prepared: Mapping[Later, Bulletin]
    findings: Sequence[Refusal]

    @property
    def digest(self) -> str:
        """What an officer signs of it."""
        return digest_of(self.bulletin, self.prepared)


@dataclass(frozen=True, slots=True)
class AlertShown:
    """An alert as officers see it."""

    fact: AlertFact
    state: State
    said: str
    headline: str
    channels: Sequence[ChannelShown]
    digest: str
    """Of the draft that waits; empty if none does."""
    late: bool
    """Nobody has confirmed it for so long that something else has to be done."""


@dataclass(frozen=True, slots=True)
class Office:
    """One siren's."""

    desk: Desk
    writer: Writer
    ledger: SpoolLedger
    channels: Mapping[str, Channel]
    unconfirmed_after: float
    now: Callable[[], datetime]

    async def draft(self, wished: Wished, at: datetime | None = None) -> Drafted:
        """Write an alert of a template, with its correction and its all-clear. Nothing is kept.

        What was written once and is changed names the hour that it named before: `at`.
        """
        reference = self._next_reference()
        # A picture may have to be drawn, and another alert may be on its way meanwhile.
        bulletin, prepared = await asyncio.to_thread(
            self.writer.draft, wished, reference, at or self.now()
        )
        return self._looked_at(bulletin, prepared)

    async def newer(
        self,
        alert: UUID,
        kind: Literal["update", "correction", "all_clear"],
        words: tuple[str, str, str] = ("", "", ""),
        texts: Mapping[str, str] | None = None,
        at: datetime | None = None,
    ) -> Drafted:
        """Write the next word on an alert: of these words, or what was prepared.

        The words are headline, description and instruction.
        """
        fact = self.desk.alert(alert).fact
        bulletin = await asyncio.to_thread(
            self.writer.newer, fact, kind, words, texts or {}, at or self.now()
        )
        return self._looked_at(bulletin, {})

    async def score(
        self,
        alert: UUID,
        to_issue: float,
        to_confirm: float,
        to_first_channel: float,
        to_correct: float,
    ) -> ExerciseScored:
        """Keep how an exercise went, in seconds; an alert that was none is refused."""
        fact = self.desk.alert(alert).fact
        if fact.status != "exercise":
            raise Refusal(Code.NO_EXERCISE)
        scored = ExerciseScored(
            occurred_at=self.now(),
            trace=alert,
            alert=alert,
            officers=tuple(dict.fromkeys(signed.officer for signed in fact.signatures)),
            to_issue=to_issue,
            to_confirm=to_confirm,
            to_first_channel=to_first_channel,
            to_correct=to_correct,
        )
        await self.desk.remember(scored)
        return scored

    def shown(self, alert: UUID, speech: Language) -> AlertShown:
        """Show one alert."""
        return self._shown(self.desk.alert(alert), speech)

    def all_shown(self, speech: Language, most: int = 50) -> list[AlertShown]:
        """Show the newest alerts."""
        return [self._shown(told, speech) for told in self.desk.alerts()[:most]]

    def _shown(self, told: Told[AlertFact], speech: Language) -> AlertShown:
        fact, now = told.fact, self.now()
        names = {name for issued in fact.issued for name in issued.bulletin.contents}
        entries = {name: self.ledger.entries(fact, name) for name in names}
        newest = fact.issued[-1].bulletin if fact.issued else fact.draft
        waited = (now - fact.occurred_at).total_seconds()
        state = showing.state_of(fact, now)
        return AlertShown(
            fact=fact,
            state=state,
            said=speech(showing.STATES[state]),
            headline=newest.infos[0].headline if newest else "",
            channels=showing.channels_of(fact, entries, self.channels, speech),
            digest=digest_of(fact.draft, fact.prepared) if fact.draft else "",
            late=fact.draft is not None and waited > self.unconfirmed_after,
        )

    def _looked_at(self, bulletin: Bulletin, prepared: Mapping[Later, Bulletin]) -> Drafted:
        now = self.now()
        found = [
            finding
            for each in (bulletin, *prepared.values())
            for finding in self.writer.findings(each, now)
        ]
        return Drafted(bulletin, prepared, found)

    def _next_reference(self) -> str:
        year = str(self.now().year)
        taken = [
            int(number)
            for told in self.desk.alerts()
            for begun, _, number in [told.fact.reference.partition("-")]
            if begun == year and number.isdecimal()
        ]
        return f"{year}-{max(taken, default=0) + 1}"
