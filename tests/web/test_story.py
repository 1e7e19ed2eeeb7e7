"""In a real browser's order over a real broker: a link, a post, a colleague's yes, an order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from services.planner.sessions import one_time_code
from tests.harness.broker import Broker
from tests.planner.running import Running, publisher_of, running_planner
from tests.planner.steps import everything_told
from tests.web.reading import filled
from tests.web.visiting import HTML, form_to, look

pytestmark = pytest.mark.nats


@asynccontextmanager
async def signed_in(
    planner: Running, broker: Broker, person: str
) -> AsyncIterator[httpx.AsyncClient]:
    key = (broker.secrets / "planner" / "session.key").read_text().strip()
    async with planner.client(None, **HTML | {"Accept-Language": "sv"}) as client:
        code = one_time_code(person, key, datetime.now(UTC))
        answer = await client.get("/sign-in", params={"code": code})
        assert answer.status_code == 303, answer.text
        yield client


async def test_a_post_is_written_and_approved_in_two_browsers(
    broker: Broker, tmp_path: Path
) -> None:
    async with (
        publisher_of(broker),
        running_planner(broker, tmp_path / "planner") as planner,
        signed_in(planner, broker, "anna") as anna,
        signed_in(planner, broker, "bengt") as bengt,
    ):
        form = form_to(await look(anna, "/posts/new"), "/posts/new")
        typed = {"title": "Hej", "text__newsroom": "Hej från webben!", "wish": "submit"}
        origin = {"Origin": planner.url}
        sent = await anna.post("/posts/new", data=filled(form, **typed), headers=origin)
        assert sent.status_code == 303, sent.text
        waits = await look(anna, sent.headers["location"])
        assert "Väntar på godkännande" in waits.text
        yes = form_to(await look(bengt, "/"), "/approve")
        done = await bengt.post(yes.attributes["action"], data=filled(yes), headers=origin)
        assert done.status_code == 303, done.text
        assert "Godkänd" in (await look(bengt, done.headers["location"])).one("table").text
    types = [told.fact.type for told in await everything_told(broker)]
    assert types[-3:] == ["post.approved.v1", "order.approved.v1", "request.answered.v1"]
