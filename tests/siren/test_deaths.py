"""Whoever else dies during an alert: it is public everywhere, once, and told when that can be."""

from collections import Counter
from pathlib import Path

import psutil
import pytest

from benchmarks.engine.sizes import order
from schemas.envelope import now
from services.kit.facts import Facts
from tests.harness.broker import Broker, running_broker
from tests.harness.waiting import eventually
from tests.siren.whole import HEALTHY, Whole, beside, whole

pytestmark = [pytest.mark.web, pytest.mark.nats, pytest.mark.slow]

HOLD_GOAL = 1.0
"""Seconds from an alert's acceptance until no normal post goes out any more."""

OTHERS = ("planner", "publisher", "metrics")


async def test_whoever_else_is_killed_during_an_alert_it_goes_out_once(tmp_path: Path) -> None:
    async with (
        running_broker(tmp_path, HEALTHY) as broker,
        whole(tmp_path, broker=broker.url, secrets=broker.secrets) as siren,
        beside(tmp_path, broker, OTHERS) as others,
    ):
        sent = 0
        for victim in (*OTHERS, "broker", "face"):
            sent += 1
            place = f"Tunadal {sent} x"
            drafted = await siren.astrid.draft("boil-water", {"place": place, "cause": "leak"})
            alert = await siren.astrid.issue(drafted)
            if victim == "broker":
                await broker.kill()
            elif victim == "face":
                _kill_face(siren)
            else:
                others[victim].kill()
            await siren.bo.confirm(alert, drafted["digest"])
            await eventually(lambda: _everywhere(siren, place), within=10)  # noqa: B023
            if victim == "broker":
                await broker.start()
        await eventually(siren.all_told, within=15)
        said = Counter((line["account"], line["text"]) for line in await siren.record_since())
        assert set(said.values()) == {1}
        assert len(said) == sent * len(HEALTHY)
        assert await _public_in_stream(broker) == sent * len(HEALTHY)


async def test_normal_posts_are_held_the_moment_an_alert_is_out(tmp_path: Path) -> None:
    async with (
        running_broker(tmp_path, HEALTHY) as broker,
        whole(tmp_path, broker=broker.url, secrets=broker.secrets) as siren,
        beside(tmp_path, broker, ("publisher",)),
    ):
        _, _, accepted = await siren.out()
        await eventually(siren.all_told, within=5)
        assert (now() - accepted).total_seconds() < HOLD_GOAL
        held = order(HEALTHY[0], now())
        async with broker.connection("planner") as planner:
            await Facts(planner).tell(held, 0)
        async with broker.connection("publisher") as publisher:
            delivery = f"publisher.delivery.{HEALTHY[0]}.{held.post}"

            async def is_held() -> bool:
                told = await Facts(publisher).newest(delivery)
                return told is not None and told.fact.type == "delivery.held.v1"

            await eventually(is_held, within=10)
        await eventually(lambda: _everywhere(siren, "Tunadal"), within=10)
        assert not [line for line in await siren.record_since() if "Mätningen" in line["text"]]


async def _everywhere(siren: Whole, place: str) -> bool:
    lines = await siren.record_since()
    return {line["account"] for line in lines if place in line["text"]} == set(HEALTHY)


async def _public_in_stream(broker: Broker) -> int:
    """Count the deliveries that the siren has told of as public."""
    async with broker.connection("siren") as connection:
        found, start = 0, 1
        facts = Facts(connection)
        while page := await facts.page("SIREN", "siren.delivery.>", start):
            found += sum(kept.headers["Budkavle-Type"] == "delivery.published.v1" for kept in page)
            start = page[-1].sequence + 1
        return found


def _kill_face(siren: Whole) -> None:
    """Kill the child that serves the public."""
    child = siren.siren.pid
    assert child is not None
    [face] = psutil.Process(child).children()
    face.kill()
