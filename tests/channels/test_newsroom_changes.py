"""A corrected page stays at its address and says so; a retracted one is gone, and says that."""

import json
from datetime import timedelta
from pathlib import Path

import feedparser
import httpx
import pytest
from starlette.applications import Starlette

from schemas.codes import Code
from services.publisher.channels.newsroom.board import NewsroomBoard
from services.publisher.channels.newsroom.items import Item
from services.publisher.channels.newsroom.routes import Door
from services.publisher.channels.newsroom.site import PER_PAGE, whole
from services.publisher.channels.newsroom.views import Views
from services.publisher.domain.answers import Absent, NotNow, Published, Refused
from tests.channels.builders import (
    AT,
    content,
    corrected,
    item,
    parcel,
    picture_file,
    proof,
    retracted,
    sought,
)
from tests.channels.test_newsroom_board import Room

FIRST, SECOND = item(0), item(1)
LATER = AT + timedelta(days=1)
MENDED = content("Rätt telefonnummer är 1177.", title="Rättad rubrik")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path / "newsroom")


def changed(shown: Item) -> Item:
    """The item that comes of correcting `shown`."""
    return shown.model_copy(
        update={"revision": 2, "content": MENDED, "changed_at": LATER, "place": shown.slug}
    )


async def test_a_corrected_page_keeps_its_address_and_says_when_it_changed(room: Room) -> None:
    room.publish(FIRST, SECOND)
    await room.board.draw()
    room.publish(corrected(FIRST, LATER, MENDED))
    await room.board.draw()
    assert room.files() == whole(room.site, [changed(FIRST), SECOND])
    page = room.files()[f"{FIRST.slug}/index.html"].decode()
    assert "1177" in page
    assert "Text nummer 0" not in page
    assert "Ändrad" in page
    assert '<time datetime="2026-11-24T17:30:00Z">24 november 2026 kl. 18:30</time>' in page
    assert '<time datetime="2026-11-23T17:30:00Z">' in page
    assert f'href="./{FIRST.slug}/">Rättad rubrik</a>' in room.files()["index.html"].decode()


async def test_feeds_keep_the_entry_and_say_that_it_is_newer(room: Room) -> None:
    room.publish(FIRST, SECOND, corrected(FIRST, LATER, MENDED))
    await room.board.draw()
    atom = feedparser.parse(room.files()["atom.xml"])
    newest, mended = atom.entries
    assert mended.id == f"urn:uuid:{FIRST.post}"
    assert (mended.published, mended.updated) == ("2026-11-23T17:30:00Z", "2026-11-24T17:30:00Z")
    assert newest.published == newest.updated
    assert atom.feed.updated == "2026-11-24T17:30:00Z"
    other, entry = json.loads(room.files()["feed.json"])["items"]
    assert entry["date_modified"] == "2026-11-24T17:30:00Z"
    assert entry["url"].endswith(f"/{FIRST.slug}/")
    assert "date_modified" not in other


async def test_a_retracted_post_is_gone_everywhere_and_its_address_says_so(room: Room) -> None:
    room.publish(*(item(number) for number in range(2 * PER_PAGE)))
    await room.board.draw()
    assert "pages/1/index.html" in room.files()
    room.publish(retracted(FIRST, LATER))
    await room.board.draw()
    left = room.items()[1:]
    assert room.files() == whole(room.site, left) | room.site.gone(FIRST.slug)
    assert not [name for name, made in room.files().items() if b"Text nummer 0 " in made]


@pytest.mark.parametrize("draws", [1, 3])
async def test_what_is_rebuilt_from_the_facts_is_the_same(room: Room, draws: int) -> None:
    for facts in (
        (FIRST, SECOND, item(2)),
        (corrected(SECOND, LATER, MENDED),),
        (retracted(FIRST, LATER),),
    ):
        room.publish(*facts)
        if draws > 1:
            await room.board.draw()
    await room.board.draw()
    before = room.files()
    assert before == whole(room.site, [changed(SECOND), item(2)]) | room.site.gone(FIRST.slug)
    room.board.close()
    for path in (room.channel.data / "board.sqlite", room.channel.folder.path / ".drawn"):
        path.unlink()
    room.board = NewsroomBoard(room.channel, room.store)
    room.follow()
    await room.board.draw()
    assert room.files() == before


async def test_a_post_may_be_published_anew_where_it_was_taken_back(room: Room) -> None:
    room.publish(FIRST, SECOND, retracted(FIRST, LATER))
    await room.board.draw()
    anew = FIRST.model_copy(update={"revision": 3})
    room.publish(anew)
    await room.board.draw()
    assert room.files() == whole(room.site, [SECOND, anew])


async def test_pictures_that_nobody_shows_any_more_are_taken_away(room: Room) -> None:
    mine, shared = picture_file("Min"), picture_file("Vår", b"\x01\x02\x03")
    for file in (mine, shared):
        room.store.kept[file.picture.digest] = file.content
    both = item(0, content=content(pictures=(mine.picture, shared.picture)))
    other = item(1, content=content(pictures=(shared.picture,)))
    room.publish(both, other)
    await room.board.draw()
    paths = [f"pictures/{file.picture.digest}.png" for file in (mine, shared)]
    assert set(paths) <= set(room.files())
    room.publish(retracted(both, LATER))
    await room.board.draw()
    assert [path in room.files() for path in paths] == [False, True]
    room.publish(corrected(other, LATER, MENDED))
    await room.board.draw()
    assert [path in room.files() for path in paths] == [False, False]


async def test_the_channel_corrects_in_place_and_twice_is_once(room: Room) -> None:
    sent = parcel("Ring 1178.", title="Ring oss")
    first = await room.channel.commit(sent)
    assert isinstance(first, Published)
    shown = Item(post=sent.post, revision=1, content=sent.content, published_at=AT)
    mended = parcel("Ring 1177.", post=sent.post, title="Ring rätt")
    for _ in range(2):
        assert await room.channel.correct(mended, proof(shown)) == first
    [(name, page)] = room.files().items()
    assert name == f"{first.external_id}/index.html"
    assert b"Ring 1177." in page
    assert await room.channel.find(sought(mended)) == first


async def test_the_channel_retracts_and_what_is_gone_stays_gone(room: Room) -> None:
    sent = parcel("Hej alla.", title="Hej")
    first = await room.channel.commit(sent)
    assert isinstance(first, Published)
    shown = Item(post=sent.post, revision=1, content=sent.content, published_at=AT)
    for _ in range(2):
        assert await room.channel.retract(proof(shown)) == first
    assert set(room.files()) == {f"{first.external_id}/gone.html"}
    assert await room.channel.find(sought(sent)) == Absent()
    assert await room.channel.commit(sent) == first
    assert set(room.files()) == {f"{first.external_id}/index.html"}


async def test_a_page_that_a_person_pointed_at_is_found_by_its_address(room: Room) -> None:
    sent = parcel("Hej alla.", title="Hej")
    first = await room.channel.commit(sent)
    assert isinstance(first, Published)
    shown = Item(post=sent.post, revision=1, content=sent.content, published_at=AT)
    pointed = proof(shown).model_copy(update={"external_id": first.url, "url": first.url})
    assert await room.channel.retract(pointed) == first


@pytest.mark.parametrize("name", ["../../etc", "", ".", "a/b", "Å"])
async def test_a_name_that_is_no_page_of_ours_touches_nothing(room: Room, name: str) -> None:
    (room.channel.data / "kept.txt").write_text("kept")
    strange = proof(FIRST).model_copy(update={"external_id": name, "url": f"https://x/{name}"})
    answer = await room.channel.retract(strange)
    assert answer == Refused(Code.RETRACTION_UNABLE, {"channel": "Nyheter"})
    assert room.files() == {}


async def test_a_disk_that_takes_nothing_has_surely_changed_nothing(room: Room) -> None:
    room.channel.folder.path.parent.mkdir(parents=True, exist_ok=True)
    room.channel.folder.path.write_text("a file where the folder should be")
    assert isinstance(await room.channel.retract(proof(FIRST)), NotNow)
    assert isinstance(await room.channel.correct(parcel(), proof(FIRST)), NotNow)


async def test_a_retracted_address_answers_gone(room: Room) -> None:
    room.publish(FIRST, SECOND, retracted(FIRST, LATER))
    await room.board.draw()
    views = Views(room.channel.data / "views.sqlite")
    app = Starlette(routes=Door(room.channel, views).routes())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://ny.example") as client:
        for address in (f"/{FIRST.slug}/", f"/{FIRST.slug}", f"/{FIRST.slug}/gone.html"):
            answer = await client.get(address)
            assert answer.status_code == 410
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert "Den här sidan har tagits tillbaka" in answer.text
            assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert (await client.get(f"/{SECOND.slug}/")).status_code == 200
        assert (await client.get(f"/{FIRST.slug}/numbers.json")).status_code == 404
    views.close()
