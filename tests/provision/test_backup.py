"""Copies are made while everything runs, and put back so that nothing is lost or sent again."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from schemas.codes import Code
from schemas.deliveries import DeliveryPublished, DeliveryUncertain
from schemas.envelope import Fact, now
from schemas.publishing import PublishingFact, PublishingPaused
from services.kit.bus import Bus
from services.kit.ending import end
from services.kit.marks import COPY
from services.kit.messages import Due, Kept
from services.provision.copies import examine
from services.provision.restore import Restorer
from services.provision.settings import Settings
from tests.harness.broker import CHANNELS, Broker, running_broker
from tests.harness.waiting import eventually
from tests.kit.builders import DELIVERIES, DUES, Listener, all_kept, scheduled, tell_all
from tests.provision.keeping import (
    backup,
    broker_elsewhere,
    connected,
    named,
    published,
    restore,
    stream,
)

pytestmark = pytest.mark.nats


async def told(bus: Bus) -> list[Kept]:
    return await all_kept(bus, "PUBLISHER", "publisher.delivery.>")


async def test_all_that_was_acknowledged_before_a_copy_is_in_it(
    broker: Broker, tmp_path: Path
) -> None:
    acknowledged: list[tuple[int, Fact]] = []
    path, at_least = tmp_path / "copy.tar", 0

    async def write(bus: Bus) -> None:
        while True:
            fact = published()
            acknowledged.append((await bus.facts.tell(fact, after=0), fact))

    async with connected(broker, "publisher") as bus:
        writers = [asyncio.create_task(write(bus)) for _ in range(3)]
        await eventually(lambda: len(acknowledged) > 300)
        at_least = len(acknowledged)
        await backup(broker, path)
        assert len(acknowledged) > at_least + 50, "nobody wrote while the copy was made"
        await end(*writers)

    async with (
        broker_elsewhere(tmp_path / "elsewhere", broker.secrets) as other,
        connected(other, "publisher") as bus,
    ):
        await restore(other, "--from", path)
        kept = {each.sequence: each for each in await told(bus)}
        for sequence, fact in acknowledged[:at_least]:
            again = bus.facts.read(kept[sequence])
            assert again is not None
            assert again.fact == fact
        # And it goes on from there: no place is given twice.
        assert await bus.facts.tell(published(), after=0) == max(kept) + 1


async def test_a_pending_timer_is_in_the_copy_and_comes_once(
    broker: Broker, tmp_path: Path
) -> None:
    path, post = tmp_path / "copy.tar", uuid4()
    async with connected(broker, "publisher") as bus:
        await bus.facts.tell(published(), after=0)
        for serial, at in (("1", now() + timedelta(seconds=1)), ("2", now() + timedelta(days=9))):
            await bus.timers.set(("newsroom", str(post)), serial, at, uuid4())
    await backup(broker, path)

    async with broker_elsewhere(tmp_path / "elsewhere", broker.secrets) as other:
        await restore(other, "--from", path)
        bus = other.bus("publisher")
        woken: list[Due] = []

        async def wake(due: Due) -> None:
            woken.append(due)

        bus.hear_dues(DUES, wake)
        async with other.listening(bus):
            await eventually(lambda: woken)
        assert [due.tokens[2] for due in woken] == ["1"]
        assert (await stream(other, "TIMERS_PUBLISHER"))["state"]["messages"] == 1


async def test_nothing_is_sent_of_what_was_under_way(broker: Broker, tmp_path: Path) -> None:
    path = tmp_path / "copy.tar"
    open_, done = scheduled(publish_at=now() + timedelta(hours=1)), published()
    async with connected(broker, "publisher") as bus:
        await tell_all(bus, [open_, done])
    await backup(broker, path)
    begun_at = examine(path).begun_at

    async with (
        broker_elsewhere(tmp_path / "elsewhere", broker.secrets) as other,
        connected(other, "publisher") as bus,
    ):
        said = await restore(other, "--from", path, "--why", "disken gick sönder")

        assert "1 deliveries may have gone out since" in said
        newest = await bus.facts.newest(open_.subject)
        assert newest is not None
        doubt: DeliveryUncertain = newest.fact
        assert isinstance(doubt, DeliveryUncertain)
        assert doubt.code is Code.RESTORED
        assert doubt.first_attempt_at == begun_at
        assert doubt.until is not None
        rest = await bus.facts.newest(done.subject)
        assert rest is not None
        assert rest.fact == done
        due = await all_kept(bus, "TIMERS_PUBLISHER", "due.publisher.>")
        assert [each.subject.split(".")[-1] for each in due] == [str(newest.sequence)]

        paused = await _pause(other)
        [pause] = paused.pauses
        assert (pause.scope, pause.why) == ("all", "disken gick sönder")

        # Again, over what is there: the same, and never more.
        await restore(other, "--from", path, "--replace")
        assert len((await _pause(other)).pauses) == 1
    assert len(named(tmp_path, "replaced-*.tar")) == 1


async def test_what_was_heard_while_the_copy_was_made_is_heard_again(
    broker: Broker, tmp_path: Path
) -> None:
    path, facts = tmp_path / "copy.tar", [published() for _ in range(6)]
    listener = Listener()
    async with connected(broker, "publisher") as bus:
        await tell_all(bus, list(facts))
    await _hear(broker, listener, 6)
    await backup(broker, path)
    manifest = examine(path)
    [heard] = manifest.streams[-1].heard.values()
    assert heard == 6

    earlier = manifest.streams[-1].model_copy(update={"heard": {DELIVERIES.name: 4}})
    manifest = manifest.model_copy(update={"streams": (*manifest.streams[:-1], earlier)})
    async with broker_elsewhere(tmp_path / "elsewhere", broker.secrets) as other:
        async with other.connection("provision") as connection:
            settings = Settings(secrets=other.secrets, nats_url=other.url)
            restorer = Restorer(connection, settings, lambda _: None)
            await restorer.restore(path, manifest, replace=False, why="a test")
        again = Listener()
        await _hear(other, again, 2)
        assert again.posts == [fact.post for fact in facts[4:]]


async def test_a_store_from_an_earlier_day_is_taken_for_a_copy(broker: Broker) -> None:
    open_ = scheduled()
    async with connected(broker, "publisher") as bus:
        sequence = await bus.facts.tell(open_, after=0)

        await restore(broker, "--in-place")
        await restore(broker, "--in-place")

        newest = await bus.facts.newest(open_.subject)
        assert newest is not None
        assert isinstance(newest.fact, DeliveryUncertain)
        # The second found the first one's mark, and added nothing.
        assert newest.fact.follows == sequence
    assert (await _pause(broker)).version == 1
    assert "restored" in (await stream(broker, "PLANNER"))["config"]["metadata"][COPY]


@pytest.mark.slow
async def test_a_cluster_is_copied_and_put_back_in_three_copies(tmp_path: Path) -> None:
    path, done = tmp_path / "copy.tar", published()
    async with running_broker(tmp_path / "cluster", nodes=3) as cluster:
        async with connected(cluster, "publisher") as bus:
            await bus.facts.tell(done, after=0)
        await backup(cluster, path)

        await restore(cluster, "--from", path, "--replace", "--replicas", "3")

        async with connected(cluster, "publisher") as bus:
            again = await bus.facts.newest(done.subject)
            assert again is not None
            assert again.fact == done
            assert await bus.facts.tell(published(), after=0) == again.sequence + 1
        outcome = await cluster.provision(CHANNELS, replicas=3)
        assert not outcome.made
        assert not outcome.strengthened


async def _hear(broker: Broker, listener: Listener, count: int) -> None:
    bus = broker.bus("metrics")
    bus.hear(DELIVERIES, listener.take, DeliveryPublished)
    async with broker.listening(bus):
        await eventually(lambda: len(listener.heard) == count)


async def _pause(broker: Broker) -> PublishingPaused:
    async with connected(broker, "planner") as bus:
        told = await bus.facts.newest(PublishingFact.address)
    assert told is not None
    assert isinstance(told.fact, PublishingPaused)
    return told.fact
