"""The simulated X is as awkward as the real one."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.publisher.channels.x.signing import Keys
from simulator.x.desk import account_of, user_id
from simulator.x.signatures import APP, APP_SECRET, secret_of
from simulator.x.words import weight
from tests.simulator.running import OWN, Running, running_simulator

pytestmark = pytest.mark.web

TWEETS = "/x/2/tweets"
KEYS = Keys(APP, APP_SECRET, "regionen-token", secret_of("regionen-token"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_simulator(tmp_path_factory.mktemp("x")) as simulator:
        yield simulator


@pytest.fixture
async def client(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=running.url, trust_env=False) as made:
        yield made


async def signed(
    client: httpx.AsyncClient, method: str, path: str, keys: Keys = KEYS, **content: Any
) -> httpx.Response:
    url = str(client.base_url).rstrip("/") + path
    headers = keys.headers(method, url, content.get("params", {}))
    return await client.request(method, path, headers=headers, **content)


async def test_a_signature_is_good_for_one_request_and_for_no_other(
    client: httpx.AsyncClient,
) -> None:
    url = f"{client.base_url}".rstrip("/") + TWEETS
    headers = KEYS.headers("POST", url, {})
    said = {"text": f"En gång {uuid4()}"}
    assert (await client.post(TWEETS, json=said, headers=headers)).status_code == 201
    assert (await client.post(TWEETS, json=said, headers=headers)).status_code == 401
    for keys in (
        Keys(APP, "wrong", KEYS.account, KEYS.account_secret),
        Keys(APP, APP_SECRET, KEYS.account, "wrong"),
        Keys("other", APP_SECRET, KEYS.account, KEYS.account_secret),
    ):
        assert (await signed(client, "POST", TWEETS, keys, json=said)).status_code == 401
    elsewhere = KEYS.headers("DELETE", url, {})
    assert (await client.post(TWEETS, json=said, headers=elsewhere)).status_code == 401
    late = KEYS.authorization("POST", url, {}, nonce="n", moment=1318622958)
    answer = await client.post(TWEETS, json=said, headers={"Authorization": late})
    assert answer.status_code == 401


async def test_an_apps_bearer_token_reads_and_does_not_write(client: httpx.AsyncClient) -> None:
    answer = await client.post(TWEETS, json={"text": "Hej"}, headers=OWN)
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("/unsupported-authentication")
    assert (await client.get(f"{TWEETS}?ids=1", headers=OWN)).status_code == 200


async def test_the_same_words_again_are_refused_without_a_type(client: httpx.AsyncClient) -> None:
    said = {"text": f"Samma {uuid4()}"}
    assert (await signed(client, "POST", TWEETS, json=said)).status_code == 201
    again = await signed(client, "POST", TWEETS, json=said)
    assert (again.status_code, again.json()["type"]) == (403, "about:blank")


async def test_what_is_given_back_is_shortened_and_escaped(client: httpx.AsyncClient) -> None:
    text = f"A & B {uuid4()} se 1177.se/hander."
    made = (await signed(client, "POST", TWEETS, json={"text": text})).json()["data"]
    assert "&amp;" in made["text"]
    assert "1177.se" not in made["text"]
    asked = {"ids": made["id"], "tweet.fields": "entities"}
    [post] = (await signed(client, "GET", TWEETS, params=asked)).json()["data"]
    [link] = post["entities"]["urls"]
    assert (link["expanded_url"], link["display_url"]) == (
        "http://1177.se/hander",
        "1177.se/hander",
    )
    assert link["url"] in post["text"]


async def test_an_empty_list_has_no_data(client: httpx.AsyncClient) -> None:
    path = f"/x/2/users/{user_id(account_of('regionen'))}/tweets"
    asked = {"start_time": "2100-01-01T00:00:00Z"}
    answer = await signed(client, "GET", path, params=asked)
    assert answer.json() == {"meta": {"result_count": 0}}


async def test_what_is_gone_stands_among_the_errors_of_a_good_answer(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get(f"{TWEETS}?ids=1", headers=OWN)
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["type"].endswith("/resource-not-found")


@pytest.mark.parametrize(
    ("text", "weighs"),
    [
        ("åäö – ”så”", 10),
        ("和", 2),
        ("👩‍👩‍👧‍👦", 2),
        ("👍🏽", 2),
        ("se https://a.example/" + "x" * 300, 3 + 23),
        ("Ring 1177 eller se 1177.se.", 19 + 23 + 1),
        ("t.ex. bl.a.", 11),
    ],
)
def test_a_text_weighs_what_it_weighs(text: str, weighs: int) -> None:
    assert weight(text) == weighs
