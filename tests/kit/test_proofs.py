"""Only what its own teller has signed, for the place where it stands, counts as told."""

import asyncio
from uuid import uuid4

import pytest

from schemas.codes import Code
from schemas.deliveries import DeliveryScheduled
from schemas.parked import MessageParked
from services.kit.bus import Bus
from services.kit.consumers import consumer_state
from services.kit.facts import Forged
from services.kit.proofs import AFTER, PROOF, Proofs
from services.provision.keys import write_keys
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.kit.builders import DELIVERIES, Listener, all_kept, attempted, scheduled

pytestmark = pytest.mark.nats


def counted(bus: Bus) -> float | None:
    return bus.registry.get_sample_value("budkavle_forged_messages_total", {"teller": "publisher"})


async def test_a_fact_led_into_anothers_stream_is_not_believed(broker: Broker) -> None:
    """A look-up whose answer is wanted on another's subject: the broker lets it through."""
    listener = Listener()
    metrics, planner = broker.bus("metrics"), broker.bus("planner")
    metrics.hear(DELIVERIES, listener.take, DeliveryScheduled)
    forged = scheduled()
    async with broker.listening(planner), broker.listening(metrics):
        own = f"planner.parked.{uuid4()}"
        await planner.connection.ask(own, forged.model_dump_json().encode())
        look_up = f"$JS.API.DIRECT.GET.PLANNER.{own}"
        await planner.connection.client.publish(look_up, b"", reply=forged.subject)

        async def parked() -> list[MessageParked]:
            kept = await all_kept(metrics, "METRICS", "metrics.parked.*")
            return [told.fact for one in kept if (told := metrics.facts.read(one))]

        [shown] = await eventually(parked)
        assert (shown.about, shown.code) == (forged.subject, Code.SIGNATURE_WRONG)
        assert counted(metrics) == 1
        assert not listener.heard
        with pytest.raises(Forged):
            await planner.facts.newest(forged.subject)
        assert counted(planner) == 1


@pytest.mark.parametrize("status", ["404", "204"])
async def test_bytes_that_look_like_the_brokers_own_word_hide_nothing(
    broker: Broker, status: str
) -> None:
    async with broker.listening(broker.bus("publisher")) as publisher:
        fact = scheduled()
        place = await publisher.facts.tell(fact, after=0)
        bare = {"Status": status, "Description": "no message found"}
        await publisher.connection.ask(fact.subject, b"", bare)
        after = scheduled()
        await publisher.facts.tell(after, after=0)

        with pytest.raises(Forged):
            await publisher.facts.newest(fact.subject)
        kept = await all_kept(publisher, "PUBLISHER", "publisher.>")
    assert [one.sequence for one in kept] == [place, place + 1, place + 2]


async def test_a_teller_goes_on_after_what_was_forged(broker: Broker) -> None:
    async with broker.listening(broker.bus("publisher")) as publisher:
        post = uuid4()
        first = scheduled(post)
        assert await publisher.facts.last_told(first.subject) is None
        await publisher.facts.tell(first, after=0)
        for _ in range(3):
            await publisher.connection.ask(
                first.subject, scheduled(post).model_dump_json().encode()
            )

        told = await publisher.facts.last_told(first.subject)
        assert told is not None
        assert (told.fact, told.sequence) == (first, 4)
        claim = attempted(post)
        await publisher.facts.tell(claim, after=told.sequence)

        newest = await publisher.facts.newest(first.subject)
    assert newest is not None
    assert newest.fact == claim


async def test_what_a_message_says_of_its_own_time_and_place_does_not_count(
    broker: Broker,
) -> None:
    """With the broker key alone one may still speak, in the teller's own name even."""
    folder = broker.secrets / "publisher"
    listed = folder / "signed-by.toml"
    listed.write_text(listed.read_text().replace("until = 20", "until = 19"))
    write_keys(broker.secrets)
    thief = Proofs((folder / "nkey").read_text(), "")
    fact = scheduled()
    body = fact.model_dump_json().encode()
    signature = thief.sign(fact.subject, 0, body).split(".")[1]
    said = {PROOF: signature, AFTER: "0", "Nats-Time-Stamp": "1990-01-01T00:00:00Z"}

    async with broker.connection("publisher") as connection:
        answer = await connection.ask(fact.subject, body, said)
        assert b'"error"' not in answer.data
    async with broker.listening(broker.bus("metrics")) as metrics:
        with pytest.raises(Forged, match="counts only for what was stored before"):
            await metrics.facts.newest(fact.subject)


async def test_a_signed_fact_is_not_stored_a_second_time(broker: Broker) -> None:
    """Replayed with its headers, the broker refuses it: its place is taken."""
    publisher, metrics = broker.bus("publisher"), broker.bus("metrics")
    async with broker.operator() as operator:
        stream = operator.jetstream()
        config = (await stream.stream_info("PUBLISHER")).config
        # As if the hour were over in which the message id alone would give it away.
        await stream.update_stream(config.evolve(duplicate_window=0.1))
    async with broker.listening(publisher), broker.listening(metrics):
        fact = scheduled()
        await publisher.facts.tell(fact, after=0)
        await asyncio.sleep(0.3)
        client = metrics.connection.client
        await client.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.PUBLISHER.{DELIVERIES.name}", b"1", reply=fact.subject
        )

        async def delivered() -> bool:
            return (await consumer_state(metrics.connection, DELIVERIES)).delivered == 1

        await eventually(delivered)
        await publisher.facts.tell(scheduled(), after=0)

        kept = await all_kept(publisher, "PUBLISHER", "publisher.>")
    assert [one.subject == fact.subject for one in kept] == [True, False]
