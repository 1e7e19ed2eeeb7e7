"""Pauses on a real broker: a fact that outlives everybody, and what it held waits for a person."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from budkavle.planner import Planner as Client
from schemas.decisions import DecisionMade
from schemas.deliveries import DeliveryScheduled
from schemas.envelope import now
from schemas.flow import heard, hop_of
from schemas.publishing import PublishingFact
from services.kit.bus import Bus
from services.kit.facts import Facts
from services.kit.messages import Told
from services.kit.releases import Releases
from tests.crisis import alert, bulletin, hold, issued
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.planner.deliveries import delivery
from tests.planner.running import Running, next_fact, running_planner
from tests.planner.samples import variant, written
from tests.planner.steps import approve, everything_told, submitted

pytestmark = pytest.mark.nats

PUBLISHING = "/api/v1/publishing"


async def shown(planner: Running) -> Any:
    async with planner.client() as anna:
        return (await anna.get(PUBLISHING)).json()


async def paused(planner: Running, person: str = "anna", **scope: str) -> Any:
    async with planner.client(person) as client:
        body = {"scope": "all", "why": "Olycka"} | scope
        return await client.post(f"{PUBLISHING}/pause", json=body)


async def held(planner: Running, publisher: Bus) -> tuple[UUID, int]:
    post, etag = await submitted(planner, written(variant("mastodon")))
    assert (await approve(planner, post, etag)).status_code == 200
    entry = await next_fact(publisher, delivery("held", "mastodon", post=post))

    async def listed() -> bool:
        return [one["entry"] for one in (await shown(planner))["held"]] == [entry]

    await eventually(listed)
    return post, entry


async def test_a_pause_outlives_planner_board_and_broker(
    broker: Broker, publisher: Bus, tmp_path: Path
) -> None:
    async with running_planner(broker, tmp_path / "first") as first:
        before = (await paused(first)).json()
        assert len(before["pauses"]) == 1
    await broker.restart()
    async with running_planner(broker, tmp_path / "second") as second:
        assert await shown(second) == before
        # The publisher looks this up before every call.
        await eventually(lambda: publisher.connection.connected)
        newest = await publisher.facts.newest(PublishingFact.address)
        assert newest is not None
        assert newest.fact.pauses[0].why == "Olycka"


async def test_a_resume_lists_what_was_held_and_only_a_decision_lets_it_out(
    planner: Running, publisher: Bus, broker: Broker
) -> None:
    await paused(planner)
    post, entry = await held(planner, publisher)
    async with Client(planner.url, planner.tokens["bengt"]) as bengt:
        seen = await bengt.publishing()
        answer = await bengt.resume({"scope": "all"}, seen["version"])
        [waits] = answer["held"]
        assert (waits["entry"], waits["paused"]) == (entry, False)
    told = [one.fact for one in await everything_told(broker)]
    assert not [fact for fact in told if isinstance(fact, DecisionMade)]

    async with planner.client("bengt") as bengt:
        said = await bengt.post(waits["decide"], json={"choice": "send", "on": entry})
        assert said.status_code == 200, said.text
        assert (await bengt.get(PUBLISHING)).json()["held"] == []
    made = [one.fact for one in await everything_told(broker) if isinstance(one.fact, DecisionMade)]
    assert [(one.post, one.choice, one.on) for one in made] == [(post, "send", entry)]


async def test_what_an_alert_held_is_sent_only_after_the_siren_has_released_it(
    planner: Running, publisher: Bus, broker: Broker
) -> None:
    _, entry = await held(planner, publisher)
    async with broker.connection("siren") as connection, planner.client("bengt") as bengt:
        siren = Facts(connection)
        await siren.tell(alert(issued(1, bulletin(now()))), after=0)
        first = await siren.tell(hold(now()), after=0)
        await eventually(lambda: planner.desk.alerts.hold() is not None, within=2)
        [waits] = (seen := await shown(planner))["held"]
        assert (seen["hold"]["by"], waits["paused"]) == ("astrid", True)
        said = await bengt.post(waits["decide"], json={"choice": "send", "on": entry})
        assert (said.status_code, said.json()["code"]) == (409, "still_held")
        [one] = (await bengt.get("/api/v1/alerts")).json()["alerts"]
        assert (one["reference"], one["state"]) == ("2026-7", "on")

        await siren.tell(hold(now(), 2), after=first)
        said = await bengt.post(waits["decide"], json={"choice": "send", "on": entry})
        assert said.status_code == 200, said.text
    made = [one.fact for one in await everything_told(broker) if isinstance(one.fact, DecisionMade)]
    assert [(one.choice, one.on) for one in made] == [("send", entry)]


async def test_two_planners_that_pause_at_once_lose_neither(
    planner: Running, broker: Broker, tmp_path: Path
) -> None:
    async with running_planner(broker, tmp_path / "second") as second:
        names = [f"l{number}" for number in range(6)]
        answers = await asyncio.gather(
            *(
                paused(where, scope="label", name=name)
                for where, name in zip([planner, second] * 3, names, strict=True)
            )
        )
        done = [name for name, said in zip(names, answers, strict=True) if said.status_code == 200]
        assert {said.status_code for said in answers} <= {200, 412}
        assert done
        stand = {pause["name"] for pause in (await shown(planner))["pauses"]}
        assert stand == set(done)


class Breakable:
    """A handler that fails until it is mended."""

    def __init__(self) -> None:
        self.broken = True
        self.done: list[Told[Any]] = []

    async def take(self, told: Told[Any]) -> None:
        if self.broken:
            raise ZeroDivisionError
        self.done.append(told)


@pytest.fixture
async def breakable(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Breakable]:
    """A service that sets aside what it hears, and can be mended."""
    monkeypatch.setattr("services.kit.bus.PAUSES", (timedelta(seconds=0.05),))
    handler, bus = Breakable(), broker.bus("metrics")
    bus.hear(heard("metrics", hop_of(DeliveryScheduled)), handler.take, DeliveryScheduled)
    Releases(bus)
    async with broker.listening(bus):
        yield handler


async def test_a_parked_message_is_released_from_the_planner(
    planner: Running, publisher: Bus, breakable: Breakable
) -> None:
    await next_fact(publisher, delivery("scheduled"))

    async def parked() -> Any:
        async with planner.client("bengt") as bengt:
            return (await bengt.get("/api/v1/parked")).json()["parked"]

    [aside] = await eventually(parked, within=10) or []
    assert aside["attempts"] == 2
    release = f"/api/v1/parked/{aside['id']}/release"
    async with planner.client("bengt") as bengt:
        again = await bengt.post(release, params={"wait": 10})
        assert again.json()["state"] == "parked"
        assert [one["attempts"] for one in await parked()] == [3]

        breakable.broken = False
        said = await bengt.post(release, params={"wait": 10})
        assert said.json()["state"] == "released"
        assert await parked() == []
        assert (await bengt.post(release)).json()["state"] == "released"
    assert len(breakable.done) == 1
