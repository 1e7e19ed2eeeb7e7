"""A video in the newsroom: on its page with a description, in the feeds, and gone with its post."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest
from starlette.applications import Starlette

from schemas.codes import Code
from services.kit.messages import NotWhole
from services.publisher.channels.newsroom.board import NewsroomBoard
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.newsroom.items import Item
from services.publisher.channels.newsroom.room import Newsroom
from services.publisher.channels.newsroom.site import Site
from services.publisher.domain.answers import NotNow, Published
from services.publisher.ports import Parcel, VideoFile
from tests.channels.builders import content, item, parcel, retracted, video_file
from tests.channels.test_newsroom_board import Room, Store
from tests.channels.test_newsroom_channel import files_of

VIDEO, FILM = video_file("En älg <går> förbi")
NAME = f"pictures/{VIDEO.digest}.mp4"
SHOWN = item(0, content=content("Hej alla.", title="Hej", video=VIDEO))


def full() -> Store:
    store = Store()
    store.kept[VIDEO.digest] = FILM
    return store


def filmed(store: Store) -> Parcel:
    sent = parcel("Hej alla.", title="Hej", video=VIDEO)
    read = VideoFile(VIDEO, lambda: store.read(VIDEO.digest, 0, VIDEO.size - 1))
    return replace(sent, video=read)


@pytest.fixture
def channel(tmp_path: Path) -> NewsroomChannel:
    return NewsroomChannel("newsroom", Site("Nyheter", "https://ny.example"), tmp_path / "data")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    made = Room(tmp_path / "newsroom")
    made.store.kept[VIDEO.digest] = FILM
    return made


async def test_a_parcel_becomes_a_page_with_its_video(channel: NewsroomChannel) -> None:
    answer = await channel.commit(filmed(full()))
    assert isinstance(answer, Published)
    files = files_of(channel.folder)
    assert files[NAME] == FILM
    page = files[f"{answer.external_id}/index.html"].decode()
    assert f'<source src="../{NAME}" type="video/mp4">' in page
    assert "<figcaption>Film: En älg &lt;går&gt; förbi</figcaption>" in page


async def test_the_channel_says_what_it_takes(channel: NewsroomChannel) -> None:
    limits = (await channel.check()).limits
    assert limits.video is not None
    assert limits.video.forms == ("post",)


async def test_a_video_that_cannot_be_read_is_no_page_yet(channel: NewsroomChannel) -> None:
    async def lost() -> Any:
        yield FILM[:100]
        raise NotWhole(VIDEO.digest)

    sent = replace(filmed(Store()), video=VideoFile(VIDEO, lost))
    answer = await channel.commit(sent)
    assert isinstance(answer, NotNow)
    assert answer.code is Code.CHANNEL_BUSY
    assert files_of(channel.folder) == {}


async def test_a_lost_folder_gets_its_video_back(room: Room) -> None:
    room.publish(SHOWN)
    await room.board.draw()
    before = room.files()
    assert before[NAME] == FILM
    shutil.rmtree(room.channel.folder.path)
    room.board.close()
    room.board = NewsroomBoard(room.channel, room.store)
    room.follow()
    await room.board.draw()
    assert room.files() == before


async def test_a_video_goes_with_the_last_post_that_shows_it(room: Room) -> None:
    other = item(1, content=content("Också.", video=VIDEO))
    room.publish(SHOWN, other)
    await room.board.draw()
    room.publish(retracted(SHOWN, SHOWN.published_at + timedelta(minutes=1)))
    await room.board.draw()
    assert NAME in room.files()
    room.publish(retracted(other, SHOWN.published_at + timedelta(minutes=2)))
    await room.board.draw()
    assert NAME not in room.files()


async def test_the_feeds_enclose_the_video(room: Room) -> None:
    room.publish(SHOWN)
    await room.board.draw()
    files = room.files()
    [entry] = feedparser.parse(files["atom.xml"]).entries
    [enclosed] = entry.enclosures
    address = f"https://ny.example/{NAME}"
    assert (enclosed.href, enclosed.type, enclosed.length) == (address, "video/mp4", str(len(FILM)))
    [told] = json.loads(files["feed.json"])["items"]
    assert told["attachments"] == [
        {
            "url": address,
            "mime_type": "video/mp4",
            "size_in_bytes": len(FILM),
            "duration_in_seconds": 12.0,
        }
    ]


async def test_readers_get_the_part_of_a_video_that_they_ask_for(channel: NewsroomChannel) -> None:
    store = full()
    await channel.commit(filmed(store))
    room = Newsroom(channel, store)
    transport = httpx.ASGITransport(Starlette(routes=list(room.routes())))
    async with httpx.AsyncClient(transport=transport, base_url="https://ny.example") as reader:
        part = await reader.get(f"/{NAME}", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["content-type"] == "video/mp4"
    assert "media-src 'self'" in part.headers["content-security-policy"]
    room.board.close()


def test_what_cannot_stand_in_a_page_is_left_out_of_a_description() -> None:
    said = VIDEO.model_copy(update={"description": "En\x00 älg"})
    shown: Item = item(0, content=content(video=said))
    assert shown.content.video is not None
    assert shown.content.video.description == "En älg"
