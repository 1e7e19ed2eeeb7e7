"""A fact is told or it is not, and whoever tells it knows which."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from schemas.envelope import Fact, now
from services.kit.connection import Connection
from services.kit.facts import Facts
from services.kit.messages import BrokerAway, Overtaken
from services.provision.keys import write_keys
from tests.harness.broker import Broker
from tests.harness.server import Server
from tests.harness.waiting import eventually
from tests.kit.builders import all_kept, attempted, scheduled

pytestmark = pytest.mark.nats

# The client library lets go of a connection that never answered without closing it.
frozen = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

LIMIT = 13.0
"""Ten seconds of trying, and one request that was under way."""


async def test_a_told_fact_is_the_newest_of_its_thing(broker: Broker) -> None:
    publisher = broker.bus("publisher")
    async with broker.listening(publisher):
        first = scheduled()
        assert await publisher.facts.newest(first.subject) is None
        sequence = await publisher.facts.tell(first, after=0)
        claim = attempted(first.post)
        last = await publisher.facts.tell(claim, after=sequence)

        newest = await publisher.facts.newest(first.subject)

    assert newest is not None
    assert (newest.fact, newest.sequence) == (claim, last)
    assert abs(newest.stored_at - now()).total_seconds() < 10


async def test_the_same_fact_told_again_is_stored_once(broker: Broker) -> None:
    publisher = broker.bus("publisher")
    async with broker.listening(publisher):
        first = scheduled()
        sequences = [await publisher.facts.tell(first, after=0) for _ in range(3)]

        assert sequences == [1, 1, 1]
        assert len(await all_kept(publisher, "PUBLISHER", "publisher.>")) == 1


async def test_whoever_comes_second_is_overtaken(broker: Broker) -> None:
    publisher = broker.bus("publisher")
    async with broker.listening(publisher):
        post = uuid4()
        await publisher.facts.tell(attempted(post, "one"), after=0)
        with pytest.raises(Overtaken):
            await publisher.facts.tell(attempted(post, "two"), after=0)


async def test_a_claim_with_the_same_id_and_other_bytes_loses(broker: Broker) -> None:
    publisher = broker.bus("publisher")
    async with broker.listening(publisher):
        post = uuid4()
        ours, theirs = attempted(post, "one"), attempted(post, "one")
        assert ours.event_id == theirs.event_id
        assert ours != theirs
        await publisher.facts.tell(ours, after=0)

        with pytest.raises(Overtaken):
            await publisher.facts.tell(theirs, after=0)


async def test_several_facts_are_told_together_or_not_at_all(broker: Broker) -> None:
    publisher = broker.bus("publisher")
    async with broker.listening(publisher):
        facts: list[tuple[Fact, int]] = [(scheduled(), 0) for _ in range(3)]
        last = await publisher.facts.tell_together(facts)
        assert last == 3
        assert await publisher.facts.tell_together(facts) == last

        taken = attempted(scheduled().post)
        for place in range(3):
            batch: list[tuple[Fact, int]] = [(scheduled(), 0) for _ in range(2)]
            batch.insert(place, (taken.model_copy(update={"post": facts[0][0].post}), 0))  # type: ignore[attr-defined]  # these have one
            with pytest.raises(Overtaken):
                await publisher.facts.tell_together(batch)

        assert len(await all_kept(publisher, "PUBLISHER", "publisher.>")) == 3


async def test_of_many_who_write_at_once_one_wins(broker: Broker) -> None:
    publisher = broker.bus("publisher")
    async with broker.listening(publisher):
        post = uuid4()
        claims = [attempted(post, f"replica-{number}") for number in range(30)]
        results = await asyncio.gather(
            *(publisher.facts.tell(claim, after=0) for claim in claims), return_exceptions=True
        )

        [kept] = await all_kept(publisher, "PUBLISHER", "publisher.>")
    winners = [claim for claim, won in zip(claims, results, strict=True) if won == kept.sequence]
    assert [claim.model_dump_json().encode() for claim in winners] == [kept.body]
    assert sum(isinstance(result, Overtaken) for result in results) == 29


async def test_a_batch_larger_than_a_page_is_read_in_pages(broker: Broker) -> None:
    publisher = broker.bus("publisher")
    async with broker.listening(publisher):
        facts: list[tuple[Fact, int]] = [(scheduled(), 0) for _ in range(600)]
        await publisher.facts.tell_together(facts)

        kept = await all_kept(publisher, "PUBLISHER", "publisher.delivery.*.*")
        assert [one.sequence for one in kept] == list(range(1, 601))
        assert [one.subject for one in kept] == [fact.subject for fact, _ in facts]


@pytest.mark.slow
async def test_without_a_stream_nothing_counts_as_told(tmp_path: Path) -> None:
    write_keys(tmp_path / "secrets")
    server = Server(tmp_path / "broker", tmp_path / "secrets" / "broker" / "users.conf")
    await server.start()
    seed = (tmp_path / "secrets" / "publisher" / "nkey").read_text()
    connection = Connection(server.url, "publisher", seed)
    try:
        await connection.connect()
        with pytest.raises(BrokerAway):
            async with asyncio.timeout(LIMIT):
                await Facts(connection).tell(scheduled(), after=0)
    finally:
        await connection.stop()
        await server.stop()


@pytest.mark.slow
async def test_a_fact_of_another_teller_is_not_told(broker: Broker) -> None:
    metrics = broker.bus("metrics")
    async with broker.listening(metrics):
        with pytest.raises(BrokerAway):
            async with asyncio.timeout(LIMIT):
                await metrics.facts.tell(scheduled(), after=0)
        assert await metrics.facts.newest(scheduled().subject) is None


@frozen
@pytest.mark.slow
async def test_a_frozen_broker_is_told_within_the_limit(broker: Broker) -> None:
    publisher = broker.bus("publisher")
    async with broker.listening(publisher):
        broker.pause()
        try:
            with pytest.raises(BrokerAway):
                async with asyncio.timeout(LIMIT):
                    await publisher.facts.tell(scheduled(), after=0)
        finally:
            broker.resume()


@pytest.mark.parametrize("how", ["kill", "pause"])
@frozen
async def test_a_service_stops_while_the_broker_is_away(broker: Broker, how: str) -> None:
    publisher = broker.bus("publisher")
    await publisher.start()
    client = publisher.connection.client
    if how == "kill":
        await broker.kill()
    else:
        broker.pause()
    await eventually(lambda: not publisher.connection.connected, within=10)
    async with asyncio.timeout(10):
        await publisher.stop()

    await eventually(lambda: client.is_closed, within=5)


async def test_a_write_during_an_outage_is_not_sent_later(broker: Broker) -> None:
    publisher = broker.bus("publisher")
    async with broker.listening(publisher):
        await broker.kill()
        await eventually(lambda: not publisher.connection.connected)
        fact = scheduled()
        with pytest.raises(BrokerAway):
            async with asyncio.timeout(1):
                await publisher.connection.ask(fact.subject, fact.model_dump_json().encode())
        await broker.start()
        await eventually(lambda: publisher.connection.connected)

        after = scheduled()
        await publisher.facts.tell(after, after=0)
        kept = await all_kept(publisher, "PUBLISHER", "publisher.>")
    assert [one.subject for one in kept] == [after.subject]


async def test_a_write_outlives_a_restart_of_the_broker(broker: Broker) -> None:
    publisher = broker.bus("publisher")
    async with broker.listening(publisher):
        await broker.kill()
        fact = scheduled()
        telling = asyncio.create_task(publisher.facts.tell(fact, after=0))
        await eventually(lambda: not publisher.connection.connected)
        await broker.start()

        assert await telling == 1
        assert len(await all_kept(publisher, "PUBLISHER", "publisher.>")) == 1
