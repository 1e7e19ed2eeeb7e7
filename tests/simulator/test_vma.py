"""The list of VMA: sent, taken back, or lost by a test; read with the real one's manners."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.simulator.running import Running

pytestmark = pytest.mark.web

ALERTS = "/vma/api/v3/alerts"
DESK = "/vma/desk/alerts"
SMOKE = {"text": "Det brinner.\nGå in.", "areas": [{"name": "Borås kommun", "code": "1490"}]}


@pytest.fixture(autouse=True)
async def _an_empty_list(client: httpx.AsyncClient) -> AsyncIterator[None]:
    yield
    for alert in (await client.get(ALERTS)).json()["alerts"]:
        await client.delete(f"{DESK}/{alert['identifier']}")


async def _send(client: httpx.AsyncClient, **said: Any) -> dict[str, Any]:
    answer = await client.post(DESK, json={**SMOKE, **said})
    assert answer.status_code == 201, answer.text
    sent: dict[str, Any] = answer.json()
    return sent


async def _kinds(client: httpx.AsyncClient, **asked: str) -> list[str]:
    listed = (await client.get(ALERTS, params=asked)).json()["alerts"]
    return [alert["msgType"] for alert in listed]


async def test_a_message_is_listed_as_sveriges_radio_words_it(client: httpx.AsyncClient) -> None:
    sent = await _send(client, text_en="It burns.")
    [listed] = (await client.get(ALERTS)).json()["alerts"]
    assert listed == sent
    assert (listed["status"], listed["scope"], listed["references"]) == ("Actual", "Public", None)
    swedish, english = listed["info"]
    assert swedish["description"] == "Det brinner.\r\nGå in."
    assert swedish["category"] == ["Safety"]
    assert "&amp;" in swedish["web"]
    assert english["language"] == "en-US"


async def test_a_cancellation_stands_beside_what_it_takes_back(client: httpx.AsyncClient) -> None:
    sent = await _send(client)
    cancel = (await client.post(f"{DESK}/{sent['identifier']}/cancel")).json()
    assert await _kinds(client) == ["Cancel", "Alert"]
    assert cancel["info"] is None
    assert cancel["references"].split(",")[:2] == [sent["sender"], sent["identifier"]]
    assert cancel["references"].split(",")[2] != sent["sent"]


async def test_an_update_and_a_loss(client: httpx.AsyncClient) -> None:
    sent = await _send(client)
    await _send(client, updates=sent["identifier"])
    assert (await client.delete(f"{DESK}/{sent['identifier']}")).status_code == 204
    assert await _kinds(client) == ["Update"]
    assert (await client.post(f"{DESK}/{sent['identifier']}/cancel")).status_code == 404


async def test_a_geocode_chooses_with_what_takes_it_back(client: httpx.AsyncClient) -> None:
    sent = await _send(client)
    await client.post(f"{DESK}/{sent['identifier']}/cancel")
    for code, kinds in (("1490", ["Cancel", "Alert"]), ("14", ["Cancel", "Alert"]), ("0380", [])):
        assert await _kinds(client, geocode=code) == kinds


async def test_who_has_the_list_is_told_that_nothing_is_new(client: httpx.AsyncClient) -> None:
    first = await client.get(ALERTS)
    known = {"If-None-Match": first.headers["ETag"]}
    again = await client.get(ALERTS, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    assert "max-age=" in again.headers["Cache-Control"]
    await _send(client)
    assert (await client.get(ALERTS, headers=known)).status_code == 200


async def test_samples_are_tests_and_an_exercise(client: httpx.AsyncClient) -> None:
    assert (await client.post("/vma/desk/samples")).status_code == 201
    listed = (await client.get(ALERTS)).json()["alerts"]
    assert {alert["status"] for alert in listed} == {"Test", "Exercise"}


async def test_it_can_be_too_busy(client: httpx.AsyncClient) -> None:
    effect = {"kind": "throttle", "retry_after": 90}
    rule = {"method": "GET", "path": "/vma/", "count": 1, "effect": effect}
    assert (await client.post("/faults", json=rule)).status_code == 201
    busy = await client.get(ALERTS)
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "90")
    assert (await client.get(ALERTS)).status_code == 200


@pytest.mark.parametrize(
    "said",
    [{"text": ""}, {"areas": []}, {"areas": [{"name": "x", "code": "1"}]}, {"kind": "Alert"}],
)
async def test_what_is_no_announcement_is_refused(
    client: httpx.AsyncClient, said: dict[str, Any]
) -> None:
    assert (await client.post(DESK, json={**SMOKE, **said})).status_code == 422
    assert (await client.post(DESK, content=b"{}")).status_code == 415


async def test_the_list_outlives_a_power_cut(simulator: Running, client: httpx.AsyncClient) -> None:
    sent = await _send(client)
    simulator.kill_and_restart()
    [listed] = (await client.get(ALERTS)).json()["alerts"]
    assert listed == sent
