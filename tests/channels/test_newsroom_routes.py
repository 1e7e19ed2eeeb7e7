"""How strangers get the newsroom's pages: whole, cached with care, and counted."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from services.kit.boards import Position
from services.publisher.channels.newsroom.board import STREAM
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.newsroom.room import Newsroom
from services.publisher.channels.newsroom.site import Site
from services.publisher.channels.newsroom.views import Views, is_reader
from tests.channels.builders import content, item, parcel, picture_file, published
from tests.channels.test_newsroom_board import CREATED, Store
from tests.harness.waiting import eventually

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
FILE = picture_file()
SHOWN = item(0, content=content("Hej alla.", title="Hej", pictures=(FILE.picture,)))


@pytest.fixture
def channel(tmp_path: Path) -> NewsroomChannel:
    return NewsroomChannel("newsroom", Site("Nyheter", "https://ny.example"), tmp_path / "room")


@pytest.fixture
async def room(channel: NewsroomChannel) -> AsyncIterator[Newsroom]:
    store = Store()
    store.kept[FILE.picture.digest] = FILE.content
    room = Newsroom(channel, store)
    await room.start()
    room.board.apply(STREAM, [published(SHOWN)], Position(CREATED, 1))
    picture = channel.folder.path / "pictures" / f"{FILE.picture.digest}.png"
    await eventually(lambda: picture.exists() and not room.problems())
    yield room
    await room.stop()


@asynccontextmanager
async def reading(room: Newsroom) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=list(room.routes())))
    async with httpx.AsyncClient(
        transport=transport, base_url="https://ny.example", headers=BROWSER
    ) as client:
        yield client


@pytest.fixture
async def client(room: Newsroom) -> AsyncIterator[httpx.AsyncClient]:
    async with reading(room) as made:
        yield made


async def views(client: httpx.AsyncClient) -> int:
    answer = await client.get(f"/{SHOWN.slug}/numbers.json")
    assert answer.status_code == 200
    return int(answer.json()["views"])


@pytest.mark.parametrize(
    ("path", "media_type", "words"),
    [
        ("/", "text/html; charset=utf-8", "Nyheter"),
        (f"/{SHOWN.slug}/", "text/html; charset=utf-8", "Hej alla."),
        ("/atom.xml", "application/atom+xml; charset=utf-8", "<feed"),
        ("/feed.json", "application/feed+json", "jsonfeed"),
        ("/style.css", "text/css; charset=utf-8", ":root"),
        ("/icon.svg", "image/svg+xml", "<svg"),
    ],
)
async def test_every_file_comes_with_its_type_and_is_known_the_next_time(
    client: httpx.AsyncClient, path: str, media_type: str, words: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert words in answer.text
    assert "script" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    for known in (
        {"If-None-Match": answer.headers["etag"]},
        {"If-None-Match": f'W/{answer.headers["etag"]}, "other"'},
        {"If-Modified-Since": answer.headers["last-modified"]},
    ):
        again = await client.get(path, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == answer.headers["etag"]
    assert (await client.get(path, headers={"If-None-Match": '"old"'})).status_code == 200
    assert (await client.get(path, headers={"If-Modified-Since": "yesterday"})).status_code == 200
    head = await client.head(path)
    assert (head.status_code, head.content) == (200, b"")


async def test_a_picture_is_kept_by_browsers_for_ever(client: httpx.AsyncClient) -> None:
    path = f"/pictures/{FILE.picture.digest}.png"
    answer = await client.get(path)
    assert answer.content == FILE.content
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_an_address_without_its_slash_leads_to_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/{SHOWN.slug}", follow_redirects=True)
    assert answer.status_code == 200
    assert str(answer.url) == f"https://ny.example/{SHOWN.slug}/"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing/",
        "/nothing",
        "/nothing/numbers.json",
        "/pages/1/",
        "/atom.xml/",
        "/pictures/",
        "/.drawn",
        "/../board.sqlite",
        "/%2e%2e/board.sqlite",
        "/..%2fboard.sqlite",
        f"/{SHOWN.slug}/..%2f..%2f..%2fboard.sqlite",
        "/%00",
        "/a" * 300 + "/",
        "/" + "a" * 300,
    ],
)
async def test_where_nothing_is_a_page_says_so(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "Det finns inget på den här adressen" in answer.text
    assert "content-security-policy" in answer.headers


async def test_nothing_can_be_written_through_the_door(client: httpx.AsyncClient) -> None:
    assert (await client.post("/")).status_code == 405
    assert (await client.put("/atom.xml")).status_code == 405


async def test_readings_by_browsers_are_counted_and_others_are_not(
    client: httpx.AsyncClient,
) -> None:
    page = f"/{SHOWN.slug}/"
    assert await views(client) == 0
    for _ in range(3):
        answer = await client.get(page)
    await client.get(page, headers={"If-None-Match": answer.headers["etag"]})
    assert await views(client) == 4

    await client.head(page)
    await client.get(f"/{SHOWN.slug}")
    await client.get("/")
    for agent in (
        "Budkavle-Witness",
        "Mozilla/5.0 (compatible; Anybot/2.1; +http://a.example)",
        "",
    ):
        await client.get(page, headers={"User-Agent": agent})
    await client.get(page, headers={"Sec-Purpose": "prefetch;prerender"})
    assert await views(client) == 4


async def test_counts_and_their_beginning_outlive_a_restart(channel: NewsroomChannel) -> None:
    await channel.commit(parcel("Hej alla.", title="Hej", post=SHOWN.post))
    said = []
    for _ in range(2):
        room = Newsroom(channel, Store())
        await room.start()
        async with reading(room) as client:
            await client.get(f"/{SHOWN.slug}/")
            said.append((await client.get(f"/{SHOWN.slug}/numbers.json")).json())
        await room.stop()
    assert [one["views"] for one in said] == [1, 2]
    assert said[0]["since"] == said[1]["since"]
    assert datetime.fromisoformat(said[0]["since"]).tzinfo is not None


def test_when_the_counts_are_lost_counting_says_that_it_began_anew(tmp_path: Path) -> None:
    views = Views(tmp_path / "views.sqlite")
    first = views.since
    views.count("a")
    views.flush()
    assert views.of("a") == 1
    (tmp_path / "views.sqlite").unlink()
    views.count("a")
    views.flush()
    assert views.of("a") == 0
    assert first < views.since <= datetime.now(UTC) + timedelta(seconds=1)
    views.close()


def test_counts_that_cannot_be_read_begin_anew(tmp_path: Path) -> None:
    path = tmp_path / "views.sqlite"
    path.write_bytes(b"not a database" * 1000)
    views = Views(path)
    views.count("a")
    views.close()
    with sqlite3.connect(path) as rows:
        assert rows.execute("SELECT views FROM page").fetchall() == [(1,)]
    rows.close()


@pytest.mark.parametrize(
    ("agent", "reader"),
    [
        (BROWSER["User-Agent"], True),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Safari/604.1",
            True,
        ),
        ("Budkavle-Witness", False),
        ("curl/8.5.0", False),
        (
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML; compatible; Examplebot/2.1; +https://e.example/b)",
            False,
        ),
        ("Mozilla/5.0 (X11; Linux) HeadlessChrome/120.0", False),
        ("", False),
    ],
)
def test_a_reader_is_told_from_a_program(agent: str, *, reader: bool) -> None:
    assert is_reader({"user-agent": agent}) is reader
