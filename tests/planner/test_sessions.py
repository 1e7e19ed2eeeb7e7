"""A one-time link opens one session; its cookie proves it until it is closed or too old."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest

from schemas.codes import Code
from services.planner.domain.refusals import Refusal
from services.planner.sessions import LINK_LIVES, SESSION_LIVES, Sessions, one_time_code
from tests.planner.fakes import Clock, FakeMemory
from tests.planner.samples import NOW, written
from tests.planner.web import KEY, Web


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(FakeMemory(), KEY, clock)


async def test_a_link_signs_one_person_in(sessions: Sessions) -> None:
    person, cookie = await sessions.open(one_time_code("anna", KEY, NOW))
    assert person == "anna"
    assert await sessions.person(cookie) == "anna"


async def test_a_link_opens_nothing_twice(sessions: Sessions) -> None:
    code = one_time_code("anna", KEY, NOW)
    await sessions.open(code)
    with pytest.raises(Refusal) as no:
        await sessions.open(code)
    assert no.value.code is Code.LINK_USED


async def test_two_links_are_two_links(sessions: Sessions) -> None:
    codes = {one_time_code("anna", KEY, NOW) for _ in range(2)}
    assert len({(await sessions.open(code))[1] for code in codes}) == 2


@pytest.mark.parametrize(
    "code",
    [
        "",
        "anna",
        "a.b.c.d",
        one_time_code("anna", "another key", NOW),
        one_time_code("anna", KEY, NOW).replace("anna", "bengt"),
        one_time_code("anna", KEY, NOW)[:-1],
        one_time_code("anna", KEY, NOW - LINK_LIVES - timedelta(seconds=1)),
        "å" * 30,
    ],
    ids=["none", "short", "made-up", "other-key", "other-person", "cut", "old", "letters"],
)
async def test_another_link_opens_nothing(sessions: Sessions, code: str) -> None:
    with pytest.raises(Refusal) as no:
        await sessions.open(code)
    assert no.value.code is Code.LINK_USED


async def test_a_session_ends(sessions: Sessions, clock: Clock) -> None:
    _, cookie = await sessions.open(one_time_code("anna", KEY, NOW))
    clock.moment += SESSION_LIVES
    assert await sessions.person(cookie) is None


async def test_a_closed_session_stays_closed(sessions: Sessions) -> None:
    _, cookie = await sessions.open(one_time_code("anna", KEY, NOW))
    await sessions.close(cookie)
    await sessions.close(cookie)
    assert await sessions.person(cookie) is None


@pytest.mark.parametrize("cookie", ["", ".", "x.y", "0" * 64, f"{'0' * 64}.x", "*.x", "å" * 64])
async def test_another_cookie_proves_nothing(sessions: Sessions, cookie: str) -> None:
    assert await sessions.person(cookie) is None


async def test_a_cookie_with_another_secret_proves_nothing(sessions: Sessions) -> None:
    _, cookie = await sessions.open(one_time_code("anna", KEY, NOW))
    assert await sessions.person(f"{cookie[:64]}.guess") is None


@asynccontextmanager
async def signed_in(web: Web) -> AsyncIterator[httpx.AsyncClient]:
    async with web.client(None) as browser:
        answer = await browser.get(f"/sign-in?code={one_time_code('anna', KEY, NOW)}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        said = answer.headers["set-cookie"]
        assert "HttpOnly" in said
        assert "SameSite=strict" in said
        yield browser


async def test_a_browser_signs_in_writes_and_signs_out(web: Web) -> None:
    async with signed_in(web) as browser:
        own = {"Origin": "http://planner"}
        drafted = await browser.post("/api/v1/posts", json=written(), headers=own)
        assert drafted.json()["by"] == "anna"
        out = await browser.post("/sign-out", headers=own)
        assert out.status_code == 303
        assert (await browser.get("/api/v1/posts")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:8081"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_another_sites_form_is_refused(web: Web, headers: dict[str, str]) -> None:
    async with signed_in(web) as browser:
        draft = await browser.post("/api/v1/posts", json=written(), headers=headers)
        leave = await browser.post("/sign-out", headers=headers)
        assert (await browser.get("/api/v1/posts")).status_code == 200
    for said in (draft, leave):
        assert (said.status_code, said.json()["code"]) == (403, "foreign_origin")


async def test_a_person_who_has_left_is_nobody(web: Web) -> None:
    async with signed_in(web) as browser:
        web.people.write_text("[people]\n")
        assert (await browser.get("/api/v1/posts")).status_code == 401
