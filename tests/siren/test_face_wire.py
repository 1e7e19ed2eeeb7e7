"""What strangers may say to the public face, and how long they may take for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from services.publisher.siren.face.folder import PublicFolder
from services.publisher.siren.face.server import Door
from services.publisher.siren.face.shelf import Shelf
from services.publisher.siren.face.wire import Reader, Readers
from tests.harness.ports import free_port
from tests.harness.waiting import eventually

pytestmark = pytest.mark.web

PAGE = b"<!doctype html><p>Koka vattnet.</p>"
LARGE = b"x" * 1_000_000
GET = b"GET / HTTP/1.1\r\nHost: larm.example\r\n"


class Place:
    """A face in this process."""

    def __init__(self, folder: Path) -> None:
        PublicFolder(folder).put({"index.html": PAGE, "large/index.html": LARGE})
        shelf = Shelf(folder)
        shelf.look()
        self.readers = Readers(Door(shelf))
        self.port = free_port()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield reader, writer
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def said(self, *parts: bytes) -> bytes:
        """Say this, part by part, and hear until they part from us."""
        async with self.connected() as (reader, writer):
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0.02)
            async with asyncio.timeout(5):
                return await reader.read()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with serving(Place(tmp_path / "public")) as place:
        yield place


@asynccontextmanager
async def serving(place: Place) -> AsyncIterator[Place]:
    server = await asyncio.get_running_loop().create_server(
        lambda: Reader(place.readers), "127.0.0.1", place.port
    )
    try:
        yield place
    finally:
        server.close()
        await place.readers.leave(1)


LAST = GET + b"Connection: close\r\n\r\n"


async def test_requests_on_one_connection_are_answered_in_their_order(place: Place) -> None:
    heard = await place.said(GET + b"\r\n" + b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n" + LAST)
    first, head, last = heard.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert first.endswith(PAGE)
    assert last.endswith(PAGE)
    assert head.endswith(b"\r\n\r\n")
    assert b"Content-Length: %d\r\n" % len(PAGE) in head
    assert b"Connection: close" not in first
    assert b"Connection: close" in last
    told = first.split(b"Date: ")[1].split(b"\r\n")[0]
    assert parsedate_to_datetime(told.decode()).tzinfo is not None


async def test_a_request_may_come_in_any_pieces(place: Place) -> None:
    heard = await place.said(*(LAST[at : at + 7] for at in range(0, len(LAST), 7)))
    assert heard.startswith(b"HTTP/1.1 200 OK\r\n")
    assert heard.endswith(PAGE)


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        b"GET http://larm.example/?a=b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        GET + b"Content-Length: 3\r\n\r\nabc" + GET + b"\r\n",
        GET + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\nPRI * HTTP/2.0\r\n\r\n",
        b"GET /%69ndex.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ],
    ids=["1.0", "1.0 kept", "whole address", "body", "chunks", "upgrade", "quoted"],
)
async def test_whatever_else_a_request_asks_for_it_is_answered_once(
    place: Place, request_: bytes
) -> None:
    heard = await place.said(request_)
    assert heard.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close\r\n\r\n" in heard
    if b"ndex" in request_:
        assert heard.startswith(b"HTTP/1.1 308 ")
        assert b"\r\nLocation: ./\r\n" in heard
    else:
        assert heard.startswith(b"HTTP/1.1 200 OK\r\n")
        assert heard.endswith(PAGE)


@pytest.mark.parametrize(
    "noise",
    [
        b"\x16\x03\x01\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"/" * 20_000,
        GET + b"X: " + b"y" * 20_000,
        GET + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        GET + b"Content-Length: -1\r\n\r\n",
        b"GET //[ HTTP/1.1\r\nHost: x\r\nBad Header\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_told_so_once(place: Place, noise: bytes) -> None:
    heard = await place.said(noise)
    assert heard.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert heard.count(b"HTTP/1.1") == 1


async def test_many_tags_may_be_told_in_several_headers(place: Place) -> None:
    tag = (await place.said(LAST)).split(b"ETag: ")[1].split(b"\r\n")[0]
    known = b'If-None-Match: "a"\r\nif-none-match: W/' + tag + b"\r\n"
    heard = await place.said(GET + known + b"Connection: close\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert b"\r\nContent-Type" not in heard
    assert b"\r\nContent-Length" not in heard
    assert heard.endswith(b"\r\n\r\n")


async def test_who_is_silent_or_asks_by_drops_is_not_kept(place: Place) -> None:
    async with place.connected() as _, place.connected() as (_, drips):
        drips.write(b"GET / HT")
        await eventually(lambda: len(place.readers._here) == 2)
        now = place.readers.now
        place.readers.now = lambda: now() + 14
        place.readers.part_from_late()
        assert len(place.readers._here) == 2
        drips.write(b"TP/1.1\r\nX: ")
        await drips.drain()
        place.readers.now = lambda: now() + 16
        place.readers.part_from_late()
        await eventually(lambda: not place.readers._here)


async def test_who_does_not_read_is_answered_no_more_and_not_kept(place: Place) -> None:
    async with place.connected() as (_, writer):
        writer.write(b"GET /large/ HTTP/1.1\r\nHost: x\r\n\r\n" * 200)  # for 200 MB
        await eventually(lambda: place.readers._here)
        [here] = place.readers._here
        await eventually(lambda: here._wire.get_write_buffer_size() > 0)
        assert here._wire.get_write_buffer_size() <= 2 * len(LARGE)
        now = place.readers.now
        place.readers.now = lambda: now() + 16
        place.readers.part_from_late()
        assert place.readers._here == {here}
        place.readers.now = lambda: now() + 121
        place.readers.part_from_late()
        await eventually(lambda: not place.readers._here)
    assert await place.said(LAST)


async def test_a_slow_reader_gets_the_whole_answer(place: Place) -> None:
    heard = bytearray()
    async with place.connected() as (reader, writer), asyncio.timeout(20):
        writer.write(b"GET /large/ HTTP/1.1\r\nHost: x\r\n\r\n")
        while not heard.endswith(LARGE):
            heard += await reader.read(100_000)
            await asyncio.sleep(0.005)
