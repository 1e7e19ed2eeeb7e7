"""The simulated Bluesky answers as the real server did when it was asked the same."""

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.simulator.running import Running, png, running_simulator

pytestmark = pytest.mark.web
HANDLE = "regionen.test"
_PLACES = count()


def place() -> str:
    """A place that no other test has."""
    signs = "234567abcdefghijklmnopqrstuvwxyz"
    number = next(_PLACES)
    return "3kaaaaaaaaa" + signs[number // 32] + signs[number % 32]


class Account:
    """Somebody who has signed in."""

    def __init__(self, client: httpx.AsyncClient, opened: dict[str, Any]) -> None:
        self.client = client
        self.opened = opened
        self.did = opened["did"]
        self.bearer = {"Authorization": f"Bearer {opened['accessJwt']}"}

    async def post(self, name: str, **content: Any) -> httpx.Response:
        return await self.client.post(
            f"/bluesky/xrpc/{name}",
            headers={**self.bearer, **content.pop("headers", {})},
            **content,
        )

    async def get(self, name: str, **params: Any) -> httpx.Response:
        return await self.client.get(f"/bluesky/xrpc/{name}", params=params)

    async def put(self, key: str, record: dict[str, Any], **more: Any) -> httpx.Response:
        where = {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": key}
        return await self.post(
            "com.atproto.repo.putRecord", json={**where, "record": record, **more}
        )

    async def there(self, key: str) -> httpx.Response:
        where = {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": key}
        return await self.get("com.atproto.repo.getRecord", **where)

    async def delete(self, key: str) -> httpx.Response:
        where = {"repo": self.did, "collection": "app.bsky.feed.post", "rkey": key}
        return await self.post("com.atproto.repo.deleteRecord", json=where)


async def sign_in(client: httpx.AsyncClient) -> Account:
    said = {"identifier": HANDLE, "password": "regionen-token"}
    opened = await client.post("/bluesky/xrpc/com.atproto.server.createSession", json=said)
    opened.raise_for_status()
    return Account(client, opened.json())


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with running_simulator(tmp_path_factory.mktemp("simulator"), sign_ins="1000") as running:
        yield running


@pytest.fixture
async def account(simulator: Running) -> AsyncIterator[Account]:
    async with httpx.AsyncClient(base_url=simulator.url, trust_env=False) as client:
        yield await sign_in(client)


def record(text: str = "Hej", **more: Any) -> dict[str, Any]:
    moment = "2026-11-23T17:30:00.000Z"
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": moment, **more}


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


async def test_the_same_record_in_the_same_place_is_written_once(account: Account) -> None:
    key = place()
    answers = await asyncio.gather(*(account.put(key, record("En gång")) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["cid"] for answer in answers}) == 1
    assert sum("commit" in answer.json() for answer in answers) == 1


async def test_another_record_in_a_taken_place_is_refused_or_changes_it(account: Account) -> None:
    key = place()
    await account.put(key, record("Först"))
    refused = await account.put(key, record("Sedan"), swapRecord=None)
    assert error(refused) == (400, "InvalidSwap")
    assert (await account.there(key)).json()["value"]["text"] == "Först"
    assert "commit" not in (await account.put(key, record("Först"), swapRecord=None)).json()
    assert (await account.put(key, record("Sedan"))).status_code == 200
    assert (await account.there(key)).json()["value"]["text"] == "Sedan"


async def test_what_is_deleted_is_gone_and_may_be_deleted_again(account: Account) -> None:
    key = place()
    await account.put(key, record("Borta"))
    for _ in range(2):
        answer = await account.delete(key)
        assert (answer.status_code, answer.json()) == (200, {})
    assert error(await account.there(key)) == (400, "RecordNotFound")


@pytest.mark.parametrize(
    ("key", "value", "name"),
    [
        ("self", record(), "InvalidRequest"),
        ("", record("x" * 301), "InvalidRequest"),
        ("", {"$type": "app.bsky.feed.post", "text": "utan tid"}, "InvalidRequest"),
        ("", {"text": "utan typ", "createdAt": "2026-11-23T17:30:00Z"}, "InvalidRequest"),
        ("", record(langs=["sv", "en", "fi", "se"]), "InvalidRequest"),
        (
            "",
            record(
                facets=[{"index": {"byteStart": 0, "byteEnd": 9}, "features": [{"$type": "x"}]}]
            ),
            "InvalidRequest",
        ),
        (
            "",
            record(
                embed={
                    "$type": "app.bsky.embed.images",
                    "images": [{"alt": "", "image": {"ref": {"$link": "bafynone"}, "size": 1}}],
                }
            ),
            "BlobNotFound",
        ),
    ],
)
async def test_a_record_that_is_not_as_the_lexicon_wants_it_is_refused(
    account: Account, key: str, value: dict[str, Any], name: str
) -> None:
    assert error(await account.put(key or place(), value)) == (400, name)


async def test_three_hundred_are_counted_as_readers_count_them(account: Account) -> None:
    assert (await account.put(place(), record("👩🏽‍⚕️" * 100 + "å" * 200))).status_code == 200


async def test_a_picture_is_shown_with_its_words(account: Account, simulator: Running) -> None:
    content = png()
    uploaded = await account.post(
        "com.atproto.repo.uploadBlob", content=content, headers={"Content-Type": "image/png"}
    )
    again = await account.post("com.atproto.repo.uploadBlob", content=content)
    blob = uploaded.json()["blob"]
    assert again.json()["blob"] == blob
    embed = {"$type": "app.bsky.embed.images", "images": [{"alt": "Ett hav", "image": blob}]}
    key = place()
    assert (await account.put(key, record("Med bild", embed=embed))).status_code == 200
    page = (await account.client.get(f"/bluesky/profile/{HANDLE}/post/{key}")).text
    assert 'alt="Ett hav"' in page
    assert simulator.record()[-1]["media"][0]["alt"] == "Ett hav"


async def test_nobody_writes_for_another(account: Account) -> None:
    where = {"repo": "did:plc:another", "collection": "app.bsky.feed.post", "rkey": place()}
    answer = await account.post("com.atproto.repo.putRecord", json={**where, "record": record()})
    assert error(answer) == (401, "AuthenticationRequired")
    bare = await account.client.post("/bluesky/xrpc/com.atproto.repo.putRecord", json=where)
    assert error(bare) == (401, "AuthMissing")
    account.bearer = {"Authorization": "Bearer e30.e30.e30"}
    assert error(await account.put(place(), record())) == (400, "InvalidToken")


async def test_a_session_ends_and_can_be_renewed(tmp_path: Path) -> None:
    with running_simulator(tmp_path, access_seconds="0.3") as running:
        async with httpx.AsyncClient(base_url=running.url, trust_env=False) as client:
            account = await sign_in(client)
            await asyncio.sleep(0.4)  # how old the session becomes, not a wait for anything
            assert error(await account.put(place(), record())) == (400, "ExpiredToken")
            renewing = {"Authorization": f"Bearer {account.opened['refreshJwt']}"}
            name = "com.atproto.server.refreshSession"
            assert error(await account.post(name)) == (400, "InvalidToken")
            renewed = await account.post(name, headers=renewing)
            again = Account(client, renewed.json())
            assert (await again.put(place(), record())).status_code == 200


async def test_the_view_shows_an_accounts_posts_page_by_page_with_their_counts(
    account: Account,
) -> None:
    keys = [place() for _ in range(3)]
    for number, key in enumerate(keys):
        await account.put(key, record(f"Sida {number}"))
    name = "app.bsky.feed.getAuthorFeed"
    first = (await account.get(name, actor=HANDLE, limit=2)).json()
    texts = [item["post"]["record"]["text"] for item in first["feed"]]
    assert texts == ["Sida 2", "Sida 1"]
    second = (await account.get(name, actor=account.did, limit=2, cursor=first["cursor"])).json()
    assert second["feed"][0]["post"]["record"]["text"] == "Sida 0"

    uris = [item["post"]["uri"] for item in first["feed"]]
    gone = f"at://{account.did}/app.bsky.feed.post/{place()}"
    shown = (await account.get("app.bsky.feed.getPosts", uris=[*uris, gone])).json()["posts"]
    assert [post["uri"] for post in shown] == uris
    assert all(post["likeCount"] >= 0 for post in shown)


async def test_the_view_may_be_behind_the_server_that_holds_the_record(account: Account) -> None:
    rule = {
        "method": "POST",
        "path": "/bluesky/xrpc/com.atproto.repo.putRecord",
        "effect": {"kind": "lag", "seconds": 60},
        "count": 1,
    }
    (await account.client.post("/faults", json=rule)).raise_for_status()
    key = place()
    uri = (await account.put(key, record("Ännu inte synlig"))).json()["uri"]
    assert (await account.there(key)).status_code == 200
    assert (await account.get("app.bsky.feed.getPosts", uris=[uri])).json() == {"posts": []}
    page = await account.client.get(f"/bluesky/profile/{HANDLE}/post/{key}")
    assert page.status_code == 404


async def test_a_loss_of_power_forgets_no_record(tmp_path: Path) -> None:
    with running_simulator(tmp_path) as running:
        async with httpx.AsyncClient(base_url=running.url, trust_env=False) as client:
            account = await sign_in(client)
            key, value = place(), record("Kvar", langs=["sv"])
            await account.put(key, value)
            running.kill_and_restart()
            assert (await account.there(key)).json()["value"] == value
            assert "commit" not in (await account.put(key, value)).json()
