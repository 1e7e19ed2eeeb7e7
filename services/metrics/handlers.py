"""What metrics does: plans its appointments with a published post, and keeps them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

from schemas.codes import Code
from schemas.deliveries import DeliveryCorrected, DeliveryFact, DeliveryPublished
from schemas.insights import InsightCollected, Number, PostUnseen, PostWitnessed
from services.kit.messages import Due, Told
from services.metrics import domain
from services.metrics.comments import name_of
from services.metrics.domain import Appointment, Look, Plan, Reading, Unseen, Watch
from services.metrics.ports import (
    Alarm,
    Memory,
    NoAnswer,
    PublicationMissing,
    Reader,
    Source,
    Tally,
    Witness,
)
from services.metrics.publications import Publication, publication
from services.metrics.watching import Watcher


@dataclass(frozen=True, slots=True)
class Metrics:
    """An independent reader of what the publisher says is public."""

    memory: Memory
    alarm: Alarm
    reader: Reader
    witnesses: Mapping[str, Witness]
    """By kind of channel, where a page is not for strangers; elsewhere the page is read."""
    sources: Mapping[str, tuple[Source, ...]]
    """By kind of channel."""
    watcher: Watcher
    plan: Plan
    tally: Tally
    now: Callable[[], datetime]

    async def plan_appointments(
        self, told: Told[DeliveryPublished] | Told[DeliveryCorrected]
    ) -> None:
        """Set every timer of a publication at once; nothing else has to be remembered.

        A correction is looked at anew, and read on at the ages that are still to come. An answer of
        ours belongs to the post above it, and has none.
        """
        if told.fact.answers is not None:
            return
        published = publication(told.fact)
        if published is None:
            raise AssertionError("what is published or corrected is public")
        for appointment, at in domain.appointments(self.plan, told.sequence, published):
            await self._arrange(published, appointment, at)
        await self._arrange_next_watch(published, told.sequence, published.shown_at)

    async def keep_appointment(self, due: Due) -> None:
        """Look, read numbers or comments, unless what was public is gone or replaced."""
        channel, post, kind, appointment = domain.meaning_of(due.tokens)
        newest = await self._newest(channel, post, appointment.sequence)
        published = domain.met(newest.fact, newest.sequence, kind, appointment, self.now())
        if published is None:
            if isinstance(appointment, Reading):
                self.tally.reading(channel, "replaced")
            return
        match appointment:
            case Look():
                await self._look(published, appointment)
            case Reading():
                await self._arrange_next_watch(published, appointment.sequence, self.now())
                await self._read(published, appointment)
            case Watch():
                await self._watch(published, appointment)
            case _:
                assert_never(appointment)

    async def _newest(self, channel: str, post: UUID, sequence: int) -> Told[DeliveryFact]:
        subject = DeliveryFact.address.format(teller="publisher", channel=channel, post=post)
        newest: Told[DeliveryFact] | None = await self.memory.newest(subject)
        if newest is None or newest.sequence < sequence:
            # A replica that lags, for a moment; a restored stream, for good. It is tried again,
            # and set aside for people in the end.
            raise PublicationMissing(f"{subject} at {sequence}")
        return newest

    async def _look(self, published: Publication, look: Look) -> None:
        address = PostWitnessed.address.format(channel=published.channel, post=published.post)
        newest = await self.memory.newest(address)
        last = newest.fact if newest else None
        if domain.look_is_done(last, published, look):
            if told := domain.look_to_renew(last, published, look):
                await self._arrange_next_look(published, look, told.occurred_at)
            return
        unseen = await self._judge(published)
        looked_at = self.now()
        fact = self._sight(published, look, unseen, looked_at)
        await self.memory.tell(fact, after=newest.sequence if newest else 0)
        if isinstance(fact, PostWitnessed):
            self.tally.witnessed(published.channel, fact.after)
        else:
            self.tally.unseen(published.channel, fact.code)
            await self._arrange_next_look(published, look, looked_at)

    async def _judge(self, published: Publication) -> Unseen | None:
        witness = self.witnesses.get(published.kind)
        try:
            seen = witness.see(published) if witness else self.reader.read(published.url)
            page = await seen
        except NoAnswer:
            return Unseen(Code.PAGE_UNREACHABLE, {})
        return domain.judge(page, published.opening)

    def _sight(
        self, published: Publication, look: Look, unseen: Unseen | None, looked_at: datetime
    ) -> PostWitnessed | PostUnseen:
        seen_of: dict[str, Any] = {
            "occurred_at": looked_at,
            "trace": published.trace,
            "channel": published.channel,
            "post": published.post,
            "revision": published.revision,
            "url": published.url,
            "look": look.number,
        }
        if unseen is None:
            # The channel's clock may be ahead of ours.
            after = max(looked_at - published.shown_at, timedelta(0))
            return PostWitnessed(**seen_of, after=after)
        final = domain.next_look(self.plan, look, looked_at) is None
        return PostUnseen(**seen_of, code=unseen.code, parameters=unseen.parameters, final=final)

    async def _arrange_next_look(
        self, published: Publication, look: Look, looked_at: datetime
    ) -> None:
        if following := domain.next_look(self.plan, look, looked_at):
            await self._arrange(published, *following)

    async def _read(self, published: Publication, reading: Reading) -> None:
        channel = published.channel
        sources = self.sources.get(published.kind, ())
        if not sources:
            return self.tally.reading(channel, "no_source")
        if domain.is_past(self.plan, reading, published.published_at, self.now()):
            return self.tally.reading(channel, "too_late")
        address = InsightCollected.address.format(channel=channel, post=published.post)
        newest = await self.memory.newest(address)
        if domain.reading_is_done(newest.fact if newest else None, published, reading):
            return self.tally.reading(channel, "told_before")

        numbers, unanswered = await self._numbers(sources, published)
        if unanswered and (following := domain.next_reading(self.plan, reading, self.now())):
            await self._arrange(published, *following)
            return self.tally.reading(channel, "postponed")
        # A delivery that is being corrected does not tell its series; the last reading has.
        series = published.series or (newest.fact.series if newest else None)
        fact = self._insight(published, reading, numbers, series)
        await self.memory.tell(fact, after=newest.sequence if newest else 0)
        known = any(number.value is not None for number in numbers)
        return self.tally.reading(channel, "collected" if known else "missing")

    async def _numbers(
        self, sources: tuple[Source, ...], published: Publication
    ) -> tuple[tuple[Number, ...], bool]:
        """Give what each source says, and whether any of them did not answer."""
        numbers: list[Number] = []
        unanswered = False
        for source in sources:
            try:
                numbers += await source.numbers(published)
            except NoAnswer:
                numbers += source.missing
                unanswered = True
        return tuple(numbers), unanswered

    def _insight(
        self,
        published: Publication,
        reading: Reading,
        numbers: tuple[Number, ...],
        series: str | None,
    ) -> InsightCollected:
        moment = self.now()
        return InsightCollected(
            occurred_at=moment,
            trace=published.trace,
            channel=published.channel,
            post=published.post,
            revision=published.revision,
            age=reading.age,
            observed_at=moment,
            numbers=numbers,
            series=series,
        )

    async def _watch(self, published: Publication, watch: Watch) -> None:
        """Read the comments; the next time is set first, so that no failure ends the chain."""
        if not self.watcher.watches(published):
            return
        # Our clock may be behind the broker's.
        moment = max(self.now(), published.published_at + watch.age)
        await self._arrange_next_watch(published, watch.sequence, moment)
        if lost := await self.watcher.read(published, watch):
            again = Watch(watch.sequence, watch.age, name_of(lost))
            await self._arrange(published, again, self.now() + self.plan.watch_least)

    async def _arrange_next_watch(
        self, published: Publication, sequence: int, moment: datetime
    ) -> None:
        following = domain.next_watch(self.plan, sequence, published.published_at, moment)
        if following and self.watcher.watches(published):
            await self._arrange(published, *following)

    async def _arrange(
        self, published: Publication, appointment: Appointment, at: datetime
    ) -> None:
        tokens = (published.channel, str(published.post), published.kind)
        await self.alarm.set(tokens, domain.serial_of(appointment), at, published.trace)
