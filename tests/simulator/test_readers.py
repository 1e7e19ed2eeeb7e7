"""Readers write when a test has them do so, and every dialect shows it in its own way."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from simulator.posts import COMMENT_ROOM
from simulator.remarks import FIRST
from tests.simulator.running import OWN, STATUSES, Running, running_simulator

pytestmark = pytest.mark.web

READERS = "/readers/comments"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_simulator(tmp_path_factory.mktemp("readers")) as simulator:
        yield simulator


@pytest.fixture
async def client(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with running.client() as made:
        yield made


async def toot(client: httpx.AsyncClient) -> str:
    answer = await client.post(STATUSES, data={"status": f"Hej {uuid4()}"})
    return str(answer.json()["id"])


async def write(client: httpx.AsyncClient, beneath: str, text: str = "Hej") -> str:
    said = {"beneath": beneath, "name": "Aina", "text": text}
    answer = await client.post(READERS, json=said)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def beneath(client: httpx.AsyncClient, post: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"{STATUSES}/{post}/context")).json()[
        "descendants"
    ]
    return found


async def test_what_readers_did_stands_in_the_record_and_outlives_a_power_cut(
    running: Running, client: httpx.AsyncClient
) -> None:
    post = await toot(client)
    kept, gone = await write(client, post, "Vad gäller?"), await write(client, post, "Glöm det")
    answer = await write(client, kept, "Undrar jag med")
    await client.put(f"{READERS}/{kept}", json={"text": "Vad gäller nu?"})
    await client.delete(f"{READERS}/{gone}")
    last = running.record()[-5:]
    assert [entry["what"] for entry in last] == [
        *["commented"] * 3,
        "comment-edited",
        "comment-removed",
    ]
    before = await beneath(client, post)
    running.kill_and_restart()
    assert await beneath(client, post) == before
    assert [(shape["id"], shape["in_reply_to_id"]) for shape in before] == [
        (kept, post),
        (answer, kept),
    ]
    assert "Vad gäller nu?" in before[0]["content"]
    assert before[0]["edited_at"] is not None
    assert before[1]["edited_at"] is None
    status = (await client.get(f"{STATUSES}/{post}")).json()
    assert status["replies_count"] == 2


async def test_a_reader_is_answered_like_anybody(client: httpx.AsyncClient) -> None:
    post = await toot(client)
    comment = await write(client, post)
    said = {"status": f"Välkommen {uuid4()}", "in_reply_to_id": comment}
    ours = (await client.post(STATUSES, data=said)).json()
    assert [shape["id"] for shape in await beneath(client, post)] == [comment, ours["id"]]
    await client.delete(f"{READERS}/{comment}")
    said = {"status": f"Igen {uuid4()}", "in_reply_to_id": comment}
    assert (await client.post(STATUSES, data=said)).status_code == 404


async def test_a_stranger_is_shown_sixty_answers(client: httpx.AsyncClient) -> None:
    post = await toot(client)
    for number in range(61):
        await write(client, post, f"Nummer {number}")
    assert len(await beneath(client, post)) == 61
    async with httpx.AsyncClient(base_url=client.base_url, trust_env=False) as stranger:
        assert len(await beneath(stranger, post)) == 60


async def test_what_nobody_can_do_is_refused_and_leaves_nothing(
    running: Running, client: httpx.AsyncClient
) -> None:
    post = await toot(client)
    comment = str(int(post) + FIRST)
    last = len(running.record())
    good = {"beneath": post, "name": "Aina", "text": "Hej"}
    refusals = [
        (await client.post(READERS, json=good | {"beneath": str(int(post) + COMMENT_ROOM)}), 404),
        (await client.post(READERS, json=good | {"beneath": comment}), 404),
        (await client.post(READERS, json=good | {"beneath": "hej"}), 422),
        (await client.post(READERS, json=good | {"more": 1}), 422),
        (await client.post(READERS, json={"beneath": post}), 422),
        (await client.post(READERS, content=b"{}"), 415),
        (await client.put(f"{READERS}/{comment}", json={"text": "Hej"}), 404),
        (await client.put(f"{READERS}/{comment}", json={}), 422),
        (await client.delete(f"{READERS}/{comment}"), 404),
    ]
    assert [answer.status_code for answer, _ in refusals] == [status for _, status in refusals]
    assert len(running.record()) == last


async def test_the_comments_of_a_page_come_in_pages_newest_or_oldest_first(
    client: httpx.AsyncClient,
) -> None:
    graph = "/graph/v26.0"
    page = (await client.get(f"{graph}/me")).json()["id"]
    post = (await client.post(f"{graph}/{page}/feed", json={"message": f"Hej {uuid4()}"})).json()
    number = post["id"].partition("_")[2]
    made = [await write(client, number, f"Fråga {count}") for count in range(5)]
    below = await write(client, made[0], "Samma här")
    listed = f"{graph}/{post['id']}/comments"
    asked = {"filter": "stream", "order": "reverse_chronological", "limit": "4", "fields": "id"}
    first = (await client.get(listed, params=asked)).json()
    after = first["paging"]["cursors"]["after"]
    rest = (await client.get(listed, params=asked | {"after": after})).json()
    assert "next" in first["paging"]
    assert "next" not in rest["paging"]
    named = [shape["id"] for shape in first["data"] + rest["data"]]
    assert named == [f"{number}_{each}" for each in [below, *made[::-1]]]
    direct = (await client.get(listed)).json()["data"]
    assert [shape["message"] for shape in direct] == [f"Fråga {count}" for count in range(5)]
    parent = (await client.get(listed, params={"filter": "stream", "fields": "parent"})).json()
    assert parent["data"][-1]["parent"] == {"id": f"{number}_{made[0]}"}
    for wrong in ({"limit": "101"}, {"limit": "-1"}, {"after": "1"}, {"fields": "ssn"}):
        assert (await client.get(listed, params=wrong)).status_code == 400
    other = {"Authorization": "Bearer kris-token"}
    assert (await client.get(listed, headers=other)).status_code == 400


async def test_a_comment_on_bluesky_is_a_post_with_an_address(
    running: Running, client: httpx.AsyncClient
) -> None:
    base = "/bluesky/xrpc"
    said = {"identifier": "regionen.test", "password": OWN["Authorization"].split()[1]}
    opened = (await client.post(f"{base}/com.atproto.server.createSession", json=said)).json()
    record = {
        "$type": "app.bsky.feed.post",
        "text": f"Hej {uuid4()}",
        "createdAt": "2026-11-23T17:30:00.000Z",
    }
    where = {"repo": opened["did"], "collection": "app.bsky.feed.post", "record": record}
    bearer = {"Authorization": f"Bearer {opened['accessJwt']}"}
    post = await client.post(f"{base}/com.atproto.repo.createRecord", json=where, headers=bearer)
    uri = post.json()["uri"]
    number = str(running.record()[-1]["id"])
    first = await write(client, number, "Vad gäller?")
    await write(client, first, "Undrar jag med")
    asked = {"uri": uri, "depth": "10"}
    thread = (await client.get(f"{base}/app.bsky.feed.getPostThread", params=asked)).json()
    [reply] = thread["thread"]["replies"]
    [below] = reply["replies"]
    above = {"uri": uri, "cid": post.json()["cid"]}
    assert reply["post"]["record"]["reply"] == {"root": above, "parent": above}
    top = {"uri": reply["post"]["uri"], "cid": reply["post"]["cid"]}
    assert below["post"]["record"]["reply"]["parent"] == top
    alone = await client.get(f"{base}/app.bsky.feed.getPosts", params={"uris": top["uri"]})
    assert alone.json()["posts"] == [reply["post"]]
    shallow = {"uri": uri, "depth": "1"}
    cut = (await client.get(f"{base}/app.bsky.feed.getPostThread", params=shallow)).json()
    assert cut["thread"]["replies"][0]["replies"] == []
    missing = await client.get(
        f"{base}/app.bsky.feed.getPostThread", params={"uri": uri[:-1] + "z"}
    )
    assert (missing.status_code, missing.json()["error"]) == (400, "NotFound")
