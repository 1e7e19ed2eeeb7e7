"""The newsroom is drawn from facts: whatever is lost comes back as it was."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import feedparser
import pytest

from schemas.deliveries import DeliveryFact
from services.kit.boards import Position
from services.kit.messages import BrokerAway, NotWhole, Told
from services.publisher.channels.newsroom.board import STREAM, NewsroomBoard
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.newsroom.items import Item
from services.publisher.channels.newsroom.site import PER_PAGE, Site, whole
from tests.channels.builders import content, item, parcel, picture_file, published
from tests.channels.test_newsroom_channel import files_of

CREATED = "2026-11-20T08:00:00Z"


class Store:
    """Pictures in memory; one can be lost, or the broker away."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.away = False

    async def get(self, digest: str) -> bytes:
        if self.away:
            raise BrokerAway("no answer")
        if digest not in self.kept:
            raise NotWhole(digest)
        return self.kept[digest]

    async def whole(self, digest: str) -> None:
        await self.get(digest)

    async def size(self, digest: str) -> int:
        return len(await self.get(digest))

    async def read(self, digest: str, first: int, last: int) -> AsyncIterator[bytes]:
        content = await self.get(digest)
        for at in range(first, last + 1, 300):
            yield content[at : min(at + 300, last + 1)]


class Room:
    """A board with its stream of facts, which can be started anew on what is left."""

    def __init__(self, folder: Path) -> None:
        self.site = Site("Nyheter", "https://ny.example")
        self.channel = NewsroomChannel("newsroom", self.site, folder)
        self.store = Store()
        self.stream: list[Item | DeliveryFact] = []
        self.board = NewsroomBoard(self.channel, self.store)

    def restart(self) -> None:
        self.board.close()
        self.board = NewsroomBoard(self.channel, self.store)

    def publish(self, *shown: Item | DeliveryFact) -> None:
        self.stream += shown
        self.follow()

    def follow(self, page: int = 256) -> None:
        """Read on from the remembered position, as the follower does."""
        position = self.board.position(STREAM) or Position(CREATED, 0)
        while position.sequence < len(self.stream):
            start = position.sequence
            facts = [
                published(shown, sequence=number)
                if isinstance(shown, Item)
                else Told(shown, number, shown.occurred_at)
                for number, shown in enumerate(self.stream[start : start + page], start + 1)
            ]
            position = Position(CREATED, start + len(facts))
            self.board.apply(STREAM, facts, position)

    def items(self) -> list[Item]:
        return [shown for shown in self.stream if isinstance(shown, Item)]

    def files(self) -> dict[str, bytes]:
        return {
            name: made
            for name, made in files_of(self.channel.folder).items()
            if not name.startswith(".")
        }


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path / "newsroom")


async def test_published_posts_are_drawn_as_the_site_draws_them_all(room: Room) -> None:
    for number in range(2 * PER_PAGE + 3):
        room.publish(item(number))
        await room.board.draw()
    assert room.files() == whole(room.site, room.items())


async def test_an_empty_newsroom_has_its_first_page_at_once(room: Room) -> None:
    assert room.board.problems() == ["the newsroom newsroom has 0 posts to draw"]
    await room.board.draw()
    assert room.files() == whole(room.site, [])
    assert room.board.problems() == []


@pytest.mark.parametrize("lost", ["public", "everything", "board.sqlite"])
async def test_a_lost_folder_comes_back_identical_after_a_restart(room: Room, lost: str) -> None:
    file = picture_file()
    room.store.kept[file.picture.digest] = file.content
    room.publish(*(item(number) for number in range(30)))
    room.publish(item(30, content=content(pictures=(file.picture,))))
    await room.board.draw()
    before = room.files()
    assert f"pictures/{file.picture.digest}.png" in before

    room.board.close()
    match lost:
        case "public":
            shutil.rmtree(room.channel.folder.path)
        case "everything":
            shutil.rmtree(room.channel.data)
        case name:
            (room.channel.data / name).unlink()
    room.board = NewsroomBoard(room.channel, room.store)
    room.follow()
    await room.board.draw()
    assert room.files() == before


async def test_a_folder_that_is_deleted_while_we_run_comes_back(room: Room) -> None:
    room.publish(item(0), item(1))
    await room.board.draw()
    before = room.files()
    shutil.rmtree(room.channel.data)
    await room.board.draw()
    assert room.board.position(STREAM) is None
    room.follow()
    await room.board.draw()
    assert room.files() == before


async def test_a_restart_goes_on_from_where_it_was(room: Room) -> None:
    room.publish(item(0))
    await room.board.draw()
    room.restart()
    assert room.board.position(STREAM) == Position(CREATED, 1)
    room.publish(item(1))
    await room.board.draw()
    assert room.files() == whole(room.site, room.items())


async def test_what_was_noted_but_not_drawn_is_drawn_after_a_restart(room: Room) -> None:
    room.publish(item(0))
    room.restart()
    await room.board.draw()
    assert room.files() == whole(room.site, room.items())


async def test_a_file_that_cannot_be_read_is_filled_anew(room: Room) -> None:
    room.publish(item(0))
    await room.board.draw()
    room.board.close()
    (room.channel.data / "board.sqlite").write_bytes(b"not a database" * 1000)
    room.board = NewsroomBoard(room.channel, room.store)
    assert room.board.position(STREAM) is None
    room.follow()
    await room.board.draw()
    assert room.files() == whole(room.site, room.items())


async def test_the_same_fact_twice_is_one_entry(room: Room) -> None:
    told = published(item(0))
    room.board.apply(STREAM, [told], Position(CREATED, 1))
    room.board.apply(STREAM, [told], Position(CREATED, 1))
    await room.board.draw()
    feed = feedparser.parse(room.files()["atom.xml"])
    assert len(feed.entries) == 1


async def test_a_committed_page_and_the_drawn_one_are_one_page(room: Room) -> None:
    sent = parcel("Hej alla.", title="Hej")
    await room.channel.commit(sent)
    committed = room.files()
    room.publish(
        Item(post=sent.post, revision=1, content=sent.content, published_at=sent.publish_at)
    )
    await room.board.draw()
    drawn = room.files()
    [page] = committed
    assert drawn[page] == committed[page]
    assert len([path for path in drawn if path.startswith("hej-")]) == 1


async def test_other_channels_and_facts_without_content_are_not_shown(room: Room) -> None:
    bare = published(item(1))
    without = bare.fact.model_copy(update={"content": None})
    others = [published(item(0), channel="other"), type(bare)(without, 2, bare.stored_at)]
    room.board.apply(STREAM, others, Position(CREATED, 2))
    await room.board.draw()
    assert room.files() == whole(room.site, [])


async def test_another_stream_makes_another_list_and_takes_no_page_away(room: Room) -> None:
    room.publish(item(0))
    await room.board.draw()
    room.board.clear()
    room.stream = [item(1)]
    room.follow()
    await room.board.draw()
    files = room.files()
    assert files["index.html"] == whole(room.site, [item(1)])["index.html"]
    assert f"{item(0).slug}/index.html" in files


async def test_a_changed_look_draws_everything_anew(room: Room, tmp_path: Path) -> None:
    room.publish(*(item(number) for number in range(45)))
    await room.board.draw()
    room.board.close()
    room.site = Site("Nytt namn", "https://ny.example")
    room.channel = NewsroomChannel("newsroom", room.site, tmp_path / "newsroom")
    room.board = NewsroomBoard(room.channel, room.store)
    await room.board.draw()
    assert room.files() == whole(room.site, room.items())


async def test_a_missing_picture_holds_up_neither_its_page_nor_other_pictures(room: Room) -> None:
    lost, late = picture_file("Borta"), picture_file("Sen", b"\x01\x02\x03")
    room.store.kept[late.picture.digest] = late.content
    room.store.away = True
    shown = [item(n, content=content(pictures=(p.picture,))) for n, p in enumerate((lost, late))]
    room.publish(*shown)
    await room.board.draw()
    assert {f"{one.slug}/index.html" for one in shown} <= set(room.files())
    assert shown[0].slug in room.files()["index.html"].decode()
    assert not [path for path in room.files() if path.startswith("pictures/")]
    room.store.away = False
    await room.board.draw()
    assert room.files()[f"pictures/{late.picture.digest}.png"] == late.content
    assert f"pictures/{lost.picture.digest}.png" not in room.files()
    room.store.kept[lost.picture.digest] = lost.content
    await room.board.draw()
    assert room.files()[f"pictures/{lost.picture.digest}.png"] == lost.content
