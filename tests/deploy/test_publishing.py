"""From a draft to the public through the composed containers."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import feedparser
import pytest

from tests.deploy.desk import Desk
from tests.deploy.stack import Stack
from tests.harness.waiting import eventually

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]

CHANNELS = ("newsroom", "mastodon-regionen", "bluesky-regionen", "facebook-regionen")


async def test_what_another_person_approves_is_read_by_strangers(stack: Stack) -> None:
    desk = Desk(stack)
    await eventually(lambda: desk.channels_ready("newsroom"), within=30)
    text = f"Nytt på vårdcentralen {uuid4()}"
    number = desk.submitted(text, None, "newsroom")

    assert desk.approve("anna", number).status_code == 403
    approved = desk.approve("bengt", number)
    assert approved.status_code == 200, approved.text

    def in_the_feed() -> str | None:
        feed = feedparser.parse(stack.get("publisher", "/atom.xml").text)
        return next((entry.link for entry in feed.entries if text in entry.summary), None)

    address = await eventually(in_the_feed, within=30)
    assert address is not None
    assert address.startswith(stack.url("publisher"))
    assert text in stack.get("publisher", urlsplit(address).path).text
    assert text in stack.get("publisher", "/").text


def test_a_link_from_the_planner_signs_a_person_in(stack: Stack) -> None:
    order = ("exec", "-T", "planner", "python", "-m", "services.planner", "sign-in", "anna")
    link = urlsplit(stack.run(*order))

    answer = stack.get("planner", f"{link.path}?{link.query}")

    assert link.netloc == f"127.0.0.1:{stack.ports['planner']}"
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["Set-Cookie"]


async def test_metrics_sees_what_is_public_as_a_stranger_does(exercise: Stack) -> None:
    desk = Desk(exercise)
    await eventually(lambda: desk.channels_ready(*CHANNELS), within=60)
    number = desk.submitted(f"Sedd av en främling {uuid4()}", None, *CHANNELS)
    assert desk.approve("bengt", number).status_code == 200

    def witnesses() -> list[dict[str, Any]] | None:
        found = [variant["witness"] for variant in desk.variants(number).values()]
        return found if all(found) else None

    seen = await eventually(witnesses, within=60)
    assert seen is not None
    assert [witness["seen"] for witness in seen] == [True] * len(CHANNELS)


async def test_a_publisher_killed_before_the_hour_publishes_once(exercise: Stack) -> None:
    desk = Desk(exercise)
    await eventually(lambda: desk.channels_ready(*CHANNELS), within=60)
    for person in ("anna", "bengt", "cilla"):
        # Somebody's token is fetched through a container, once; that takes seconds.
        desk.ask(person, "GET", "/api/v1/channels")
    text = f"Vaccinera dig mot influensa {uuid4()}"
    hour = datetime.now(UTC) + timedelta(seconds=10)
    number = desk.submitted(text, hour, *CHANNELS)
    assert desk.approve("bengt", number).status_code == 200

    def states() -> set[str]:
        return {variant["status"] for variant in desk.variants(number).values()}

    await eventually(lambda: states() == {"scheduled"}, within=6)
    started = exercise.inspect("publisher")["State"]["StartedAt"]
    exercise.kill("publisher")
    assert datetime.now(UTC) < hour

    await eventually(lambda: states() == {"published"}, within=90)
    assert exercise.inspect("publisher")["State"]["StartedAt"] != started
    record = exercise.get("simulator", "/record").text.splitlines()
    made = [entry for entry in map(json.loads, record) if text in (entry.get("text") or "")]
    out = [entry["dialect"] for entry in made if entry["what"] == "published"]
    assert sorted(out) == ["bluesky", "facebook", "mastodon"]
    feed = feedparser.parse(exercise.get("publisher", "/atom.xml").text)
    assert len([entry for entry in feed.entries if text in entry.summary]) == 1
