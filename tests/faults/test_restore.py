"""A restore of an older copy publishes nothing twice, and loses sight of nothing."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from schemas.deliveries import DeliveryFact, DeliveryHeld, DeliveryPublished, DeliveryScheduled
from schemas.envelope import now
from schemas.posts import Content
from schemas.publishing import PublishingFact, PublishingResumed
from services.kit.bus import Bus
from services.kit.facts import Facts
from tests.faults.running import running_publisher, shown
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.provision.keeping import backup, broker_elsewhere, connected, restore
from tests.publisher.builders import FRESH, order
from tests.simulator.running import Running

pytestmark = [pytest.mark.nats, pytest.mark.web, pytest.mark.slow]

SOON = timedelta(seconds=8)
NEXT_WEEK = timedelta(days=7)


async def approve(planner: Facts, wait: timedelta, count: int) -> set[UUID]:
    posts = {uuid4() for _ in range(count)}
    for post in posts:
        at = now() + wait
        approved = order(
            channel="mastodon",
            post=post,
            content=Content(text=str(post)),
            publish_at=at,
            fresh_until=at + FRESH,
            occurred_at=now(),
        )
        await planner.tell(approved, after=0)
    return posts


async def entries(bus: Bus, posts: Iterable[UUID]) -> dict[UUID, DeliveryFact]:
    """Read what the ledger says of these posts; those that it does not know are left out."""
    found = {}
    for post in posts:
        subject = DeliveryFact.address.format(teller="publisher", channel="mastodon", post=post)
        if told := await bus.facts.newest(subject):
            found[post] = told.fact
    return found


async def all_are(bus: Bus, posts: set[UUID], *states: type[DeliveryFact]) -> bool:
    found = await entries(bus, posts)
    return len(found) == len(posts) and all(isinstance(each, states) for each in found.values())


async def test_an_older_copy_publishes_nothing_twice(
    broker: Broker, platform: Running, tmp_path: Path
) -> None:
    addresses = {"mastodon": f"{platform.url}/mastodon"}
    copy, folder = tmp_path / "copy.tar", tmp_path / "publisher"
    async with connected(broker, "planner") as planner, connected(broker, "publisher") as ledger:
        async with running_publisher(broker, folder, addresses):
            before = await approve(planner.facts, timedelta(0), 8)
            await eventually(lambda: all_are(ledger, before, DeliveryPublished), 30)
            waiting = await approve(planner.facts, SOON, 8)
            far = await approve(planner.facts, NEXT_WEEK, 4)
            await eventually(lambda: all_are(ledger, waiting | far, DeliveryScheduled))
        # Nobody is there to take these in before the copy is made.
        unheard = await approve(planner.facts, timedelta(0), 5)

        await backup(broker, copy)

        async with running_publisher(broker, folder, addresses):
            after = await approve(planner.facts, timedelta(0), 5)
            due = waiting | unheard | after
            await eventually(lambda: all_are(ledger, due, DeliveryPublished), 60)
        assert Counter(shown(platform)) == Counter(before | due)
    await broker.stop()

    async with broker_elsewhere(tmp_path / "elsewhere", broker.secrets) as other:
        await restore(other, "--from", copy)
        async with (
            connected(other, "publisher") as ledger,
            connected(other, "planner") as planner,
            # The same folder as before: its marks know of more than the copy does.
            running_publisher(other, folder, addresses),
        ):
            found = waiting | unheard
            await eventually(lambda: all_are(ledger, found, DeliveryPublished), 60)
            assert await _looked_up(ledger, found) == len(found)
            # What is still to come is surely not out; it goes out in time, or when a person
            # says so, and not because it was looked for.
            await eventually(lambda: all_are(ledger, far, DeliveryScheduled, DeliveryHeld), 60)
            await _resume(planner)
            fresh = await approve(planner.facts, timedelta(0), 2)
            await eventually(lambda: all_are(ledger, fresh, DeliveryPublished), 30)
        assert Counter(shown(platform)) == Counter(before | due | fresh)


async def _looked_up(ledger: Bus, posts: set[UUID]) -> int:
    found = (await entries(ledger, posts)).values()
    return sum(isinstance(one, DeliveryPublished) and one.known_by == "look-up" for one in found)


async def _resume(planner: Bus) -> None:
    told = await planner.facts.newest(PublishingFact.address)
    assert told is not None
    resumed = PublishingResumed(
        occurred_at=now(),
        trace=told.fact.trace,
        version=told.fact.version + 1,
        by="bengt",
        pauses=(),
    )
    await planner.facts.tell(resumed, after=told.sequence)
