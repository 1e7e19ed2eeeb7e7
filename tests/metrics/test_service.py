"""Metrics as it runs: a published fact leads to proof and numbers, whatever is killed between."""

import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.deliveries import DeliveryPublished, Proof
from schemas.insights import InsightCollected, PostUnseen, PostWitnessed
from services.kit.facts import Facts, read
from tests.harness.broker import Broker, running_broker
from tests.metrics.builders import OPENING, SECOND, corrected, published, retracted
from tests.metrics.running import AGES, Service, in_time, running_service
from tests.metrics.site import Site

pytestmark = [pytest.mark.nats, pytest.mark.web]

PATH = "/social/@regionen/1164"
COUNTS = {"reblogs_count": 7, "replies_count": 2, "favourites_count": 31}


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    async with running_broker(tmp_path, ack_wait=timedelta(seconds=3)) as running:
        yield running


def just_published(site: Site) -> DeliveryPublished:
    moment = datetime.now(UTC)
    return published(
        channel="mastodon",
        kind="mastodon",
        url=site.origin + PATH,
        external_id="1164",
        occurred_at=moment,
        published_at=moment,
    )


async def publish(broker: Broker, fact: DeliveryPublished) -> None:
    async with broker.connection("publisher") as connection:
        await Facts(connection).tell(fact, after=0)


Sights = list[PostWitnessed | PostUnseen]


class Story:
    """What metrics has told, as the planner can read it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def sights(self) -> Sights:
        return [fact for fact in await self._told() if isinstance(fact, PostWitnessed | PostUnseen)]

    async def witnessed(self) -> bool:
        return any(isinstance(sight, PostWitnessed) for sight in await self.sights())

    async def insights(self) -> list[InsightCollected]:
        return [fact for fact in await self._told() if isinstance(fact, InsightCollected)]

    async def ages(self) -> list[timedelta]:
        return [insight.age for insight in await self.insights()]

    async def _told(self) -> list[object]:
        page = await self._facts.page("METRICS", "metrics.>", 1)
        return [told.fact for kept in page if (told := read(kept)) is not None]


@pytest.fixture
async def story(broker: Broker) -> AsyncIterator[Story]:
    async with broker.connection("planner") as connection:
        yield Story(Facts(connection))


async def test_a_published_post_is_witnessed_and_measured(
    broker: Broker, site: Site, story: Story
) -> None:
    site.show(PATH, OPENING)
    site.say("/social/api/v1/statuses/1164", COUNTS)
    async with running_service(broker) as service:
        fact = just_published(site)
        await publish(broker, fact)

        async def whole() -> bool:
            return await story.witnessed() and AGES[-1] in await story.ages()

        await in_time(whole)
        counted = await service.counted()
        assert await service.stop() == -signal.SIGTERM
    [sight] = await story.sights()
    assert isinstance(sight, PostWitnessed)
    assert sight.after >= timedelta(seconds=0.2)
    assert sight.trace == fact.trace
    insights = await story.insights()
    assert tuple(insight.age for insight in insights) == AGES
    for insight in insights:
        assert insight.observed_at >= fact.published_at + insight.age
        assert {n.name.value: n.value for n in insight.numbers} == {
            "shares": 7,
            "comments": 2,
            "reactions": 31,
            "views": None,
            "reach": None,
        }
    assert 'budkavle_witness_delay_seconds_count{channel="mastodon"} 1.0' in counted
    assert 'budkavle_readings_total{channel="mastodon",outcome="collected"} 2.0' in counted


async def test_a_post_that_appears_late_is_first_unseen_then_witnessed(
    broker: Broker, site: Site, story: Story
) -> None:
    async with running_service(broker) as service:
        await publish(broker, just_published(site))
        await in_time(story.sights)
        site.show(PATH, OPENING)
        await in_time(story.witnessed)
        assert 'budkavle_unseen_total{channel="mastodon",code="page_gone"}' in (
            await service.counted()
        )
    *unseen, last = await story.sights()
    assert unseen
    assert all(isinstance(sight, PostUnseen) and not sight.final for sight in unseen)
    assert isinstance(last, PostWitnessed)
    assert [sight.look for sight in (*unseen, last)] == list(range(1, len(unseen) + 2))


async def test_numbers_that_never_come_are_told_as_missing(
    broker: Broker, site: Site, story: Story
) -> None:
    site.say("/social/api/v1/statuses/1164", {"error": "later"}, 503)
    async with running_service(broker, ages=[SECOND]):
        await publish(broker, just_published(site))
        [insight] = await in_time(story.insights)
    assert [number.value for number in insight.numbers] == [None] * 5
    calls = [asked for asked in site.asked if asked.url.path.endswith("/statuses/1164")]
    assert len(calls) == 2


@pytest.mark.slow
async def test_a_correction_is_witnessed_anew_and_a_retraction_ends_it_all(
    broker: Broker, site: Site, story: Story
) -> None:
    site.show(PATH, OPENING)
    site.say("/social/api/v1/statuses/1164", COUNTS)
    first = just_published(site)
    shown = Proof(external_id="1164", url=first.url, revision=2, published_at=first.published_at)
    place = {"channel": "mastodon", "kind": "mastodon", "url": first.url, "external_id": "1164"}
    late = 8 * SECOND
    async with (
        broker.connection("publisher") as connection,
        running_service(broker, ages=[SECOND, late]),
    ):
        facts = Facts(connection)
        sequence = await facts.tell(first, after=0)
        await in_time(story.witnessed)
        moment = datetime.now(UTC)
        mended = corrected(moment, **place, proof=shown, opening="Vaccinera dig på fredag.")
        sequence = await facts.tell(mended, after=sequence)
        site.show(PATH, "Vaccinera dig på fredag. Välkommen!")

        async def seen_anew() -> bool:
            last = (await story.sights())[-1]
            return isinstance(last, PostWitnessed) and last.revision == 2

        await in_time(seen_anew)
        assert late not in await story.ages()
        await facts.tell(retracted(**place), after=sequence)

        async def last_timer_came() -> bool:
            page = await timers.page("TIMERS_METRICS", "*.metrics.>", 1)
            return page == []

        async with broker.connection("metrics") as own:
            timers = Facts(own)
            await in_time(last_timer_came)
    assert late not in await story.ages()


@pytest.mark.parametrize("killed", ["before it hears", "before it looks", "before it reads"])
async def test_a_killed_metrics_goes_on_where_it_was(
    broker: Broker, site: Site, story: Story, killed: str
) -> None:
    site.show(PATH, OPENING)
    site.say("/social/api/v1/statuses/1164", COUNTS)
    fact = just_published(site)
    async with running_service(broker) as first:
        match killed:
            case "before it hears":
                await first.kill()
                await publish(broker, fact)
            case "before it looks":
                await publish(broker, fact)
                await first.kill()
            case _:
                await publish(broker, fact)
                await in_time(story.witnessed)
                await first.kill()
    async with running_service(broker):

        async def whole() -> bool:
            return await story.witnessed() and AGES[-1] in await story.ages()

        await in_time(whole)
    assert len(await story.sights()) == 1
    ages = await story.ages()
    # Timers that came together while nobody was there may come in any order.
    assert ages in ([*AGES], [AGES[-1]])


async def test_two_replicas_tell_everything_once(broker: Broker, site: Site, story: Story) -> None:
    site.show(PATH, OPENING)
    site.say("/social/api/v1/statuses/1164", COUNTS)
    async with running_service(broker), running_service(broker):
        await publish(broker, just_published(site))
        await in_time(story.witnessed)

        async def measured() -> bool:
            return AGES[-1] in await story.ages()

        await in_time(measured)
    assert len(await story.sights()) == 1
    assert await story.ages() == [*AGES]


async def test_metrics_lives_without_a_broker_and_is_ready_when_it_comes(broker: Broker) -> None:
    await broker.kill()
    service = Service(broker)
    try:
        service.start()

        async def alive() -> bool:
            return (await service.health("live"))[0] == 200

        await in_time(alive)
        assert (await service.health("ready"))[0] == 503
        await broker.start()
        await service.ready()
        assert await service.stop() == -signal.SIGTERM
    finally:
        await service.clean_up()
