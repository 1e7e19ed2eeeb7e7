"""Metrics reads the public web as a stranger would, and never waits long."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from time import monotonic

import pytest
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.metrics.ports import NoAnswer
from services.metrics.web import LARGEST, Stranger
from tests.harness.ports import free_port
from tests.metrics.site import Site, running_site

pytestmark = pytest.mark.web

SHORTLY = timedelta(seconds=0.3)


async def test_a_page_is_read_without_anything_that_says_who_reads(
    site: Site, stranger: Stranger
) -> None:
    url = site.show("/nyhet", "Hej på dig!")
    read = await stranger.read(url.replace("http://", "http://anna:hemligt@"))
    assert read.status == 200
    assert "Hej på dig!" in read.body
    [asked] = site.asked
    assert asked.headers["user-agent"] == "Budkavle-Witness"
    assert "authorization" not in asked.headers


async def test_a_page_is_read_directly_whatever_the_environment_says(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    for exception in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(exception, raising=False)
    async with Stranger(timedelta(seconds=5), {}) as reader:
        assert (await reader.read(site.show("/nyhet", "Hej på dig!"))).status == 200


async def test_a_cookie_is_not_brought_back(site: Site, stranger: Stranger) -> None:
    site.answers["/"] = Response("hej", headers={"set-cookie": "seen=1; Path=/"})
    await stranger.read(site.origin + "/")
    await stranger.read(site.origin + "/")
    assert ["cookie" in asked.headers for asked in site.asked] == [False, False]


async def test_a_page_that_is_gone_says_so(site: Site, stranger: Stranger) -> None:
    assert (await stranger.read(f"{site.origin}/borta")).status == 404


async def test_three_redirects_are_followed_and_a_fourth_is_not(
    site: Site, stranger: Stranger
) -> None:
    site.show("/4", "Framme")
    site.lead("/3", "/4")
    site.lead("/2", f"{site.origin}/3")
    site.lead("/1", "2")
    site.lead("/0", "/1")
    assert "Framme" in (await stranger.read(f"{site.origin}/1")).body
    assert (await stranger.read(f"{site.origin}/0")).status == 302


async def test_a_redirect_to_another_origin_is_not_followed(site: Site, stranger: Stranger) -> None:
    async with running_site() as other:
        url = site.lead("/", other.show("/", "Hej från någon annan"))
        assert (await stranger.read(url)).status == 302
        assert other.asked == []


async def test_another_origin_is_read_where_the_network_is_private(site: Site) -> None:
    site.show("/nyhet", "Hej på dig!")
    site.lead("/gammal", "https://REGION.example:443/nyhet")
    async with Stranger(timedelta(seconds=5), {"https://region.example": site.origin}) as reader:
        assert "Hej på dig!" in (await reader.read("https://Region.example/nyhet?a=b#c")).body
        assert "Hej på dig!" in (await reader.read("https://region.example/gammal")).body
    assert site.asked[0].url.query == "a=b"


async def test_only_the_beginning_of_a_large_page_is_read(site: Site, stranger: Stranger) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 100_000
            yield b"x" * 100_000

    async def answer(_: Request) -> Response:
        return StreamingResponse(endless())

    site.answers["/"] = answer
    assert len((await stranger.read(f"{site.origin}/")).body) == LARGEST
    assert sent < 100_000_000


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [
        ("text/html", "Hej på dig!".encode()),
        ("text/html; charset=iso-8859-1", "Hej på dig!".encode("latin-1")),
        ("text/html; charset=klingon", "Hej på dig!".encode()),
    ],
)
async def test_letters_are_read_as_the_page_says(
    site: Site, stranger: Stranger, media_type: str, sent: bytes
) -> None:
    site.answers["/"] = Response(sent, headers={"content-type": media_type})
    assert (await stranger.read(f"{site.origin}/")).body == "Hej på dig!"


async def test_bytes_that_are_no_letters_do_not_spoil_the_page(
    site: Site, stranger: Stranger
) -> None:
    site.answers["/"] = Response(b"Hej \xff du")
    assert (await stranger.read(f"{site.origin}/")).body == "Hej \ufffd du"


@pytest.mark.parametrize("drips", [False, True], ids=["silent", "dripping"])
async def test_a_slow_page_is_no_answer_when_the_time_is_up(site: Site, *, drips: bool) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(100):
            await asyncio.sleep(0.1)
            yield b"." if drips else b""

    async def answer(_: Request) -> Response:
        return StreamingResponse(slowly())

    site.answers["/"] = answer
    began = monotonic()
    async with Stranger(SHORTLY, {}) as reader:
        with pytest.raises(NoAnswer):
            await reader.read(f"{site.origin}/")
    assert monotonic() - began < 3


async def test_a_page_cut_in_the_middle_is_no_answer(stranger: Stranger) -> None:
    async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nHej")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    port = free_port()
    async with await asyncio.start_server(cut, "127.0.0.1", port):
        with pytest.raises(NoAnswer):
            await stranger.read(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/nyhet",
        "ftp://127.0.0.1/nyhet",
        "file:///etc/hostname",
        "http://127.0.0.1:x/",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "http:///nyhet",
        "http://a\u0000b/",
    ],
)
async def test_an_address_that_leads_nowhere_is_no_answer(stranger: Stranger, url: str) -> None:
    with pytest.raises(NoAnswer):
        await stranger.read(url)


async def test_a_site_that_is_away_is_no_answer(stranger: Stranger) -> None:
    with pytest.raises(NoAnswer):
        await stranger.read(f"http://127.0.0.1:{free_port()}/")
