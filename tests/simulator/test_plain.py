"""The plain platform: each of its ways to publish makes one post, and the record says which."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.simulator.running import Running, running_simulator

pytestmark = pytest.mark.web


@pytest.fixture
def account() -> str:
    return f"konto-{uuid4().hex[:12]}"


def _entries(simulator: Running, account: str) -> list[dict[str, Any]]:
    return [entry for entry in simulator.record() if entry.get("account") == account]


def _said(simulator: Running, account: str) -> list[tuple[str, str | None]]:
    return [(entry["what"], entry.get("text")) for entry in _entries(simulator, account)]


async def _listed(client: httpx.AsyncClient, account: str, **asked: Any) -> list[dict[str, str]]:
    answer = await client.get(f"/plain/{account}/posts", params=asked)
    assert answer.status_code == 200, answer.text
    shown: list[dict[str, str]] = answer.json()
    return shown


async def test_an_id_of_the_callers_is_one_post_however_often_it_is_put(
    simulator: Running, client: httpx.AsyncClient, account: str
) -> None:
    path = f"/plain/{account}/posts/min-post"
    answers = [await client.put(path, json={"text": text}) for text in ("Ett", "Ett", "Två")]

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["id"] for answer in answers} == {"min-post"}
    assert _said(simulator, account) == [
        ("published", "Ett"),
        ("replayed", "Ett"),
        ("edited", "Två"),
    ]
    [shown] = await _listed(client, account)
    assert (shown["text"], shown["url"]) == ("Två", answers[0].json()["url"])


async def test_a_draft_is_seen_by_nobody_until_it_is_published_once(
    simulator: Running, client: httpx.AsyncClient, account: str
) -> None:
    drafts = f"/plain/{account}/drafts"
    handle = (await client.post(drafts, json={"text": "Utkast"})).json()["draft"]
    before = (await client.get(f"{drafts}/{handle}")).json()
    assert (before["status"], await _listed(client, account)) == ("draft", [])

    publish = f"{drafts}/{handle}/publish"
    answers = await asyncio.gather(*(client.post(publish) for _ in range(10)))

    [post] = {(answer.json()["id"], answer.json()["url"]) for answer in answers}
    after = (await client.get(f"{drafts}/{handle}")).json()
    assert (after["status"], after["id"], after["url"]) == ("published", *post)
    assert [what for what, _ in _said(simulator, account)] == [
        "drafted",
        "published",
        *["replayed"] * 9,
    ]
    assert {entry["draft"] for entry in _entries(simulator, account)} == {handle}
    assert (await client.get(f"{drafts}/{handle}x")).status_code == 404


async def test_a_key_is_remembered_and_without_one_every_call_is_a_post(
    simulator: Running, client: httpx.AsyncClient, account: str
) -> None:
    posts = f"/plain/{account}/posts"

    async def post(**headers: str) -> str:
        answer = await client.post(posts, json={"text": "Hej"}, headers=headers)
        made: str = answer.json()["id"]
        return made

    first, again = await post(**{"Idempotency-Key": "k"}), await post(**{"Idempotency-Key": "k"})
    assert first == again
    assert len({first, await post(), await post(), await post(**{"Idempotency-Key": "l"})}) == 4
    assert [what for what, _ in _said(simulator, account)] == [
        "published",
        "replayed",
        *["published"] * 3,
    ]
    assert [entry.get("key") for entry in _entries(simulator, account)] == [
        "k",
        "k",
        None,
        None,
        "l",
    ]


async def test_a_key_is_forgotten_after_its_window(tmp_path: Path) -> None:
    with running_simulator(tmp_path, key_window_seconds="0.000001") as running:
        async with running.client() as client:
            key = {"Idempotency-Key": "k"}
            made = [
                (await client.post("/plain/a/posts", json={"text": "Hej"}, headers=key)).json()[
                    "id"
                ]
                for _ in range(2)
            ]
    assert made[0] != made[1]


async def test_a_change_and_a_removal_are_in_the_record(
    simulator: Running, client: httpx.AsyncClient, account: str
) -> None:
    posts = f"/plain/{account}/posts"
    made = (await client.post(posts, json={"text": "Fel"})).json()
    path = f"{posts}/{made['id']}"

    assert (await client.patch(path, json={"text": "Rätt"})).json() == made
    assert "Rätt" in (await client.get(made["url"])).text
    removals = [(await client.delete(path)).status_code for _ in range(2)]

    assert removals == [204, 204]
    assert _said(simulator, account) == [
        ("published", "Fel"),
        ("edited", "Rätt"),
        ("deleted", "Rätt"),
        ("request", "Rätt"),
    ]
    assert await _listed(client, account) == []
    assert (await client.get(made["url"])).status_code == 404
    assert (await client.patch(path, json={"text": "Nytt"})).status_code == 404


async def test_the_list_is_read_backwards_also_from_a_post_that_is_gone(
    client: httpx.AsyncClient, account: str
) -> None:
    for n in range(6):
        await client.put(f"/plain/{account}/posts/p{n}", json={"text": f"Nummer {n}"})
    await client.put(f"/plain/{account}-2/posts/other", json={"text": "Grannens"})

    newest = await _listed(client, account, limit=3)
    assert [post["id"] for post in newest] == ["p5", "p4", "p3"]
    assert newest == sorted(newest, key=lambda post: post["created_at"], reverse=True)
    await client.delete(f"/plain/{account}/posts/p3")
    older = await _listed(client, account, before="p3")
    assert [post["text"] for post in older] == ["Nummer 2", "Nummer 1", "Nummer 0"]
    assert await _listed(client, account, before="p0") == []
    unknown = await client.get(f"/plain/{account}/posts", params={"before": "p9"})
    assert unknown.status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "posts", b"nothing", 400),
        ("POST", "posts", b"{}", 422),
        ("POST", "posts", b'{"text": " "}', 422),
        ("POST", "drafts", b'{"text": 5}', 422),
        ("POST", "posts", b'{"text": "' + b"x" * 5001 + b'"}', 422),
        ("PUT", "posts/~1", b'{"text": "x"}', 422),
        ("PATCH", "posts/never", b'{"text": "x"}', 404),
        ("DELETE", "posts/never", b"", 404),
        ("POST", "drafts/never/publish", b"", 404),
    ],
)
async def test_what_cannot_be_done_is_refused_with_words_and_written_down(
    simulator: Running,
    client: httpx.AsyncClient,
    account: str,
    method: str,
    path: str,
    body: bytes,
    status: int,
) -> None:
    answer = await client.request(method, f"/plain/{account}/{path}", content=body)
    assert (answer.status_code, bool(answer.json()["error"])) == (status, True)
    [entry] = _entries(simulator, account)
    assert (entry["what"], entry["status"]) == ("request", status)


async def test_a_caller_without_a_token_is_refused(client: httpx.AsyncClient, account: str) -> None:
    path = f"/plain/{account}/posts"
    answer = await client.post(path, json={"text": "x"}, headers={"Authorization": "Basic x"})
    assert answer.status_code == 401
    assert (await client.get("/plain/ÅÄÖ/posts")).status_code == 404


async def test_a_page_shows_the_words_and_never_their_markup(
    client: httpx.AsyncClient, account: str
) -> None:
    made = (await client.post(f"/plain/{account}/posts", json={"text": "<b>Hej</b>\ndu"})).json()
    assert "&lt;b&gt;Hej&lt;/b&gt;<br>du" in (await client.get(made["url"])).text


async def test_posts_drafts_and_keys_survive_a_loss_of_power(tmp_path: Path) -> None:
    with running_simulator(tmp_path) as running:
        async with running.client() as client:
            body, key = {"text": "Kvar"}, {"Idempotency-Key": "k"}
            made = (await client.post("/plain/a/posts", json=body, headers=key)).json()
            await client.put("/plain/a/posts/min", json=body)
            drafts = [
                (await client.post("/plain/a/drafts", json=body)).json()["draft"] for _ in "12"
            ]
            out = (await client.post(f"/plain/a/drafts/{drafts[0]}/publish")).json()
            await client.delete("/plain/a/posts/min")
            shown = await _listed(client, "a")
        record = running.record()

        running.kill_and_restart()

        assert running.record() == record
        async with running.client() as client:
            assert await _listed(client, "a") == shown
            again = await client.post("/plain/a/posts", json=body, headers=key)
            assert again.json() == made
            assert (await client.post(f"/plain/a/drafts/{drafts[0]}/publish")).json() == out
            later = (await client.post(f"/plain/a/drafts/{drafts[1]}/publish")).json()
            assert later["id"] not in {made["id"], out["id"]}


async def test_the_record_is_read_from_any_line_on(
    simulator: Running, client: httpx.AsyncClient, account: str
) -> None:
    many = 1100
    room = asyncio.Semaphore(20)

    async def write(n: int) -> None:
        async with room:
            await client.put(f"/plain/{account}/posts/p{n}", json={"text": "x"})

    await asyncio.gather(*(write(n) for n in range(many)))
    whole = simulator.record()
    assert [entry["n"] for entry in whole] == list(range(1, len(whole) + 1))
    for after in (0, 1, 499, 500, 501, 1000, len(whole) - 1, len(whole), len(whole) + 7):
        assert simulator.record(after=after) == whole[after:]
    few = await client.get("/record", params={"after": 498, "limit": 4})
    assert len(few.text.splitlines()) == 4
    assert len((await client.get("/record", params={"limit": 501})).text.splitlines()) == 501


async def test_plain_posts_are_counted_and_stay_off_the_other_platforms(
    client: httpx.AsyncClient, account: str
) -> None:
    key = {"Idempotency-Key": account}
    for _ in range(2):
        await client.post(f"/plain/{account}/posts", json={"text": account}, headers=key)
    summary = (await client.get("/record/summary")).json()
    [group] = [group for group in summary["by_key"] if group["key"] == account]
    assert (group["published"], group["replayed"]) == (1, 1)
    assert (await client.get(f"/mastodon/@{account}")).status_code == 404
    assert account not in (await client.get("/")).text
