"""A copy of everything is made and put back in the containers, as the compose file says."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import feedparser
import pytest

from tests.deploy.desk import Desk
from tests.deploy.stack import Stack
from tests.harness.waiting import eventually

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]

SERVICES = ("planner", "publisher", "metrics")
RESTORE = ("python", "-m", "services.provision", "restore", "--replace", "--from")


async def test_a_copy_is_put_back_and_nothing_is_out_twice(stack: Stack) -> None:
    desk = Desk(stack)
    await eventually(lambda: desk.channels_ready("newsroom"), within=30)
    text = f"Ute före kopian {uuid4()}"
    out = desk.submitted(text, None, "newsroom")
    coming = desk.submitted(
        f"Kommer i morgon {uuid4()}", datetime.now(UTC) + timedelta(days=1), "newsroom"
    )
    for number in (out, coming):
        assert desk.approve("bengt", number).status_code == 200
    await eventually(lambda: status(desk, out) == "published", within=30)
    await eventually(lambda: status(desk, coming) == "scheduled", within=10)

    assert "read it back" in stack.run("run", "--rm", "backup")
    [name] = stack.run("run", "--rm", "backup", "ls", "/data/backup").split()
    stack.run("stop", *SERVICES)
    told = stack.run("run", "--rm", "restore", *RESTORE, f"/data/backup/{name}")
    assert "1 deliveries may have gone out since" in told
    stack.run("up", "--wait", within=120)

    await eventually(lambda: desk.channels_ready("newsroom"), within=30)
    publishing = desk.ask("anna", "GET", "/api/v1/publishing").json()
    assert [pause["scope"] for pause in publishing["pauses"]] == ["all"]
    lifted = desk.ask("bengt", "POST", "/api/v1/publishing/resume", json={"scope": "all"})
    assert lifted.status_code == 200, lifted.text
    # It is looked up, not found, and waits for its time again.
    await eventually(lambda: status(desk, coming) == "scheduled", within=150)
    assert status(desk, out) == "published"
    feed = feedparser.parse(stack.get("publisher", "/atom.xml").text)
    assert len([entry for entry in feed.entries if text in entry.summary]) == 1


def status(desk: Desk, number: str) -> str:
    """Say how a post of one channel goes."""
    return str(desk.variants(number)["newsroom"]["status"])
