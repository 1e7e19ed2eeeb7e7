"""A part of something large is given as it is asked for."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.kit.ranges import served

CONTENT = bytes(range(100))


async def read(first: int, last: int) -> AsyncIterator[bytes]:
    for at in range(first, last + 1, 7):
        yield CONTENT[at : min(at + 7, last + 1)]


async def give(request: Request) -> Response:
    return served(request, len(CONTENT), read, {"X-Kept": "yes"}, "video/mp4")


def client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=[Route("/", give)]))
    return httpx.AsyncClient(transport=transport, base_url="http://here")


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-9", 0, 9), ("90-", 90, 99), ("-10", 90, 99), ("5-5", 5, 5), ("50-500", 50, 99)],
)
async def test_a_range_is_given(asked: str, first: int, last: int) -> None:
    async with client() as reader:
        answer = await reader.get("/", headers={"Range": f"bytes={asked}"})
    assert (answer.status_code, answer.content) == (206, CONTENT[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/100"
    assert answer.headers["content-length"] == str(last + 1 - first)
    assert answer.headers["x-kept"] == "yes"


@pytest.mark.parametrize("asked", [None, "bytes=a-b", "bytes=0-1,5-6", "lines=0-9"])
async def test_all_is_given_where_no_one_range_is_asked_for(asked: str | None) -> None:
    async with client() as reader:
        answer = await reader.get("/", headers={"Range": asked} if asked else {})
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["accept-ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["100-", "200-300", "9-5", "-", "-0"])
async def test_a_range_that_is_not_there_is_refused(asked: str) -> None:
    async with client() as reader:
        answer = await reader.get("/", headers={"Range": f"bytes={asked}"})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == "bytes */100"


async def test_whoever_asks_for_the_head_gets_no_body() -> None:
    async with client() as reader:
        answer = await reader.head("/", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (206, b"")
    assert answer.headers["content-length"] == "10"
