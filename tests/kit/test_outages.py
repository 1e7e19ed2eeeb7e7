"""After the broker was away, work goes on by itself, and soon."""

import asyncio

import pytest

from schemas.deliveries import DeliveryScheduled
from services.kit.bus import Bus
from services.kit.health import Health
from services.kit.messages import BrokerAway
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.kit.builders import DELIVERIES, Listener, scheduled

pytestmark = pytest.mark.nats

SOON = 2.0
"""Seconds from the broker's return to the first message handled."""


async def _is_heard(publisher: Bus, listener: Listener) -> None:
    fact = scheduled()
    await publisher.facts.tell(fact, after=0)
    await eventually(lambda: fact.post in listener.posts, within=SOON)


@pytest.mark.parametrize("seconds_away", [0.0, 3.0])
async def test_a_killed_broker_comes_back(broker: Broker, seconds_away: float) -> None:
    listener = Listener()
    metrics, publisher = broker.bus("metrics"), broker.bus("publisher")
    metrics.hear(DELIVERIES, listener.take, DeliveryScheduled)
    async with broker.listening(publisher), broker.listening(metrics):
        await _is_heard(publisher, listener)
        for _ in range(2):
            await broker.kill()
            await asyncio.sleep(seconds_away)  # how long it is away, not a wait for anything
            await broker.start()
            async with asyncio.timeout(SOON):
                await _is_heard(publisher, listener)


async def test_the_outage_is_seen_and_its_end_too(broker: Broker) -> None:
    metrics = broker.bus("metrics")
    metrics.hear(DELIVERIES, Listener().take, DeliveryScheduled)
    health = Health(metrics)
    async with broker.listening(metrics):
        assert await health.problems() == []
        await broker.kill()
        await eventually(lambda: not metrics.connection.connected)
        assert await health.problems() == ["the broker is not reachable"]
        await broker.start()

        async def well() -> bool:
            return await health.problems() == []

        await eventually(well, within=SOON)


@pytest.mark.slow
async def test_a_broker_frozen_for_longer_than_the_pings_comes_back(broker: Broker) -> None:
    listener = Listener()
    metrics, publisher = broker.bus("metrics"), broker.bus("publisher")
    metrics.hear(DELIVERIES, listener.take, DeliveryScheduled)
    async with broker.listening(publisher), broker.listening(metrics):
        await _is_heard(publisher, listener)
        broker.pause()
        try:
            await eventually(lambda: not publisher.connection.connected, within=10)
            await eventually(lambda: not metrics.connection.connected, within=10)
            with pytest.raises(BrokerAway):
                await publisher.connection.ask("$JS.API.STREAM.INFO.PUBLISHER")
        finally:
            broker.resume()
        async with asyncio.timeout(SOON):
            await _is_heard(publisher, listener)
