"""Metrics tells how a post carries, once for each age, and never what is not so."""

import pytest

from schemas.deliveries import DeliveryFact
from schemas.insights import InsightCollected
from tests.metrics.builders import DAY, HOUR, NOON, SECOND, correcting, uncorrected, views
from tests.metrics.stage import Stage


async def test_numbers_are_told_at_their_age(stage: Stage) -> None:
    await stage.ring("801-age-3600")
    [fact] = stage.facts.told
    assert isinstance(fact, InsightCollected)
    assert (fact.age, fact.observed_at) == (HOUR, NOON + HOUR)
    assert fact.numbers == (views(12), views(40))
    assert fact.series == "har-jobbar-jag"
    assert stage.tally.counted == [("reading", "torget", "collected")]


async def test_numbers_are_told_once_for_each_age(stage: Stage) -> None:
    for serial in ("801-age-3600", "801-age-3600", "801-age-86400", "801-age-86400"):
        await stage.ring(serial)
    ages = [fact.age for fact in stage.facts.told if isinstance(fact, InsightCollected)]
    assert ages == [HOUR, DAY]
    assert stage.counts.asked == 2


async def test_numbers_of_an_earlier_age_are_never_told_after_a_later_one(stage: Stage) -> None:
    await stage.ring("801-age-86400")
    await stage.ring("801-age-3600")
    assert len(stage.facts.told) == 1
    assert stage.tally.counted[-1] == ("reading", "torget", "told_before")


async def test_after_a_long_outage_only_the_age_that_is_true_is_told(stage: Stage) -> None:
    stage.clock.moment = NOON + 3 * DAY
    await stage.ring("801-age-3600")
    await stage.ring("801-age-86400")
    [fact] = stage.facts.told
    assert isinstance(fact, InsightCollected)
    assert (fact.age, fact.observed_at) == (DAY, NOON + 3 * DAY)
    assert stage.tally.counted[0] == ("reading", "torget", "too_late")


async def test_a_channel_that_does_not_answer_is_asked_again(stage: Stage) -> None:
    stage.more.value = None
    await stage.ring("801-age-3600")
    assert stage.facts.told == []
    assert stage.alarm.serials()["801-age-3600-again-1"] == NOON + HOUR + 30 * SECOND
    stage.more.value = 41
    await stage.ring("801-age-3600-again-1")
    [fact] = stage.facts.told
    assert isinstance(fact, InsightCollected)
    assert fact.numbers == (views(12), views(41))
    assert fact.age == HOUR


async def test_in_the_end_only_what_never_answered_is_missing(stage: Stage) -> None:
    stage.more.value = None
    for serial in ("801-age-3600", "801-age-3600-again-1", "801-age-3600-again-2"):
        await stage.ring(serial)
    [fact] = stage.facts.told
    assert isinstance(fact, InsightCollected)
    assert fact.numbers == (views(12), views(None))
    assert stage.counts.asked == 3
    assert [count[-1] for count in stage.tally.counted] == ["postponed", "postponed", "collected"]


async def test_numbers_that_are_all_missing_are_told_as_missing(stage: Stage) -> None:
    stage.counts.value = stage.more.value = None
    for serial in ("801-age-3600", "801-age-3600-again-1", "801-age-3600-again-2"):
        await stage.ring(serial)
    [fact] = stage.facts.told
    assert isinstance(fact, InsightCollected)
    assert fact.numbers == (views(None), views(None))
    assert stage.tally.counted[-1] == ("reading", "torget", "missing")


async def test_a_kind_of_channel_without_a_source_is_counted_but_not_told() -> None:
    stage = Stage()
    await stage.hear(kind="matrix")
    await stage.ring("801-age-3600")
    assert stage.facts.told == []
    assert stage.tally.counted == [("reading", "torget", "no_source")]


async def test_numbers_go_on_over_a_correction_at_the_post_s_own_age(stage: Stage) -> None:
    await stage.ring("801-age-3600")
    sequence = await stage.hear_correction(2 * HOUR)
    await stage.ring("801-age-86400")
    await stage.ring(f"{sequence}-age-86400")
    found = [fact for fact in stage.facts.told if isinstance(fact, InsightCollected)]
    assert [(fact.age, fact.revision) for fact in found] == [(HOUR, 1), (DAY, 2)]
    assert f"{sequence}-age-3600" not in stage.alarm.serials()


@pytest.mark.parametrize("fact", [correcting(), uncorrected()])
async def test_numbers_go_on_while_a_correction_is_not_through(
    stage: Stage, fact: DeliveryFact
) -> None:
    await stage.ring("801-age-3600")
    stage.facts.publish(fact)
    await stage.ring("801-age-86400")
    last = stage.facts.told[-1]
    assert isinstance(last, InsightCollected)
    assert (last.age, last.revision, last.series) == (DAY, 1, "har-jobbar-jag")
