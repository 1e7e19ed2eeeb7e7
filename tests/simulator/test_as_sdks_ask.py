"""What the platforms' own SDKs ask and nobody of ours does; `make test-real` asks with them."""

import base64
import json

import httpx
import pytest

from simulator.graph.desk import account_of, page_id
from tests.simulator.running import OWN

pytestmark = pytest.mark.web
PAGE = page_id(account_of("regionen"))


async def signed_in(client: httpx.AsyncClient) -> dict[str, str]:
    said = {"identifier": "regionen.test", "password": "regionen-token"}
    opened = await client.post("/bluesky/xrpc/com.atproto.server.createSession", json=said)
    return dict(opened.json())


async def test_a_session_says_in_whole_seconds_when_it_ends(client: httpx.AsyncClient) -> None:
    payload = (await signed_in(client))["accessJwt"].split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert type(said["exp"]) is int
    assert said["exp"] - said["iat"] in {7200, 7201}


async def test_a_record_without_a_place_is_another_one_each_time(
    client: httpx.AsyncClient,
) -> None:
    session = await signed_in(client)
    bearer = {"Authorization": f"Bearer {session['accessJwt']}"}
    record = {"$type": "app.bsky.feed.post", "text": "Nytt", "createdAt": "2026-11-22T10:00:00Z"}
    where = {"repo": session["did"], "collection": "app.bsky.feed.post"}
    path = "/bluesky/xrpc/com.atproto.repo.createRecord"
    asked = {**where, "record": record}
    made = [(await client.post(path, json=asked, headers=bearer)).json() for _ in range(2)]
    assert made[0]["uri"] != made[1]["uri"]
    taken = {**asked, "rkey": made[0]["uri"].rpartition("/")[2]}
    answer = await client.post(path, json=taken, headers=bearer)
    # A status and a name that say nothing of what is wrong, as the real server has them.
    assert (answer.status_code, answer.json()["error"]) == (500, "InternalServerError")


async def test_an_old_client_finds_mastodons_limits_where_it_looks(
    client: httpx.AsyncClient,
) -> None:
    old = (await client.get("/mastodon/api/v1/instance")).json()
    new = (await client.get("/mastodon/api/v2/instance")).json()
    assert old["uri"] == new["domain"]
    assert old["configuration"] == new["configuration"]


async def test_metrics_are_named_as_a_list_of_json_too(client: httpx.AsyncClient) -> None:
    graph = "/graph/v26.0"
    made = await client.post(f"{graph}/{PAGE}/feed", data={"message": "Mätt"}, headers=OWN)
    path = f"{graph}/{made.json()['id']}/insights"
    for asked in ('["post_media_view","post_clicks"]', "post_media_view,post_clicks"):
        answer = (await client.get(path, params={"metric": asked})).json()
        assert [each["name"] for each in answer["data"]] == ["post_media_view", "post_clicks"]
    for asked in ('["post_media_view"', '["post_media_view","post_impressions"]'):
        answer = (await client.get(path, params={"metric": asked})).json()
        assert answer["error"]["code"] == 100


async def test_an_unknown_edge_is_an_error_of_the_graph_apis(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/graph/v26.0/{PAGE}/nothing_of_the_kind")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 2500
