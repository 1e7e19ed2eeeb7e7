"""Readiness says what is wrong in a sentence, also where the client library notices nothing."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from schemas import envelope
from schemas.deliveries import DeliveryScheduled
from schemas.flow import dues
from services.kit.health import Health
from services.kit.messages import Due, Told
from tests.harness.broker import CHANNELS, Broker
from tests.harness.waiting import eventually
from tests.kit.builders import DELIVERIES, Listener, cleared, scheduled, tell_all

pytestmark = pytest.mark.nats


async def test_a_service_waits_for_a_durable_that_is_not_there_yet(broker: Broker) -> None:
    async def nothing(_: Due) -> None:
        pass

    publisher = broker.bus("publisher")
    publisher.hear_dues(dues("publisher", "bluesky"), nothing)
    health = Health(publisher)
    starting = asyncio.create_task(publisher.start())
    try:
        await eventually(lambda: publisher.connection.connected)
        assert await health.problems() == [
            "still starting: waiting for the broker's streams and consumers"
        ]
        await broker.provision((*CHANNELS, "bluesky"))
        async with asyncio.timeout(5):
            await starting
        assert await health.problems() == []
    finally:
        starting.cancel()
        await publisher.stop()


async def test_a_durable_that_was_deleted_is_named(broker: Broker) -> None:
    metrics = broker.bus("metrics")
    metrics.hear(DELIVERIES, Listener().take, DeliveryScheduled)
    health = Health(metrics)
    async with broker.listening(metrics):
        assert await health.problems() == []
        async with broker.operator() as operator:
            await operator.jetstream().delete_consumer("PUBLISHER", DELIVERIES.name)

        [problem] = await health.problems()
    assert problem == (
        "metrics-publisher-delivery: consumer not found; run: python -m services.provision streams"
    )


@pytest.mark.slow
async def test_a_consumer_that_makes_no_progress_is_named(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.kit.health.LAGGING", 3.0)
    async with cleared(asyncio.Event()) as released:

        async def sit(_: Told[Any]) -> None:
            await released.wait()

        metrics, publisher = broker.bus("metrics"), broker.bus("publisher")
        metrics.hear(DELIVERIES, sit, DeliveryScheduled, width=1)
        health = Health(metrics)
        async with broker.listening(publisher), broker.listening(metrics):
            await tell_all(publisher, [scheduled() for _ in range(10)])
            assert await health.problems() == []

            async def stuck() -> list[str]:
                return await health.problems()

            [problem] = await eventually(stuck, within=13)
            released.set()
            assert problem.startswith(f"{DELIVERIES.name} has ")
            assert problem.endswith(" messages waiting and makes no progress")

            async def well() -> bool:
                return await health.problems() == []

            await eventually(well)


@pytest.mark.parametrize("minutes", [-5, 5])
async def test_a_clock_that_is_off_is_told_once(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    metrics = broker.bus("metrics")
    metrics.hear(DELIVERIES, Listener().take, DeliveryScheduled)
    metrics.hear_dues(dues("metrics"), lambda _: asyncio.sleep(0))
    async with broker.listening(metrics):
        health = Health(metrics)
        assert await health.problems() == []
        shifted = timedelta(minutes=minutes)
        monkeypatch.setattr("services.kit.health.now", lambda: envelope.now() + shifted)
        assert await health.problems() == [
            f"our clock is {minutes * 60} s off the broker's; set this machine's clock"
        ]
