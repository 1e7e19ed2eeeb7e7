"""Faults do what they are called: applied or not, answered or not, and always in the record."""

import asyncio
import time
from typing import Any

import httpx
import pytest

from tests.harness.waiting import eventually
from tests.simulator.running import STATUSES, Running

pytestmark = pytest.mark.web


async def _set(client: httpx.AsyncClient, effect: dict[str, Any], **rest: Any) -> None:
    rule = {"method": "POST", "path": STATUSES, "count": 1, "effect": effect, **rest}
    answer = await client.post("/faults", json=rule)
    assert answer.status_code == 201, answer.text


async def _post(client: httpx.AsyncClient, text: str, key: str = "") -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(STATUSES, data={"status": text}, headers=headers)


def _published(simulator: Running, text: str) -> list[dict[str, Any]]:
    return [
        entry
        for entry in simulator.record()
        if entry["what"] == "published" and entry["text"] == text
    ]


@pytest.mark.parametrize("status", [401, 503])
async def test_an_error_before_changes_nothing(
    simulator: Running, client: httpx.AsyncClient, status: int
) -> None:
    text = f"Före {status}"
    await _set(client, {"kind": "status", "status": status})
    assert (await _post(client, text)).status_code == status
    assert _published(simulator, text) == []
    assert simulator.record()[-1]["fault"] == "status"
    assert (await _post(client, text)).status_code == 200


async def test_a_throttled_caller_is_told_when_to_return(client: httpx.AsyncClient) -> None:
    await _set(client, {"kind": "throttle", "retry_after": 7})
    answer = await _post(client, "Lugn")
    assert answer.status_code == 429
    assert answer.json() == {"error": "Too many requests"}
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert answer.headers["X-RateLimit-Reset"].endswith("Z")


async def test_applied_then_500_has_published(
    simulator: Running, client: httpx.AsyncClient
) -> None:
    await _set(client, {"kind": "applied-then-status"})
    assert (await _post(client, "Syns", "k500")).status_code == 500
    [entry] = _published(simulator, "Syns")
    assert (entry["status"], entry["fault"]) == (500, "applied-then-status")
    again = await _post(client, "Syns", "k500")
    assert (again.status_code, again.json()["id"]) == (200, entry["id"])


@pytest.mark.parametrize(("kind", "published"), [("reset-before", 0), ("reset-after", 1)])
async def test_a_reset_leaves_no_answer(
    simulator: Running, client: httpx.AsyncClient, kind: str, published: int
) -> None:
    await _set(client, {"kind": kind})
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await _post(client, kind)
    assert len(_published(simulator, kind)) == published
    assert simulator.record()[-1]["status"] == 0


async def test_a_hang_ends_without_anything_done(
    simulator: Running, client: httpx.AsyncClient
) -> None:
    await _set(client, {"kind": "hang", "seconds": 0.3})
    began = time.monotonic()
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await _post(client, "Hänger")
    assert time.monotonic() - began >= 0.3
    assert _published(simulator, "Hänger") == []


async def test_a_slow_platform_publishes_though_the_caller_has_left(
    simulator: Running, client: httpx.AsyncClient
) -> None:
    await _set(client, {"kind": "slow", "seconds": 0.5})
    with pytest.raises(httpx.ReadTimeout):
        await client.post(STATUSES, data={"status": "Trögt"}, timeout=0.1)
    assert _published(simulator, "Trögt") == []
    await eventually(lambda: len(_published(simulator, "Trögt")) == 1)


async def test_a_late_request_is_refused_and_still_comes_true(
    simulator: Running, client: httpx.AsyncClient
) -> None:
    await _set(client, {"kind": "late", "seconds": 0.4})
    assert (await _post(client, "Sent")).status_code == 504
    assert _published(simulator, "Sent") == []
    await eventually(lambda: len(_published(simulator, "Sent")) == 1)


async def test_a_replay_answers_500_though_the_post_stands(client: httpx.AsyncClient) -> None:
    await _set(client, {"kind": "replay-status"})
    first = await _post(client, "Repris", "replay")
    broken = await _post(client, "Repris", "replay")
    then = await _post(client, "Repris", "replay")
    assert [first.status_code, broken.status_code, then.status_code] == [200, 500, 200]


async def test_a_lagging_post_is_found_only_later(client: httpx.AsyncClient) -> None:
    await _set(client, {"kind": "lag", "seconds": 0.5})
    post = (await _post(client, "Eftersläpning")).json()
    address = f"{STATUSES}/{post['id']}"
    timeline = f"/mastodon/api/v1/accounts/{post['account']['id']}/statuses?min_id=0"
    listed = [status["id"] for status in (await client.get(timeline)).json()]
    assert post["id"] not in listed
    assert (await client.get(address)).status_code == 404
    assert (await client.get(post["url"])).status_code == 404
    assert "Eftersläpning" not in (await client.get("/")).text

    async def found() -> bool:
        return (await client.get(address)).status_code == 200

    await eventually(found)


async def test_a_rule_strikes_only_what_it_names(client: httpx.AsyncClient) -> None:
    await _set(client, {"kind": "status", "status": 503}, text="räksmörgås", count=None)
    assert (await _post(client, "Annat")).status_code == 200
    assert (await _post(client, "En räksmörgås")).status_code == 503
    as_json = await client.post(STATUSES, json={"status": "En räksmörgås"})
    assert as_json.status_code == 503
    [rule] = (await client.get("/faults")).json()
    assert rule["struck"] == 2
    assert (await client.delete(f"/faults/{rule['id']}")).status_code == 200
    assert (await _post(client, "En räksmörgås")).status_code == 200


async def test_a_wrong_rule_is_explained(client: httpx.AsyncClient) -> None:
    misspelled = {"method": "POST", "path": STATUSES, "effect": {"kind": "status"}, "cuont": 1}
    answer = await client.post("/faults", json=misspelled)
    assert answer.status_code == 422
    assert "cuont" in answer.json()["error"]
    assert "status" in answer.json()["error"]
    as_form = await client.post("/faults", content="{}", headers={"Content-Type": "text/plain"})
    assert as_form.status_code == 415


async def test_one_hanging_request_delays_nobody_else(client: httpx.AsyncClient) -> None:
    await _set(client, {"kind": "hang", "seconds": 5}, text="ensam")
    hanging = asyncio.create_task(_post(client, "ensam"))

    async def struck() -> bool:
        return bool((await client.get("/faults")).json()[0]["struck"])

    await eventually(struck)
    began = time.monotonic()
    assert (await _post(client, "andra")).status_code == 200
    assert time.monotonic() - began < 2
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)
