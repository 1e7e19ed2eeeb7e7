"""Every fault strikes the plain platform, whichever way a post is made there."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.harness.waiting import eventually
from tests.simulator.running import Running

pytestmark = pytest.mark.web

ACCOUNT = "drill"
Ask = Callable[[], Awaitable[httpx.Response]]
Way = Callable[[httpx.AsyncClient, str], Awaitable[tuple[str, str, Ask]]]


async def _chosen_id(client: httpx.AsyncClient, text: str) -> tuple[str, str, Ask]:
    path = f"/plain/{ACCOUNT}/posts/{uuid4().hex}"
    return "PUT", path, lambda: client.put(path, json={"text": text})


async def _two_steps(client: httpx.AsyncClient, text: str) -> tuple[str, str, Ask]:
    drafts = f"/plain/{ACCOUNT}/drafts"
    handle = (await client.post(drafts, json={"text": text})).json()["draft"]
    path = f"{drafts}/{handle}/publish"
    return "POST", path, lambda: client.post(path)


async def _with_key(client: httpx.AsyncClient, text: str) -> tuple[str, str, Ask]:
    path, key = f"/plain/{ACCOUNT}/posts", {"Idempotency-Key": uuid4().hex}
    return "POST", path, lambda: client.post(path, json={"text": text}, headers=key)


WAYS = pytest.mark.parametrize("way", [_chosen_id, _two_steps, _with_key])


async def _set(client: httpx.AsyncClient, method: str, path: str, **effect: Any) -> None:
    rule = {"method": method, "path": path, "count": 1, "effect": effect}
    answer = await client.post("/faults", json=rule)
    assert answer.status_code == 201, answer.text


def _written(simulator: Running, text: str, what: str = "published") -> list[dict[str, Any]]:
    return [
        entry for entry in simulator.record() if entry["what"] == what and entry.get("text") == text
    ]


@WAYS
@pytest.mark.parametrize(
    ("effect", "answered", "published"),
    [
        ({"kind": "status", "status": 503}, 503, 0),
        ({"kind": "throttle", "retry_after": 7}, 429, 0),
        ({"kind": "applied-then-status"}, 500, 1),
        ({"kind": "reset-before"}, None, 0),
        ({"kind": "reset-after"}, None, 1),
        ({"kind": "hang", "seconds": 0.1}, None, 0),
        ({"kind": "slow", "seconds": 0.1}, 200, 1),
    ],
)
async def test_a_fault_applies_or_not_and_the_next_call_makes_one_post_of_it(
    simulator: Running,
    client: httpx.AsyncClient,
    way: Way,
    effect: dict[str, Any],
    answered: int | None,
    published: int,
) -> None:
    text = f"Nummer {uuid4().hex}"
    method, path, ask = await way(client, text)
    await _set(client, method, path, **effect)

    if answered is None:
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await ask()
    else:
        answer = await ask()
        assert answer.status_code == answered
        assert answer.headers.get("Retry-After") == ("7" if answered == 429 else None)
    assert len(_written(simulator, text)) == published
    assert simulator.record()[-1]["fault"] == effect["kind"]

    again = await ask()
    [entry] = _written(simulator, text)
    assert (again.status_code, again.json()["id"]) == (200, entry["id"])


@WAYS
async def test_a_late_request_is_refused_and_still_comes_true_once(
    simulator: Running, client: httpx.AsyncClient, way: Way
) -> None:
    text = f"Nummer {uuid4().hex}"
    method, path, ask = await way(client, text)
    await _set(client, method, path, kind="late", seconds=1.5)
    assert (await ask()).status_code == 504
    assert _written(simulator, text) == []
    assert (await ask()).status_code == 200
    await eventually(lambda: len(_written(simulator, text, "replayed")) == 1)
    assert len(_written(simulator, text)) == 1


@WAYS
async def test_a_replay_answers_500_though_the_post_stands(
    client: httpx.AsyncClient, way: Way
) -> None:
    method, path, ask = await way(client, f"Nummer {uuid4().hex}")
    await _set(client, method, path, kind="replay-status")
    assert [(await ask()).status_code for _ in range(3)] == [200, 500, 200]


@WAYS
async def test_a_lagging_post_is_found_only_later(client: httpx.AsyncClient, way: Way) -> None:
    text = f"Nummer {uuid4().hex}"
    method, path, ask = await way(client, text)
    await _set(client, method, path, kind="lag", seconds=0.5)
    post = (await ask()).json()

    async def places() -> tuple[bool, bool, bool]:
        listed = (await client.get(f"/plain/{ACCOUNT}/posts")).json()
        page = await client.get(post["url"])
        draft = await client.get(path.removesuffix("/publish"))
        status = draft.json()["status"] if "/drafts/" in path else "published"
        found = post["id"] in {shown["id"] for shown in listed}
        return found, page.status_code == 200, status == "published"

    assert not any((await places())[:2])
    if "/drafts/" in path:
        assert not (await places())[2]

    async def everywhere() -> bool:
        return all(await places())

    await eventually(everywhere)


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_change_and_a_removal_can_lose_their_answers_too(
    simulator: Running, client: httpx.AsyncClient, method: str
) -> None:
    text = f"Nummer {uuid4().hex}"
    _, path, ask = await _chosen_id(client, text)
    await ask()
    await _set(client, method, path, kind="applied-then-status")
    body = {"text": f"{text} rättad"} if method == "PATCH" else None
    answers = [(await client.request(method, path, json=body)).status_code for _ in range(2)]
    assert answers == [500, 200 if method == "PATCH" else 204]
    first = simulator.record()[-2]
    assert (first["what"], first["fault"]) == (
        "edited" if method == "PATCH" else "deleted",
        "applied-then-status",
    )


async def test_a_rule_for_words_meets_the_words_of_a_post(client: httpx.AsyncClient) -> None:
    rule = {
        "method": "POST",
        "path": f"/plain/{ACCOUNT}/posts",
        "text": "räksmörgås",
        "effect": {"kind": "status", "status": 503},
    }
    await client.post("/faults", json=rule)
    texts = ("En räksmörgås", "Något annat")
    answers = [
        (await client.post(f"/plain/{ACCOUNT}/posts", json={"text": text})).status_code
        for text in texts
    ]
    assert answers == [503, 200]
