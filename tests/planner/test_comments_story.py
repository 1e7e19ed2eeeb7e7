"""Over a real broker: a comment is read, answered, hidden and erased, and its words stay apart."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from schemas.moderation import ModerationAsked
from schemas.posts import OrderApproved, OrderFact
from services.kit.bus import Bus
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.planner.comments import CANARY, COMMENT, comment_id, done, received, removed, worded
from tests.planner.deliveries import delivery, proof
from tests.planner.running import next_fact, publisher_of, settings_for, tokens_of
from tests.planner.samples import variant, written
from tests.planner.steps import everything_told
from tests.planner.test_process import process

pytestmark = pytest.mark.nats

POSTS, COMMENTS = "/api/v1/posts", "/api/v1/comments"
Headers = dict[str, str]


async def approved(client: httpx.AsyncClient, anna: Headers, bengt: Headers, body: Any) -> UUID:
    drafted = await client.post(POSTS, json=body, headers=anna)
    assert drafted.status_code == 201, drafted.text
    sent = await client.post(f"{drafted.headers['location']}/submit", headers=anna)
    seen = bengt | {"If-Match": sent.headers["etag"]}
    said = await client.post(f"{drafted.headers['location']}/approve", headers=seen)
    assert said.status_code == 200, said.text
    return UUID(said.json()["id"])


async def erase(broker: Broker, post: UUID) -> None:
    """Do what the provisioner does when somebody's words have to go."""
    async with broker.operator() as client:
        subject = f"personal.metrics.comment.mastodon.{post}.{COMMENT}"
        await client.jetstream().purge_stream("METRICS_PERSONAL", subject=subject)


async def carried_out(publisher: Bus, thing: UUID) -> None:
    """Do what the publisher does with the newest wish."""
    subject = ModerationAsked.address.format(channel="mastodon", thing=thing)
    wish = await publisher.facts.newest(subject)
    assert wish is not None
    await next_fact(publisher, done(wish.fact.action, thing, on=wish.sequence))


async def test_a_comment_from_its_first_word_to_its_last(broker: Broker, tmp_path: Path) -> None:
    settings = settings_for(broker, tmp_path / "planner")
    log, tokens = tmp_path / "planner.log", tokens_of(broker)
    anna, bengt = ({"Authorization": f"Bearer {tokens[name]}"} for name in ("anna", "bengt"))
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=20)
    async with (
        publisher_of(broker) as publisher,
        broker.listening(broker.bus("metrics")) as metrics,
        process(settings, log),
        client,
    ):

        async def shown(post: UUID, comment: UUID = COMMENT) -> Any:
            said = await client.get(f"{COMMENTS}/mastodon/{post}/{comment}", headers=anna)
            return said.json()

        async def reaches(state: str, comment: UUID = COMMENT) -> None:
            async def there() -> bool:
                return bool((await shown(post, comment)).get("state") == state)

            await eventually(there, within=10)

        post = await approved(client, anna, bengt, written(variant("mastodon")))
        public = delivery("published", "mastodon", post=post, proof=proof())
        await next_fact(publisher, public)
        for comment in (COMMENT, comment_id(1)):
            await next_fact(metrics, worded(comment=comment, post=post))
            await next_fact(metrics, received(comment, post=post))
        await reaches("open", comment_id(1))
        assert (await shown(post))["words"]["text"] == CANARY

        body = written(variant("mastodon", answers={"comment": str(comment_id(1))}))
        answer = await approved(client, anna, bengt, body)
        await reaches("answered", comment_id(1))
        order = await publisher.facts.newest(
            OrderFact.address.format(channel="mastodon", post=answer)
        )
        assert order is not None
        assert isinstance(order.fact, OrderApproved)
        assert order.fact.content.answers is not None
        assert order.fact.content.answers.beneath == "113524"

        path = f"{COMMENTS}/mastodon/{post}/{COMMENT}"
        hidden = await client.post(f"{path}/hide", json={"why": "Hot"}, headers=bengt)
        assert hidden.json()["state"] == "hide_asked", hidden.text
        await carried_out(publisher, COMMENT)
        await reaches("hidden")
        await next_fact(metrics, removed(post=post))
        await erase(broker, post)
        page = (await client.get(COMMENTS, headers=anna)).json()["comments"]
        states = {each["id"]: (each["state"], each["words"]["state"]) for each in page}
        assert states == {
            str(COMMENT): ("hidden", "erased"),
            str(comment_id(1)): ("answered", "shown"),
        }
        pinned = await client.post(f"{POSTS}/{post}/channels/mastodon/pin", headers=bengt)
        assert pinned.status_code == 200, pinned.text
        await carried_out(publisher, post)
    await words_are_kept_nowhere(broker, log, settings.data)


async def words_are_kept_nowhere(broker: Broker, log: Path, data: Path) -> None:
    """Look for the words wherever the planner writes."""
    kept = await asyncio.to_thread(lambda: [path.read_bytes() for path in [log, *data.iterdir()]])
    assert any(str(COMMENT).encode() in each for each in kept)
    for words in (CANARY, "Aina Öst"):
        assert not any(words.encode() in each for each in kept)
    for told in await everything_told(broker):
        assert CANARY not in told.fact.model_dump_json()
