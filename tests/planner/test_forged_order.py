"""An order that somebody forged is put right by people: edited, submitted and approved again."""

from pathlib import Path
from uuid import uuid4

import pytest

from services.kit.facts import Forged
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.planner.running import publisher_of, running_planner

pytestmark = [pytest.mark.nats, pytest.mark.web]

LATER = {"local": "2027-11-23T18:30", "zone": "Europe/Stockholm"}


async def test_a_post_whose_order_was_forged_can_be_approved_again(
    broker: Broker, tmp_path: Path
) -> None:
    async with (
        publisher_of(broker) as publisher,
        running_planner(broker, tmp_path / "planner") as running,
        running.client("anna") as anna,
        running.client("bengt") as bengt,
    ):
        known = await eventually(lambda: sorted(running.desk.planner.channels.known()))
        variant = {"channel": known[0], "text": "Öppet hus.", "publish_at": LATER}
        written = {"title": "Öppet hus", "variants": [variant]}
        drafted = await anna.post("/api/v1/posts", json=written)
        post = f"/api/v1/posts/{drafted.json()['id']}"

        async def approve() -> int:
            assert (await anna.post(f"{post}/submit")).status_code == 200
            tag = (await bengt.get(post)).headers["etag"]
            approved = await bengt.post(f"{post}/approve", headers={"If-Match": tag})
            return int(approved.json()["revision"])

        assert await approve() == 1
        order = f"planner.order.{known[0]}.{drafted.json()['id']}"
        own = f"publisher.parked.{uuid4()}"
        await publisher.connection.ask(own, b"{}")
        look_up = f"$JS.API.DIRECT.GET.PUBLISHER.{own}"
        await publisher.connection.client.publish(look_up, b"", reply=order)

        async def forged() -> bool:
            newest = await publisher.facts.newest_kept("PLANNER", order)
            return newest is not None and newest.body == b"{}"

        await eventually(forged)
        with pytest.raises(Forged):
            await publisher.facts.newest(order)

        tag = (await anna.get(post)).headers["etag"]
        edited = await anna.put(post, json=written, headers={"If-Match": tag})
        assert edited.status_code == 200
        assert await approve() == 2

        newest = await publisher.facts.newest(order)
        assert newest is not None
        assert newest.fact.revision == 2
