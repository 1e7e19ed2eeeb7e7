"""While an alert is on, every page of the newsroom says so at once, and says when it is over."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import feedparser
import httpx
import pytest
from babel.messages.pofile import read_po
from starlette.applications import Starlette

import services.publisher
from schemas.alerts import AlertDropped, AlertFact, Kind
from services.kit.boards import Position
from services.kit.messages import Told
from services.publisher.channels.newsroom.alerts import LABELS
from services.publisher.channels.newsroom.board import SIREN, NewsroomBoard
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.newsroom.routes import Door
from services.publisher.channels.newsroom.site import Site
from services.publisher.channels.newsroom.views import Views
from tests.channels.builders import content, item
from tests.channels.test_newsroom_board import CREATED, Room
from tests.channels.test_newsroom_channel import files_of
from tests.crisis import ENGLISH, HOUR, SWEDISH, WEB, alert, bulletin, issued

NIGHT = datetime(2026, 11, 22, 2, 12, tzinfo=UTC)
FIRST = issued(1, bulletin(NIGHT))
SHOWN = item(0, content=content("Hej alla.", title="Hej"))


class Night(Room):
    """A newsroom in which time passes as a test says, and the siren tells its alerts."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.now, self.alerts = NIGHT, 0
        self.board = NewsroomBoard(self.channel, self.store, lambda: self.now)

    def restart(self) -> None:
        self.board.close()
        self.board = NewsroomBoard(self.channel, self.store, lambda: self.now)

    def tell(self, *facts: AlertFact) -> None:
        page = [Told(fact, self.alerts + n, NIGHT) for n, fact in enumerate(facts, 1)]
        self.alerts += len(page)
        self.board.apply(SIREN, page, Position(CREATED, self.alerts))

    async def after(self, span: timedelta) -> None:
        self.now = NIGHT + span
        await self.board.draw()

    async def on_top(self) -> str:
        await self.board.draw()
        return (self.channel.folder.read("alerts.inc") or b"").decode()


@pytest.fixture
def night(tmp_path: Path) -> Night:
    made = Night(tmp_path / "room")
    made.publish(SHOWN)
    return made


@pytest.fixture
async def client(night: Night, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    door = Door(night.channel, Views(tmp_path / "views.sqlite"))
    transport = httpx.ASGITransport(Starlette(routes=list(door.routes())))
    async with httpx.AsyncClient(transport=transport, base_url="https://ny.example") as made:
        yield made


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), (f"/{SHOWN.slug}/", 200), ("/nowhere/", 404)]
)
async def test_an_alert_stands_on_every_page_without_any_page_being_drawn_anew(
    night: Night, client: httpx.AsyncClient, path: str, status: int
) -> None:
    await night.board.draw()
    before = {name: made for name, made in night.files().items() if name.endswith(".html")}
    calm = await client.get(path)
    assert (calm.status_code, SWEDISH.headline in calm.text) == (status, False)
    assert "#include" not in calm.text
    night.tell(alert(FIRST))
    await night.board.draw()
    answer = await client.get(path)
    assert answer.status_code == status
    for words in ("Krismeddelande 2026-7", SWEDISH.headline, SWEDISH.instruction, WEB):
        assert words in answer.text
    assert ENGLISH.headline in answer.text
    assert '<time datetime="2026-11-22T02:12:00Z">22 november 2026 kl. 03:12</time>' in answer.text
    assert answer.text.index(SWEDISH.headline) < answer.text.index("<main")
    after = {name: made for name, made in night.files().items() if name.endswith(".html")}
    assert after == before


async def test_readers_who_know_a_page_get_it_anew_when_an_alert_comes_and_goes(
    night: Night, client: httpx.AsyncClient
) -> None:
    await night.board.draw()

    async def again(known: httpx.Response) -> httpx.Response:
        return await client.get("/", headers={"If-None-Match": known.headers["etag"]})

    calm = await client.get("/")
    assert (await again(calm)).status_code == 304
    night.tell(alert(FIRST))
    await night.board.draw()
    loud = await again(calm)
    assert (loud.status_code, (await again(loud)).status_code) == (200, 304)
    await night.after(24 * HOUR)
    quiet = await again(loud)
    assert (quiet.status_code, quiet.content) == (200, calm.content)
    # One that goes by the date alone has seen the alert, and must not keep it.
    gone, seen = (parsedate_to_datetime(a.headers["last-modified"]) for a in (quiet, loud))
    assert gone >= seen


async def test_an_alert_is_gone_when_its_time_is(night: Night) -> None:
    night.tell(alert(FIRST))
    assert SWEDISH.headline in await night.on_top()
    await night.after(24 * HOUR - timedelta(seconds=1))
    assert SWEDISH.headline in await night.on_top()
    await night.after(24 * HOUR)
    assert await night.on_top() == ""


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("correction", "Rättelse av krismeddelande 2026-7"),
        ("all_clear", "Faran över: krismeddelande 2026-7"),
    ],
)
async def test_the_last_word_stands_for_a_day(night: Night, kind: Kind, label: str) -> None:
    night.tell(alert(FIRST, issued(2, bulletin(NIGHT + HOUR, kind))))
    assert "Rättelse" not in await night.on_top()
    await night.after(HOUR)
    top = await night.on_top()
    assert label in top
    assert top.count("<aside") == 1
    await night.after(24 * HOUR)
    assert label in await night.on_top()
    await night.after(25 * HOUR)
    assert await night.on_top() == ""


async def test_an_update_takes_the_place_of_what_was_said_before(night: Night) -> None:
    newer = SWEDISH.model_copy(update={"headline": "Koka vattnet även i Sjöbo"})
    night.tell(alert(FIRST, issued(2, bulletin(NIGHT + HOUR, "update", infos=(newer,)))))
    await night.after(2 * HOUR)
    top = await night.on_top()
    assert "Krismeddelande 2026-7, uppdaterat" in top
    assert newer.headline in top
    assert SWEDISH.headline not in top


async def test_nothing_is_shown_before_its_moment_or_if_it_is_dropped(night: Night) -> None:
    counting = issued(1, bulletin(NIGHT), release_at=NIGHT + timedelta(seconds=10))
    night.tell(alert(counting))
    assert await night.on_top() == ""
    night.tell(alert(counting, at=NIGHT + timedelta(seconds=5), kind=AlertDropped))
    await night.after(HOUR)
    assert await night.on_top() == ""
    assert b"2026-7" not in night.files()["atom.xml"]


@pytest.mark.parametrize("status", ["exercise", "test"])
async def test_exercises_and_tests_never_reach_the_newsroom(night: Night, status: str) -> None:
    night.tell(alert(issued(1, bulletin(NIGHT, status=status)), status=status))
    assert await night.on_top() == ""
    assert b"2026-7" not in night.files()["feed.json"]


async def test_every_bulletin_is_an_entry_of_its_own_in_the_feeds(night: Night) -> None:
    night.tell(alert(FIRST, issued(2, bulletin(NIGHT + HOUR, "correction"))))
    await night.board.draw()
    assert len(json.loads(night.files()["feed.json"])["items"]) == 2
    await night.after(HOUR)
    atom = feedparser.parse(night.files()["atom.xml"])
    assert not atom.bozo
    assert [entry.title for entry in atom.entries] == [
        f"Rättelse av krismeddelande 2026-7: {SWEDISH.headline}",
        f"Krismeddelande 2026-7: {SWEDISH.headline}",
        "Hej",
    ]
    assert len({entry.id for entry in atom.entries}) == 3
    assert atom.entries[1].link == WEB
    assert SWEDISH.instruction in atom.entries[1].content[0].value
    first = json.loads(night.files()["feed.json"])["items"][1]
    assert (first["url"], first["language"]) == (WEB, "sv")
    assert first["content_text"].startswith(SWEDISH.description)
    await night.after(timedelta(days=31))
    assert len(feedparser.parse(night.files()["atom.xml"]).entries) == 1


async def test_what_was_shown_is_shown_after_a_restart_and_in_a_new_folder(night: Night) -> None:
    night.tell(alert(FIRST))
    top = await night.on_top()
    night.restart()
    assert await night.on_top() == top
    for file in ("alerts.inc", ".drawn"):
        night.channel.folder.remove(file)
    assert await night.on_top() == top


async def test_hostile_words_stay_words(tmp_path: Path) -> None:
    site = Site("Nyheter", "https://ny.example/om")
    channel = NewsroomChannel("newsroom", site, tmp_path / "room")
    board = NewsroomBoard(channel, Room(tmp_path / "other").store, lambda: NIGHT)
    evil = SWEDISH.model_copy(update={"headline": "<script>x</script>\x0b", "instruction": "&<b>"})
    told = alert(issued(1, bulletin(NIGHT, infos=(evil,), web="javascript:alert(1)")))
    board.apply(SIREN, [Told(told, 1, NIGHT)], Position(CREATED, 1))
    await board.draw()
    files = files_of(channel.folder)
    assert b'#include virtual="/om/alerts.inc"' in files["index.html"]
    for made in (files["alerts.inc"], files["atom.xml"]):
        assert b"<script" not in made
        assert b"javascript:" not in made
        assert b"\x0b" not in made
    assert not feedparser.parse(files["atom.xml"]).bozo


def test_every_label_has_a_swedish_one() -> None:
    path = Path(services.publisher.__file__).parent / "locale" / "sv.po"
    with path.open("rb") as file:
        known = {str(entry.id) for entry in read_po(file) if entry.string}
    assert set(LABELS.values()) <= known
