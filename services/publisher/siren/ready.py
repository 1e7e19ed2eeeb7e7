"""The ready-board: would an alert go out now, and what is missing if not."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from prometheus_client import CollectorRegistry, Gauge

from schemas.alerts import AlertFact, ExerciseScored
from schemas.channels import ChannelProbed, Limits
from schemas.codes import Code
from services.kit.languages import Language
from services.kit.messages import Overtaken
from services.publisher.handlers import probed
from services.publisher.ports import Channel, Readiness
from services.publisher.siren.memory import SpoolNotices
from services.publisher.siren.officers.readiness import Readiness as OfficersReady
from services.publisher.siren.ports import ALERTS, EXERCISES, MemoryFull
from services.publisher.siren.showing import sentences
from services.publisher.siren.speech import speak
from services.publisher.siren.spool import Spool

log = structlog.get_logger()

TRIED_EVERY = timedelta(days=30)
"""How old the last call of an officer may be before it is tried whether they can be reached."""

CAREFUL = Limits(characters=280, pictures=4)
"""What is written for a channel that has never been asked what it takes."""

_LACKS = {
    "no_way_out": "No address to call them at",
    "never_called": "Never called, so nobody knows whether it works",
    "not_taken": "The last call was taken by none of their addresses",
}
REACHED = "Can be reached"
AWAY = "Has not signed in for 90 days"
FEW = "Fewer than two officers can be reached."
NO_CHANNEL = "No channel would take an alert now."
NOT_READY = "{channel}: {said}"
NEVER_ASKED = "It has not been asked yet."
READY = "Would take an alert now"
TEXTS = (*_LACKS.values(), REACHED, AWAY, FEW, NO_CHANNEL, NOT_READY, NEVER_ASKED, READY)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on the board."""

    title: str
    ok: bool
    said: str
    remedy: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """How ready the siren is."""

    channels: Sequence[Line]
    officers: Sequence[Line]
    last_exercise: datetime | None
    score: ExerciseScored | None
    why: Sequence[str]
    """What makes it red; empty: it is green."""

    @property
    def red(self) -> bool:
        """Whether an alert might not go out now."""
        return bool(self.why)


class ReadyBoard:
    """Asks every channel now and then, and puts together what is known."""

    def __init__(
        self,
        spool: Spool,
        channels: Mapping[str, Channel],
        officers: Callable[[], OfficersReady],
        answer_within: timedelta,
        now: Callable[[], datetime],
        registry: CollectorRegistry,
    ) -> None:
        self._spool = spool
        self._channels = channels
        self._officers = officers
        self._within = answer_within.total_seconds()
        self._now = now
        self._notices = SpoolNotices(spool)
        self._red = Gauge(
            "budkavle_siren_red", "1 while an alert might not go out", registry=registry
        )

    def limits(self, channel: str) -> Limits:
        """Say what a channel takes, as far as it has ever said."""
        last = self._probed(channel)
        return last.limits if last else CAREFUL

    async def probe(self) -> None:
        """Ask every channel once, side by side; what hangs is not waited for longer than a call."""
        await asyncio.gather(*(self._probe(channel) for channel in self._channels.values()))
        self._red.set(self.shown(speak("en")).red)

    def untried(self) -> list[str]:
        """Name the officers who have never been called, or not for long."""
        tried_before = self._now() - TRIED_EVERY
        return [
            each.officer
            for each in self._officers().officers
            if each.lack != "no_way_out"
            and (each.called_at is None or each.called_at < tried_before)
        ]

    def shown(self, speech: Language) -> Board:
        """Put together what is known, for a reader."""
        channels = [self._channel(channel, speech) for channel in self._channels.values()]
        ready = self._officers()
        officers = [
            Line(
                each.name,
                each.lack is None and not each.away,
                speech(_LACKS[each.lack] if each.lack else AWAY if each.away else REACHED),
                since=each.called_at,
            )
            for each in ready.officers
        ]
        why = [speech(FEW)] if not ready.ready else []
        if channels and not any(line.ok for line in channels):
            why.append(speech(NO_CHANNEL))
        why += [
            speech(NOT_READY, channel=line.title, said=line.said)
            for line in channels
            if not line.ok
        ]
        return Board(channels, officers, self._last_exercise(), self._score(), why)

    def _channel(self, channel: Channel, speech: Language) -> Line:
        last = self._probed(channel.name)
        if last is None:
            return Line(channel.title, ok=False, said=speech(NEVER_ASKED))
        if last.code is None:
            return Line(channel.title, ok=True, said=speech(READY), since=last.occurred_at)
        said, remedy = sentences(last.code, last.parameters, speech)
        return Line(channel.title, ok=False, said=said, remedy=remedy, since=last.occurred_at)

    def _probed(self, channel: str) -> ChannelProbed | None:
        address = ChannelProbed.address.format(teller="siren", channel=channel)
        told = self._spool.newest(address)
        return told.fact if told is not None and isinstance(told.fact, ChannelProbed) else None

    async def _probe(self, channel: Channel) -> None:
        readiness = await self._ask(channel)
        fact = probed(channel, readiness, self._now())
        try:
            await self._notices.tell_if_changed(fact)
        except (MemoryFull, Overtaken) as error:
            log.warning("siren.probe_not_kept", channel=channel.name, why=str(error))

    async def _ask(self, channel: Channel) -> Readiness:
        named: dict[str, str | int] = {"channel": channel.title}
        try:
            async with asyncio.timeout(self._within):
                return await channel.check()
        except TimeoutError:
            return Readiness(self.limits(channel.name), Code.CHANNEL_UNREACHABLE, named)

    def _last_exercise(self) -> datetime | None:
        facts = (told.fact for told in self._spool.things(ALERTS))
        times = [
            fact.issued[0].accepted_at
            for fact in facts
            if isinstance(fact, AlertFact) and fact.status == "exercise" and fact.issued
        ]
        return max(times, default=None)

    def _score(self) -> ExerciseScored | None:
        scored = list(self._spool.things(EXERCISES))
        return max(scored, key=lambda told: told.sequence).fact if scored else None
