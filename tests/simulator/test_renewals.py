"""The simulated Threads exchanges a token under Meta's rules: a day old, and not ended."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from simulator.graph.threads import BASE
from tests.simulator.running import Running, running_simulator

pytestmark = pytest.mark.web

HOUR, DAY = 3600, 24 * 3600
NOW = int(time.time())
GRANTS = {
    "ripe": {"issued_at": NOW - DAY - HOUR, "expires_at": NOW + 59 * DAY},
    "young": {"issued_at": NOW - DAY + HOUR, "expires_at": NOW + 60 * DAY},
    "over": {"issued_at": NOW - 61 * DAY, "expires_at": NOW - DAY},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    told = {"tokens": json.dumps(dict.fromkeys(GRANTS, "regionen")), "grants": json.dumps(GRANTS)}
    with running_simulator(tmp_path_factory.mktemp("simulator"), **told) as running:
        yield running


def exchange(world: Running, token: str, grant_type: str = "th_refresh_token") -> httpx.Response:
    asked = {"grant_type": grant_type, "access_token": token}
    url = f"{world.url}{BASE}/refresh_access_token"
    return httpx.get(url, params=asked, trust_env=False)


def whose(world: Running, token: str) -> dict[str, Any]:
    bearer = {"Authorization": f"Bearer {token}"}
    url = f"{world.url}{BASE}/v1.0/me?fields=id,username"
    said = httpx.get(url, headers=bearer, trust_env=False).json()
    return dict(said.get("error", said))


def test_a_newer_token_opens_the_same_profile_and_the_old_one_still_does(world: Running) -> None:
    said = exchange(world, "ripe").json()
    assert said["token_type"] == "bearer"
    assert said["expires_in"] == 60 * DAY
    assert said["access_token"] != "ripe"
    newer = whose(world, said["access_token"])
    assert newer["username"] == "regionen.threads"
    assert whose(world, "ripe") == newer
    world.kill_and_restart()
    assert whose(world, said["access_token"]) == newer
    assert exchange(world, said["access_token"]).status_code == 400, "it is too young"


@pytest.mark.parametrize(
    ("token", "code"), [("young", 100), ("over", 190), ("nobodys", 190), ("TH.å", 190), ("", 190)]
)
def test_what_is_too_young_over_or_unknown_is_not_exchanged(
    world: Running, token: str, code: int
) -> None:
    answer = exchange(world, token)
    assert (answer.status_code >= 400, answer.json()["error"]["code"]) == (True, code)


def test_the_kind_of_exchange_has_to_be_named(world: Running) -> None:
    assert exchange(world, "ripe", "ig_refresh_token").json()["error"]["code"] == 100


def test_a_signature_belongs_to_one_token(world: Running) -> None:
    said = exchange(world, "ripe").json()["access_token"]
    assert whose(world, said.replace("TH", "TI"))["code"] == 190
