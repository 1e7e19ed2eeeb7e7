"""What the siren remembers reaches its stream, in order and once, whatever is away meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from schemas.alerts import HoldActivated
from schemas.envelope import now
from services.kit.ending import end
from services.kit.facts import Facts
from services.kit.messages import Kept
from services.publisher.siren.spool import Spool
from services.publisher.siren.teller import Teller
from tests.harness.broker import CHANNELS, Broker
from tests.harness.waiting import eventually
from tests.publisher.fakes import Square
from tests.siren.stage import siren

pytestmark = pytest.mark.nats


def hold(version: int) -> HoldActivated:
    return HoldActivated(
        occurred_at=now(), trace=uuid4(), version=version, by="bo", why="Larm", since=now()
    )


@asynccontextmanager
async def telling(broker: Broker, spool: Spool) -> AsyncIterator[Teller]:
    async with broker.connection("siren") as connection:
        teller = Teller(spool, Facts(connection), CollectorRegistry())
        running = asyncio.create_task(teller.run())
        try:
            yield teller
        finally:
            await end(running)


@pytest.fixture
async def spool(broker: Broker, tmp_path: Path) -> AsyncIterator[Spool]:
    """Two facts that the broker has been told."""
    spool = Spool(tmp_path / "siren")
    spool.open()
    await spool.append([(hold(1), 0)])
    await spool.append([(hold(2), 1)])
    async with telling(broker, spool) as teller:
        await eventually(lambda: teller.behind == 0)
    yield spool
    await spool.close()


async def stored(broker: Broker) -> list[Kept]:
    async with broker.connection("siren") as connection:
        return await Facts(connection).page("SIREN", "siren.>", 1)


async def test_an_alert_and_its_deliveries_are_told_in_their_order(
    broker: Broker, tmp_path: Path
) -> None:
    async with siren(tmp_path / "siren", {"torget": Square()}) as one:
        told = await one.out(["torget"])
        async with telling(broker, one.spool) as teller:
            await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "published")
            await eventually(lambda: teller.behind == 0)
        types = [kept.headers["Budkavle-Type"] for kept in await stored(broker)]
        # What holds normal posts goes before everything that waits.
        assert types[0] == "hold.activated.v1"
        assert types[1:4] == ["alert.issued.v1", "alert.confirmed.v1", "delivery.scheduled.v1"]
        assert types[-1] == "delivery.published.v1"
        assert len(types) == one.spool.last


async def test_without_a_broker_an_alert_goes_out_and_is_told_when_it_is_back(
    broker: Broker, tmp_path: Path
) -> None:
    square = Square()
    async with siren(tmp_path / "siren", {"torget": square}) as one:
        async with telling(broker, one.spool) as teller:
            await broker.kill()
            told = await one.out(["torget"])
            await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "published")
            assert teller.behind
            await broker.start()
            await eventually(lambda: teller.behind == 0, within=15)
        assert len(square.calls) == 1
        assert len(await stored(broker)) == one.spool.last


async def test_a_new_process_tells_nothing_twice(broker: Broker, spool: Spool) -> None:
    await spool.append([(hold(3), 2)])
    async with telling(broker, spool) as teller:
        await eventually(lambda: teller.behind == 0)
    assert len(await stored(broker)) == 3


async def test_a_broker_that_was_put_back_is_told_what_it_has_forgotten(
    broker: Broker, spool: Spool
) -> None:
    async with broker.operator() as operator:
        await operator.jetstream().delete_stream("SIREN")
    await broker.provision(CHANNELS)
    async with telling(broker, spool) as teller:
        await eventually(lambda: teller.behind == 0)
    assert len(await stored(broker)) == 2


async def test_an_empty_spool_is_filled_from_the_stream_before_anything_is_sent(
    broker: Broker, tmp_path: Path
) -> None:
    square = Square()
    async with siren(tmp_path / "lost", {"torget": square}) as one:
        told = await one.out(["torget"])
        await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "published")
        async with telling(broker, one.spool) as teller:
            await eventually(lambda: teller.behind == 0)
        known = [each.fact for each in one.spool.since(0)]

    spool = Spool(tmp_path / "new")
    spool.open()
    async with broker.connection("siren") as connection:
        teller = Teller(spool, Facts(connection), CollectorRegistry())
        assert await teller.recover(within=5) == len(known)
    await spool.close()
    async with siren(tmp_path / "new", {"torget": square}) as one:
        assert one.state(told.fact.alert, 1, "torget") == "published"
        async with telling(broker, one.spool) as teller:
            await eventually(lambda: teller.behind == 0)
        assert sorted(str(each.fact.event_id) for each in one.spool.since(0)) == sorted(
            str(fact.event_id) for fact in known
        )
    assert len(square.calls) == 1
    assert len(await stored(broker)) == len(known)


async def test_what_somebody_else_told_in_our_name_is_never_written_over(
    broker: Broker, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "siren")
    spool.open()
    async with broker.operator() as operator:
        await operator.jetstream().publish("siren.hold", b"{}")
    await spool.append([(hold(1), 0)])
    async with telling(broker, spool) as teller:
        await eventually(lambda: teller.trouble)
        assert teller.behind == 1
    assert len(await stored(broker)) == 1
    await spool.close()
