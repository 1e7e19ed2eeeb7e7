"""After publication, on a real broker: a correction, a decision, a withdrawal; each told once."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from schemas.decisions import DecisionMade
from schemas.deliveries import DeliveryFact
from schemas.envelope import now
from schemas.posts import OrderApproved, OrderFact, OrderWithdrawn
from services.kit.bus import Bus
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.planner.deliveries import delivery, proof
from tests.planner.running import Running, next_fact, running_planner
from tests.planner.samples import variant, written
from tests.planner.steps import POSTS, approve, everything_told, shown, submitted

pytestmark = pytest.mark.nats

BOTH = written(variant("newsroom"), variant("mastodon"))


async def published(planner: Running, publisher: Bus, *channels: str) -> UUID:
    """Have a post approved, and say that it is public in some channels."""
    post, etag = await submitted(planner, BOTH)
    assert (await approve(planner, post, etag)).status_code == 200
    for channel in channels:
        await told(planner, publisher, delivery("published", channel, post=post))
    return post


async def told(planner: Running, publisher: Bus, fact: DeliveryFact) -> int:
    """Have the publisher tell a fact, and wait until the planner shows it."""
    sequence = await next_fact(publisher, fact)
    assert await planner.desk.following.reach("PUBLISHER", sequence, 10)
    return sequence


async def variants(planner: Running, post: UUID) -> dict[str, Any]:
    return {each["channel"]: each for each in (await shown(planner, post))["variants"]}


async def orders_of(broker: Broker, post: UUID) -> list[OrderFact]:
    facts = [one.fact for one in await everything_told(broker)]
    return [fact for fact in facts if isinstance(fact, OrderFact) and fact.post == post]


async def test_what_is_public_is_corrected_where_it_has_changed(
    planner: Running, publisher: Bus, broker: Broker
) -> None:
    post = await published(planner, publisher, "newsroom", "mastodon")
    body = written(variant("newsroom", text="Rättat"), variant("mastodon"))
    async with planner.client("anna") as anna:
        edited = await anna.put(f"{POSTS}/{post}", json=body)
        assert edited.status_code == 200, edited.text
        sent = await anna.post(f"{POSTS}/{post}/submit")
    assert (await approve(planner, post, sent.headers["etag"])).status_code == 200
    orders = (await orders_of(broker, post))[2:]
    [correction] = orders
    assert isinstance(correction, OrderApproved)
    assert (correction.channel, correction.revision) == ("newsroom", 2)
    assert correction.content.text == "Rättat"
    assert correction.publish_at <= now() < correction.fresh_until
    fact = delivery("corrected", post=post, revision=2)
    await told(planner, publisher, fact)
    found = await variants(planner, post)
    assert found["newsroom"]["status"] == "corrected"
    assert found["mastodon"]["status"] == "published"


async def test_a_withdrawal_is_told_to_every_channel_and_shown_until_it_is_done(
    planner: Running, publisher: Bus, broker: Broker
) -> None:
    post = await published(planner, publisher, "newsroom")
    async with planner.client("anna") as anna:
        assert (await anna.post(f"{POSTS}/{post}/withdraw")).status_code == 200
    orders = (await orders_of(broker, post))[2:]
    assert [
        (order.channel, order.public) for order in orders if isinstance(order, OrderWithdrawn)
    ] == [("newsroom", "retract"), ("mastodon", "retract")]
    found = await variants(planner, post)
    assert (found["newsroom"]["status"], found["mastodon"]["status"]) == ("retracting", "withdrawn")
    assert found["newsroom"]["url"]
    going = delivery("scheduled", post=post, aim="retract", proof=proof())
    await told(planner, publisher, going)
    await told(planner, publisher, delivery("retracted", post=post))
    gone = (await variants(planner, post))["newsroom"]
    assert (gone["status"], gone["url"]) == ("retracted", None)


async def test_two_people_at_two_planners_decide_once(
    planner: Running, publisher: Bus, broker: Broker, tmp_path: Path
) -> None:
    post = await published(planner, publisher)
    entry = await told(planner, publisher, delivery("held", post=post))
    address = f"{POSTS}/{post}/channels/newsroom/decision"

    async def decide(at: Running, person: str, choice: str) -> httpx.Response:
        async with at.client(person) as client:
            return await client.post(address, json={"choice": choice, "on": entry})

    async with running_planner(broker, tmp_path / "second") as second:
        answers = await asyncio.gather(
            decide(planner, "bengt", "send"), decide(second, "cilla", "drop")
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        [taken] = [answer for answer in answers if answer.status_code == 200]
        [variant_shown] = [
            each for each in taken.json()["variants"] if each["channel"] == "newsroom"
        ]
        again = await decide(second, "cilla", "drop")
        assert again.json()["code"] == "decision_taken"
    facts = [one.fact for one in await everything_told(broker)]
    [made] = [fact for fact in facts if isinstance(fact, DecisionMade)]
    assert (made.on, made.choice) == (entry, variant_shown["decision"]["choice"])
    await told(planner, publisher, delivery("scheduled", post=post))
    async with planner.client("bengt") as bengt:
        stale = await bengt.post(address, json={"choice": "send", "on": entry})
    assert stale.json()["code"] == "decision_stale"


async def test_a_decision_outlives_the_planner(
    broker: Broker, publisher: Bus, tmp_path: Path
) -> None:
    async with running_planner(broker, tmp_path / "first") as first:
        post = await published(first, publisher)
        entry = await told(first, publisher, delivery("uncertain", post=post, until=None))
        async with first.client("bengt") as bengt:
            wish = {"choice": "there", "on": entry, "url": "https://newsroom.example/1"}
            answer = await bengt.post(f"{POSTS}/{post}/channels/newsroom/decision", json=wish)
            assert answer.status_code == 200, answer.text
    async with running_planner(broker, tmp_path / "second") as second:

        async def drawn() -> bool:
            found = (await variants(second, post))["newsroom"]
            return bool(found["decision"] and found["next_step"]["code"] == "carry_out")

        await eventually(drawn, within=10)


async def test_what_went_out_while_an_edit_took_it_back_can_be_withdrawn_at_once(
    planner: Running, publisher: Bus, broker: Broker
) -> None:
    post = await published(planner, publisher)
    async with planner.client("anna") as anna:
        assert (await anna.put(f"{POSTS}/{post}", json=BOTH)).status_code == 200
        await told(planner, publisher, delivery("published", post=post))
        withdrawn = await anna.post(f"{POSTS}/{post}/withdraw")
    assert withdrawn.status_code == 200, withdrawn.text
    [last] = (await orders_of(broker, post))[4:]
    assert isinstance(last, OrderWithdrawn)
    assert (last.channel, last.public) == ("newsroom", "retract")
