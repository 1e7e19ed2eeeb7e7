"""How long a Page's token holds, what it allows, and how many calls are left."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codes import Code
from schemas.posts import Addressee
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.channels.meta.usage import nearly_spent
from services.publisher.domain.answers import NotNow, Prepared, Published
from simulator.graph.desk import account_of, page_id
from tests.channels.builders import laid, parcel
from tests.simulator.running import Running, running_simulator

ENDS = datetime(2099, 5, 17, 8, tzinfo=UTC)
PAGE = page_id(account_of("regionen"))
ALL = ["pages_manage_posts", "pages_read_engagement", "pages_show_list"]
GRANTS = {
    "soon": {"expires_at": int(ENDS.timestamp())},
    "over": {"expires_at": 1},
    "reader": {"scopes": ["pages_show_list", "pages_read_engagement"]},
    "no-list": {"scopes": ALL[:2]},
    "busy": {},
}
CALLS = 20


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    accounts = dict.fromkeys(GRANTS, "regionen") | {"busy": "kris", "regionen-token": "regionen"}
    told = {"tokens": json.dumps(accounts), "grants": json.dumps(GRANTS)}
    with running_simulator(tmp_path_factory.mktemp("simulator"), **told) as running:
        yield running


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_simulator(tmp_path_factory.mktemp("narrow"), graph_calls=str(CALLS)) as running:
        yield running


def channel(running: Running, token: str) -> FacebookChannel:
    base = f"{running.url}/graph/v26.0"
    return FacebookChannel("fb", "Sidan", PAGE, token, timedelta(seconds=10), base_url=base)


@pytest.fixture
async def slow(narrow: Running) -> AsyncIterator[FacebookChannel]:
    made = channel(narrow, "regionen-token")
    yield made
    await made.close()


async def test_a_token_with_a_last_day_says_it(world: Running) -> None:
    one = channel(world, "soon")
    ready = await one.check()
    assert (ready.code, ready.token_ends) == (None, ENDS)
    assert (await one.check()).token_ends == ENDS
    await one.close()


async def test_a_token_for_ever_says_none(world: Running) -> None:
    one = channel(world, "regionen-token")
    ready = await one.check()
    assert (ready.code, ready.token_ends) == (None, None)
    await one.close()


async def test_a_permission_that_is_missing_is_named_before_a_post_needs_it(world: Running) -> None:
    one = channel(world, "reader")
    ready = await one.check()
    assert ready.code is Code.PERMISSION_MISSING
    assert ready.parameters == {"channel": "Sidan", "why": "pages_manage_posts"}
    refused = await one.prepare(parcel())
    assert isinstance(refused, NotNow)
    assert refused.code is Code.PERMISSION_MISSING
    await one.close()


async def test_a_permission_that_is_only_for_choosing_the_page_is_not_missed(
    world: Running,
) -> None:
    one = channel(world, "no-list")
    assert (await one.check()).code is None
    await one.close()


async def test_a_permission_that_is_only_for_comments_is_named_and_holds_no_post_up(
    world: Running,
) -> None:
    one, other = channel(world, "no-list"), channel(world, "regionen-token")
    assert isinstance(await one.prepare(parcel()), Prepared)
    assert (await one.check()).lacks == "pages_manage_engagement"
    assert (await other.check()).lacks == ""
    await one.close()
    await other.close()


async def test_a_token_that_has_ended_opens_nothing(world: Running) -> None:
    one = channel(world, "over")
    assert (await one.check()).code is Code.CREDENTIALS_REFUSED
    await one.close()


async def test_a_platform_that_says_nothing_of_the_token_does_not_make_it_unready(
    world: Running,
) -> None:
    one = channel(world, "regionen-token")
    await _strike(world, "POST", "/graph/v26.0/", {"kind": "status", "status": 500})
    ready = await one.check()
    assert (ready.code, ready.token_ends) == (None, None)
    await one.close()


async def test_the_permissions_are_used_once_and_not_at_every_look(world: Running) -> None:
    # A reading leaves no trace in the record, so a fault that counts is set in its way.
    rule = await _strike(
        world, "GET", f"/graph/v26.0/{PAGE}/scheduled_posts", {"kind": "status", "status": 500}, 9
    )
    one = channel(world, "regionen-token")
    for _ in range(3):
        assert (await one.check()).code is None
    async with httpx.AsyncClient() as client:
        standing = (await client.get(f"{world.url}/faults")).json()
        await client.delete(f"{world.url}/faults/{rule}")
    assert [each["struck"] for each in standing if each["id"] == rule] == [1]
    await one.close()


async def test_the_token_is_never_in_an_address(
    world: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = channel(world, "soon")
    asked: list[str] = []
    really = Exchange.ask

    async def ask(
        exchange: Exchange, method: str, path: str, patience: float, **more: Any
    ) -> Reply:
        asked.append(f"{path}?{more.get('params')}")
        return await really(exchange, method, path, patience, **more)

    monkeypatch.setattr(Exchange, "ask", ask)
    await one.check()
    assert any(address.startswith("/?") for address in asked)
    assert not any("soon" in address for address in asked)
    await one.close()


async def test_a_page_that_has_called_much_slows_down_before_it_is_told_to(
    slow: FacebookChannel, narrow: Running
) -> None:
    first = await slow.prepare(parcel())
    assert isinstance(first, Prepared)
    assert first.rest is None
    async with narrow.client() as client:
        for _ in range(CALLS * 3 // 4):
            await client.get(f"/graph/v26.0/{PAGE}")
    ready = await slow.commit(await laid(slow, parcel(f"Nästan slut {uuid4()}")))
    assert isinstance(ready, Published)
    assert ready.rest is not None
    assert ready.rest.code is Code.NEARLY_THROTTLED
    assert ready.rest.parameters["percent"] == 90
    assert ready.rest.wait == timedelta(seconds=80)
    async with narrow.client() as client:
        for _ in range(CALLS):
            await client.get(f"/graph/v26.0/{PAGE}")
    spent = await slow.prepare(parcel())
    assert isinstance(spent, NotNow)
    assert spent.code is Code.CHANNEL_THROTTLED
    assert spent.wait
    assert spent.wait > timedelta(minutes=10)


def usage(**headers: object) -> NotNow | None:
    calls = Calls(Exchange("http://127.0.0.1:9", {}), "Sidan", 1.0, refused=lambda _: None)
    said = {name.replace("_", "-"): json.dumps(value) for name, value in headers.items()}
    return nearly_spent(Reply(200, httpx.Headers(said), b"{}"), calls)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"X_App_Usage": {"call_count": 74, "total_time": 3}}, None),
        ({"X_App_Usage": {"call_count": 1, "total_cputime": 75}}, 5),
        ({"X_Business_Use_Case_Usage": {"1": [{"type": "pages", "call_count": 80}]}}, 30),
        ({"X_Business_Use_Case_Usage": {"1": [{}], "2": [{"total_time": 300}]}}, 130),
        ({"X_App_Usage": [1], "X_Business_Use_Case_Usage": {"1": 5, "2": ["x"]}}, None),
        ({"X_App_Usage": {"call_count": "99"}}, None),
    ],
)
def test_usage_is_read_from_whatever_comes(headers: dict[str, Any], seconds: int | None) -> None:
    answer = usage(**headers)
    wait = answer.wait if answer else None
    assert wait == (timedelta(seconds=seconds) if seconds else None)


async def _strike(
    world: Running, method: str, path: str, effect: dict[str, Any], count: int = 1
) -> int:
    rule = {"method": method, "path": path, "effect": effect, "count": count}
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{world.url}/faults", json=rule)
    return int(answer.raise_for_status().json()["id"])


async def test_a_token_that_may_not_answer_comments_is_told_so_before_anything_is_public(
    world: Running,
) -> None:
    maker, reader = channel(world, "regionen-token"), channel(world, "reader")
    text = f"Ett råd {uuid4()}"
    above = await maker.commit(await laid(maker, parcel(text)))
    assert isinstance(above, Published)
    said = {"beneath": above.external_id.partition("_")[2], "name": "Aina", "text": "Varför?"}
    async with world.client() as client:
        number = (await client.post("/readers/comments", json=said)).json()["id"]
    name = f"{said['beneath']}_{number}"
    answers = Addressee(comment=uuid4(), external_id=name, beneath=above.external_id)
    answer = await reader.commit(parcel("Därför.", answers=answers))
    await maker.close()
    await reader.close()
    assert isinstance(answer, NotNow)
    assert answer.code is Code.PERMISSION_MISSING
    assert "pages_read_user_content" in str(answer.parameters["why"])
    assert not [line for line in world.record() if line.get("text") == "Därför."]
