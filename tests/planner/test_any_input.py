"""Whatever a client sends, it gets an answer that it can act on; a 500 is a bug of ours."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.planner.asking import approve, submit
from tests.planner.deliveries import delivery
from tests.planner.samples import variant, written
from tests.planner.web import Web

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
WHOLE = written(
    variant(
        "mastodon",
        title="",
        link="https://www.example.org/",
        language="sv",
        pictures=[{"digest": "a" * 64, "alt": "En filt"}],
        answers=None,
        publish_at={"local": "2026-11-24T18:30", "zone": "Europe/Stockholm", "instant": None},
    ),
    series="har-jobbar-jag",
    labels=["vinter"],
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


def replaced(path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    body = deepcopy(WHOLE)
    target: Any = body
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return body


@given(path=st.sampled_from(list(places(WHOLE))), value=VALUES)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_any_body_gets_a_clear_answer(web: Web, path: tuple[Any, ...], value: Any) -> None:
    content = json.dumps(replaced(path, value)).encode()
    async with web.client() as anna:
        said = await anna.post(
            "/api/v1/posts", content=content, headers={"Content-Type": "application/json"}
        )
    assert said.status_code in {201, 413, 422}
    if said.status_code != 201:
        assert said.json()["remedy"]
        assert "{" not in said.json()["detail"].replace(str(value), "")


@given(url=VALUES, choice=VALUES | st.just("there"), on=VALUES | st.just(0))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
async def test_any_decision_gets_a_clear_answer(web: Web, url: Any, choice: Any, on: Any) -> None:
    async with web.client() as anna:
        post = (await approve(web, await submit(anna))).json()["id"]
        web.told(delivery("uncertain", post=UUID(post)))
        entry = web.memory.told[-1].sequence if on == 0 else on
        said = await anna.post(
            f"/api/v1/posts/{post}/channels/newsroom/decision",
            content=json.dumps({"choice": choice, "on": entry, "url": url}).encode(),
            headers={"Content-Type": "application/json"},
        )
    assert said.status_code in {409, 422}
    assert said.json()["remedy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "GET", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "headers",
    [
        {"If-Match": "\x00".encode("latin-1").decode("latin-1")},
        {"If-Match": ",,, W/"},
        {"If-None-Match": '"x"'},
        {"Authorization": "Bearer"},
        {"Accept-Language": ";;;q=x,*"},
        {"Content-Type": "multipart/form-data; boundary="},
        {"Cookie": "budkavle=; budkavle=x"},
        {"Last-Event-ID": "å".encode().decode("latin-1")},
    ],
)
async def test_odd_headers_are_no_crash(web: Web, method: str, headers: dict[str, str]) -> None:
    path = "/api/v1/posts/00000000-0000-0000-0000-000000000000"
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    async with web.client() as anna:
        said = await anna.send(
            httpx.Request(
                method,
                f"http://planner{path}",
                headers=[*anna.headers.raw, *raw],
                content=b"{}",
            )
        )
    assert said.status_code < 500
