"""Comments as the service reads them on a real broker: nothing twice, nothing half."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from schemas.comments import CommentFact, CommentWords
from schemas.deliveries import DeliveryPublished
from services.kit.facts import Facts, read
from services.kit.messages import Kept
from tests.harness.broker import Broker, running_broker
from tests.metrics.builders import published
from tests.metrics.running import Service, in_time, running_service
from tests.metrics.site import Site

pytestmark = [pytest.mark.nats, pytest.mark.web]

CONTEXT = "/social/api/v1/statuses/1164/context"
WHO, WHAT = "kanariefageln", "Kanariefågeln sjunger i väntrummet"


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    async with running_broker(tmp_path, ack_wait=timedelta(seconds=3)) as running:
        yield running


class People:
    """Those who write beneath the post, and how often they have been read."""

    def __init__(self, site: Site) -> None:
        self.said: dict[str, str] = {}
        self.readings = 0
        site.answers[CONTEXT] = self._answer

    async def _answer(self, _: Request) -> Response:
        self.readings += 1
        moment = datetime.now(UTC).isoformat()
        beneath = [
            {
                "id": name,
                "content": f"<p>{text}</p>",
                "created_at": moment,
                "in_reply_to_id": "1164",
                "account": {"acct": f"{WHO}@example.org"},
            }
            for name, text in self.said.items()
        ]
        return JSONResponse({"ancestors": [], "descendants": beneath})

    async def read_again(self) -> None:
        """Wait until a whole reading has begun and ended."""
        goal = self.readings + 2

        async def enough() -> bool:
            return self.readings >= goal

        await in_time(enough)


@pytest.fixture
def people(site: Site) -> People:
    return People(site)


class Archive:
    """What metrics has stored, as itself can read it."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    async def facts(self) -> list[str]:
        return [fact.type.split(".")[1] for fact in await self._told("METRICS", CommentFact)]

    async def words(self) -> list[str]:
        return [fact.text for fact in await self._told("METRICS_PERSONAL", CommentWords)]

    async def elsewhere(self) -> str:
        """Everything that is stored, but for what is kept apart."""
        kept: list[Kept] = []
        for stream, pattern in (("METRICS", "metrics.>"), ("TIMERS_METRICS", "*.metrics.>")):
            kept += await self._facts.page(stream, pattern, 1)
        return "".join(f"{each.subject}{each.headers}{each.body.decode()}" for each in kept)

    async def _told(self, stream: str, kind: type[Any]) -> list[Any]:
        page = await self._facts.page(stream, ">", 1)
        told = (read(kept) for kept in page)
        return [each.fact for each in told if each is not None and isinstance(each.fact, kind)]


@pytest.fixture
async def archive(broker: Broker) -> AsyncIterator[Archive]:
    async with broker.connection("metrics") as connection:
        yield Archive(Facts(connection))


async def publish(broker: Broker, site: Site) -> DeliveryPublished:
    moment = datetime.now(UTC)
    fact = published(
        channel="mastodon",
        kind="mastodon",
        url=f"{site.origin}/social/@regionen/1164",
        external_id="1164",
        occurred_at=moment,
        published_at=moment,
    )
    async with broker.connection("publisher") as connection:
        await Facts(connection).tell(fact, after=0)
    return fact


def becoming(what: Callable[[], Awaitable[list[str]]], *wanted: str) -> Awaitable[bool]:
    """Wait until a list is this one."""

    async def is_so() -> bool:
        return await what() == [*wanted]

    return in_time(is_so)


async def purge(broker: Broker, pattern: str) -> None:
    async with broker.connection("provision") as connection:
        answer = await connection.ask(
            "$JS.API.STREAM.PURGE.METRICS_PERSONAL", json.dumps({"filter": pattern}).encode()
        )
    assert json.loads(answer.data)["purged"] == 1


@asynccontextmanager
async def without_room_for_facts(broker: Broker) -> AsyncIterator[None]:
    """Let the words be stored, and the fact not."""
    async with broker.operator() as operator:

        async def configure(**changed: Any) -> None:
            said = await operator.request("$JS.API.STREAM.INFO.METRICS")
            config = json.loads(said.data)["config"] | changed
            answer = await operator.request(
                "$JS.API.STREAM.UPDATE.METRICS", json.dumps(config).encode()
            )
            assert "error" not in json.loads(answer.data), answer.data

        await configure(max_bytes=1, discard="new")
        yield
        await configure(max_bytes=-1, discard="old")


async def test_what_people_write_change_and_take_away_is_told(
    broker: Broker, site: Site, people: People, archive: Archive
) -> None:
    people.said["1165"] = WHAT
    async with running_service(broker, ages=()) as service:
        await publish(broker, site)
        await becoming(archive.facts, "received")
        people.said["1165"] = f"{WHAT}!"
        await becoming(archive.facts, "received", "edited")
        people.said.clear()
        await becoming(archive.facts, "received", "edited", "removed")
        people.said["1165"] = f"{WHAT}!"
        await becoming(archive.facts, "received", "edited", "removed", "received")
        counted = await service.counted()
        await service.stop()
    assert await archive.words() == [WHAT, f"{WHAT}!"]
    assert 'budkavle_comment_readings_total{channel="mastodon",outcome="whole"}' in counted
    for place in (await archive.elsewhere(), service.log.read_text(), counted):
        assert place
        assert WHO not in place
        assert "Kanarief" not in place


async def test_words_that_were_erased_stay_so_while_the_comment_stands(
    broker: Broker, site: Site, people: People, archive: Archive
) -> None:
    people.said["1165"] = WHAT
    async with running_service(broker, ages=()):
        fact = await publish(broker, site)
        await becoming(archive.facts, "received")
        await purge(broker, f"personal.metrics.comment.mastodon.{fact.post}.*")
        people.said["1166"] = "Och jag"
        await becoming(archive.facts, "received", "received")
        await people.read_again()
    assert await archive.words() == ["Och jag"]


async def test_killed_between_words_and_fact_it_completes_what_it_began(
    broker: Broker, site: Site, people: People, archive: Archive
) -> None:
    people.said["1165"] = WHAT
    service = Service(broker, ages=())
    try:
        service.start()
        await service.ready()
        async with without_room_for_facts(broker):
            await publish(broker, site)
            await becoming(archive.words, WHAT)
            await service.kill()
            assert await archive.facts() == []
    finally:
        await service.clean_up()
    async with running_service(broker, ages=()):
        await becoming(archive.facts, "received")
        await people.read_again()
    assert (await archive.facts(), await archive.words()) == (["received"], [WHAT])


async def test_two_replicas_read_on_after_one_is_killed_and_tell_nothing_twice(
    broker: Broker, site: Site, people: People, archive: Archive
) -> None:
    async with running_service(broker, ages=()) as first, running_service(broker, ages=()):
        await publish(broker, site)
        people.said["1165"] = WHAT
        await becoming(archive.facts, "received")
        await first.kill()
        people.said["1166"] = "Och jag"
        await becoming(archive.facts, "received", "received")
        await people.read_again()
    assert await archive.words() == [WHAT, "Och jag"]
