"""Metrics looks at every published post until a stranger can see it, and says what it saw."""

from datetime import timedelta

import pytest

from schemas.codes import Code
from schemas.deliveries import DeliveryScheduled
from schemas.insights import PostUnseen, PostWitnessed
from services.kit.messages import Due, Overtaken
from services.metrics.domain import Page
from services.metrics.ports import PublicationMissing
from services.metrics.publications import Publication
from tests.metrics.builders import (
    DAY,
    HOUR,
    NOON,
    OPENING,
    POST,
    SECOND,
    TRACE,
    page,
    published,
    retracted,
)
from tests.metrics.fakes import Clock, MemoryReader
from tests.metrics.stage import Stage

URL = published().url
SHOWN = Page(200, page(OPENING))


async def test_a_publication_heard_twice_has_each_timer_once(stage: Stage) -> None:
    planned = dict(stage.alarm.times)
    assert stage.alarm.serials() == {
        "801-witness-1": NOON + 15 * SECOND,
        "801-age-3600": NOON + HOUR,
        "801-age-86400": NOON + DAY,
    }
    stage.clock.moment += HOUR
    told = await stage.facts.newest(published().subject)
    assert told is not None
    await stage.metrics.plan_appointments(told)
    assert stage.alarm.times == planned


async def test_a_post_that_strangers_can_see_is_witnessed(stage: Stage) -> None:
    stage.reader.pages[URL] = SHOWN
    await stage.ring("801-witness-1")
    [fact] = stage.facts.told
    assert isinstance(fact, PostWitnessed)
    assert (fact.post, fact.revision, fact.look, fact.url) == (POST, 1, 1, URL)
    assert fact.after == 15 * SECOND
    assert fact.trace == TRACE
    assert stage.tally.counted == [("witnessed", "torget", "15.0")]


async def test_a_witnessed_post_is_not_looked_at_again(stage: Stage) -> None:
    stage.reader.pages[URL] = SHOWN
    await stage.ring("801-witness-1")
    await stage.ring("801-witness-1")
    assert len(stage.facts.told) == 1
    assert stage.reader.asked == [URL]


async def test_a_publication_from_the_future_was_seen_at_once(stage: Stage) -> None:
    stage.reader.pages[URL] = SHOWN
    due = stage.alarm.ring("801-witness-1", Clock())
    stage.clock.moment = NOON - SECOND
    await stage.metrics.keep_appointment(due)
    [fact] = stage.facts.told
    assert isinstance(fact, PostWitnessed)
    assert fact.after == timedelta(0)


@pytest.mark.parametrize(
    ("shown", "code", "parameters"),
    [
        (Page(404, ""), Code.PAGE_GONE, {"status": 404}),
        (Page(200, page("Något annat.")), Code.PAGE_WITHOUT_TEXT, {}),
        (None, Code.PAGE_UNREACHABLE, {}),
    ],
)
async def test_a_post_not_seen_is_told_with_why_and_looked_at_again(
    stage: Stage, shown: Page | None, code: Code, parameters: dict[str, int]
) -> None:
    stage.reader.pages = {URL: shown} if shown else {}
    await stage.ring("801-witness-1")
    [fact] = stage.facts.told
    assert isinstance(fact, PostUnseen)
    assert (fact.code, fact.parameters, fact.final) == (code, parameters, False)
    assert stage.alarm.serials()["801-witness-2"] == NOON + 45 * SECOND
    assert stage.tally.counted == [("unseen", "torget", code)]


async def test_the_last_look_says_that_it_is_the_last(stage: Stage) -> None:
    for look in (1, 2, 3):
        await stage.ring(f"801-witness-{look}")
    looks = [fact for fact in stage.facts.told if isinstance(fact, PostUnseen)]
    assert [(fact.look, fact.final) for fact in looks] == [(1, False), (2, False), (3, True)]
    assert "801-witness-4" not in stage.alarm.serials()


async def test_a_post_that_appears_late_is_witnessed_by_a_later_look(stage: Stage) -> None:
    await stage.ring("801-witness-1")
    stage.reader.pages[URL] = SHOWN
    await stage.ring("801-witness-2")
    fact = stage.facts.told[-1]
    assert isinstance(fact, PostWitnessed)
    assert (fact.look, fact.after) == (2, 45 * SECOND)


async def test_a_crash_between_a_look_and_its_next_timer_loses_neither(stage: Stage) -> None:
    stage.alarm.broken = True
    with pytest.raises(ConnectionError):
        await stage.ring("801-witness-1")
    stage.alarm.broken = False
    stage.clock.moment += 5 * SECOND
    await stage.ring("801-witness-1")
    assert len(stage.facts.told) == 1
    assert stage.alarm.serials()["801-witness-2"] == NOON + 45 * SECOND


async def test_two_replicas_that_look_at_once_tell_it_once(stage: Stage) -> None:
    stage.reader.pages[URL] = SHOWN
    other = stage.alarm.ring("801-witness-1", stage.clock)

    class Overtaking(MemoryReader):
        async def read(self, url: str) -> Page:
            # Another replica tells its look while this one is still reading.
            stage.reader.asked.append(url)
            await stage.metrics.keep_appointment(other)
            return SHOWN

    slow = Stage(facts=stage.facts, clock=stage.clock, reader=Overtaking())
    with pytest.raises(Overtaken):
        await slow.metrics.keep_appointment(other)
    await slow.metrics.keep_appointment(other)
    assert len(stage.facts.told) == 1


async def test_a_replaced_publication_is_neither_looked_at_nor_measured(stage: Stage) -> None:
    await stage.hear(revision=2, url="https://region.example/ny")
    await stage.ring("801-witness-1")
    await stage.ring("801-age-3600")
    assert stage.facts.told == []
    assert stage.reader.asked == []
    assert stage.tally.counted == [("reading", "torget", "replaced")]


async def test_a_new_revision_is_witnessed_and_measured_anew(stage: Stage) -> None:
    stage.reader.pages[URL] = SHOWN
    await stage.ring("801-witness-1")
    await stage.ring("801-age-86400")
    await stage.hear(revision=2)
    newest = await stage.facts.newest(published().subject)
    assert newest is not None
    await stage.ring(f"{newest.sequence}-witness-1")
    await stage.ring(f"{newest.sequence}-age-3600")
    assert [fact.model_dump()["revision"] for fact in stage.facts.told] == [1, 1, 2, 2]


async def test_a_delivery_that_goes_on_after_publication_makes_its_timers_void(
    stage: Stage,
) -> None:
    stage.facts.publish(
        DeliveryScheduled(
            occurred_at=NOON, trace=TRACE, channel="torget", post=POST, revision=2, publish_at=NOON
        )
    )
    await stage.ring("801-witness-1")
    assert stage.facts.told == []


async def test_a_correction_is_witnessed_by_its_own_words(stage: Stage) -> None:
    stage.reader.pages[URL] = SHOWN
    await stage.ring("801-witness-1")
    sequence = await stage.hear_correction(HOUR)
    await stage.ring(f"{sequence}-witness-1")
    unseen = stage.facts.told[-1]
    assert isinstance(unseen, PostUnseen)
    assert (unseen.revision, unseen.code) == (2, Code.PAGE_WITHOUT_TEXT)
    stage.reader.pages[URL] = Page(200, page("Vaccinera dig på fredag. Välkommen!"))
    await stage.ring(f"{sequence}-witness-2")
    seen = stage.facts.told[-1]
    assert isinstance(seen, PostWitnessed)
    assert (seen.revision, seen.look, seen.after) == (2, 2, 45 * SECOND)


async def test_what_is_taken_back_is_neither_looked_at_nor_measured(stage: Stage) -> None:
    stage.facts.publish(retracted())
    for serial in ("801-witness-1", "801-age-3600", "801-age-86400"):
        await stage.ring(serial)
    assert stage.facts.told == []
    assert stage.reader.asked == []
    assert stage.counts.asked == 0
    assert {count[-1] for count in stage.tally.counted} == {"replaced"}


async def test_a_publication_that_the_stream_does_not_show_is_an_error(stage: Stage) -> None:
    # The stream was restored from before the publication, or this replica of it lags.
    due = stage.alarm.ring("801-witness-1", stage.clock)
    empty = Stage()
    with pytest.raises(PublicationMissing):
        await empty.metrics.keep_appointment(due)
    stage.facts.publish(published())
    later = Due((*due.tokens[:-1], "900-witness-1"), TRACE, NOON)
    with pytest.raises(PublicationMissing):
        await stage.metrics.keep_appointment(later)


class Insider:
    """Sees what no stranger is shown."""

    async def see(self, published: Publication) -> Page:
        return Page(200, f"{published.opening} Och mer därtill.")


async def test_a_kind_with_a_witness_of_its_own_is_not_read_as_a_page() -> None:
    stage = Stage(witnesses={"newsroom": Insider()})
    await stage.hear()
    await stage.ring("801-witness-1")
    [fact] = stage.facts.told
    assert isinstance(fact, PostWitnessed)
    assert stage.reader.asked == []
