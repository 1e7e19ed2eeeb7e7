"""Only what its own teller has signed, for the place where it stands, counts as told."""

import asyncio
from uuid import uuid4

import pytest

from schemas.codes import Code
from schemas.deliveries import DeliveryScheduled
from schemas.parked import MessageParked
from services.kit.consumers import consumer_state
from services.kit.facts import Unreadable
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.kit.builders import DELIVERIES, Listener, all_kept, scheduled

pytestmark = pytest.mark.nats


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
        assert (shown.about, shown.code) == (forged.subject, Code.MESSAGE_UNREADABLE)
        assert not listener.heard
        with pytest.raises(Unreadable):
            await planner.facts.newest(forged.subject)


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
