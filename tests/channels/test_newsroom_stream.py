"""The newsroom on a real broker: what is told is shown, and what is deleted is shown again."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest

from schemas.envelope import now
from services.kit.blobs import Blobs
from services.kit.boards import Follower
from services.kit.bus import Bus
from services.kit.facts import Facts
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.newsroom.room import Newsroom
from services.publisher.channels.newsroom.site import Site
from tests.channels.builders import (
    AT,
    content,
    corrected,
    item,
    picture_file,
    published,
    retracted,
)
from tests.channels.test_newsroom_channel import files_of
from tests.crisis import SWEDISH, alert, bulletin, issued
from tests.harness.broker import Broker
from tests.harness.waiting import eventually

pytestmark = pytest.mark.nats


@asynccontextmanager
async def open_newsroom(bus: Bus, channel: NewsroomChannel) -> AsyncIterator[Newsroom]:
    room = Newsroom(channel, Blobs(bus.facts))
    follower = Follower(bus, room.board, room.patterns)
    await room.start()
    await follower.start()
    try:
        yield room
    finally:
        await follower.stop()
        await room.stop()


async def test_the_page_follows_the_stream_and_a_deleted_folder_comes_back(
    broker: Broker, tmp_path: Path
) -> None:
    channel = NewsroomChannel("newsroom", Site("Nyheter", "https://ny.example"), tmp_path / "room")
    file = picture_file()
    shown = [item(0), item(1, content=content("Med bild.", pictures=(file.picture,)))]
    public = channel.folder.path

    def entries() -> int:
        feed = public / "atom.xml"
        return len(feedparser.parse(feed.read_bytes()).entries) if feed.exists() else -1

    def whole() -> bool:
        return entries() == 2 and (public / "pictures" / f"{file.picture.digest}.png").exists()

    async with (
        broker.listening(broker.bus("planner")) as planner,
        broker.listening(broker.bus("publisher")) as bus,
    ):
        await Blobs(planner.facts).put(file.content)
        async with open_newsroom(bus, channel) as room:
            for one in shown:
                await bus.facts.tell(published(one).fact, after=0)
            await eventually(whole, within=10)
            await eventually(lambda: room.problems() == [])
            drawn = files_of(channel.folder)

            shutil.rmtree(channel.data)
            await eventually(whole, within=20)
            await eventually(lambda: files_of(channel.folder) == drawn)

        shutil.rmtree(channel.data)
        async with open_newsroom(bus, channel):
            await eventually(whole, within=10)
            await eventually(lambda: files_of(channel.folder) == drawn)


async def test_corrected_and_retracted_posts_follow_the_stream(
    broker: Broker, tmp_path: Path
) -> None:
    channel = NewsroomChannel("newsroom", Site("Nyheter", "https://ny.example"), tmp_path / "room")
    kept, taken = item(0), item(1)
    later, mended = AT + timedelta(hours=1), content("Rätt nummer är 1177.", title="Rättat")

    def settled() -> bool:
        told = (f"{kept.slug}/index.html", "index.html", "atom.xml", "feed.json")
        pages = [channel.folder.read(name) or b"" for name in told]
        gone = channel.folder.has(f"{taken.slug}/gone.html")
        shown = channel.folder.has(f"{taken.slug}/index.html")
        everywhere = all("Rättat" in page.decode() for page in pages)
        return everywhere and gone and not shown and taken.slug.encode() not in pages[-1]

    async with broker.listening(broker.bus("publisher")) as bus:
        async with open_newsroom(bus, channel) as room:
            sequences = [await bus.facts.tell(published(each).fact, 0) for each in (kept, taken)]
            await bus.facts.tell(corrected(kept, later, mended), sequences[0])
            await bus.facts.tell(retracted(taken, later), sequences[1])
            await eventually(settled, within=10)
            await eventually(lambda: room.problems() == [])
        drawn = files_of(channel.folder)
        shutil.rmtree(channel.data)
        async with open_newsroom(bus, channel):
            await eventually(lambda: files_of(channel.folder) == drawn, within=10)


async def test_an_alert_stands_there_as_soon_as_the_siren_has_told_it(
    broker: Broker, tmp_path: Path
) -> None:
    channel = NewsroomChannel("newsroom", Site("Nyheter", "https://ny.example"), tmp_path / "room")

    def on_top() -> str:
        return (channel.folder.read("alerts.inc") or b"").decode()

    async with (
        broker.connection("siren") as siren,
        broker.listening(broker.bus("publisher")) as bus,
        open_newsroom(bus, channel) as room,
    ):
        await eventually(lambda: room.problems() == [])
        first = issued(1, bulletin(now()))
        place = await Facts(siren).tell(alert(first), after=0)
        await eventually(lambda: SWEDISH.headline in on_top(), within=3)
        over = alert(first, issued(2, bulletin(now(), "all_clear")))
        await Facts(siren).tell(over, after=place)
        await eventually(lambda: "Faran över" in on_top(), within=3)
