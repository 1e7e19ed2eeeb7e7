"""Publishing in the newsroom: the same delivery makes the same page, and a look-up finds it."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from schemas.codes import Code
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.newsroom.folder import Folder
from services.publisher.channels.newsroom.site import Site
from services.publisher.domain.answers import Absent, NotNow, Published
from tests.channels.builders import parcel, picture_file, sought


@pytest.fixture
def channel(tmp_path: Path) -> NewsroomChannel:
    return NewsroomChannel("newsroom", Site("Nyheter", "https://ny.example"), tmp_path / "data")


def files_of(folder: Folder) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder.path)): path.read_bytes()
        for path in sorted(folder.path.rglob("*"))
        if path.is_file()
    }


async def test_a_parcel_becomes_a_page_with_its_pictures(channel: NewsroomChannel) -> None:
    file = picture_file()
    sent = parcel("Hej alla.", file, title="Hej")
    answer = await channel.commit(sent)
    slug = f"hej-{sent.post.hex[:8]}"
    assert answer == Published(slug, f"https://ny.example/{slug}/")
    files = files_of(channel.folder)
    assert set(files) == {f"{slug}/index.html", f"pictures/{file.picture.digest}.png"}
    assert files[f"pictures/{file.picture.digest}.png"] == file.content


async def test_the_same_parcel_twice_is_the_same_page(channel: NewsroomChannel) -> None:
    sent = parcel(title="Hej")
    first = await channel.commit(sent)
    before = files_of(channel.folder)
    assert await channel.commit(sent) == first
    assert files_of(channel.folder) == before


async def test_the_same_parcel_at_the_same_moment_is_the_same_page(
    channel: NewsroomChannel,
) -> None:
    sent = parcel("Hej alla.", picture_file(), title="Hej")
    answers = await asyncio.gather(*(channel.commit(sent) for _ in range(8)))
    assert len(set(answers)) == 1
    assert len(files_of(channel.folder)) == 2


async def test_a_page_is_found_and_another_is_absent(channel: NewsroomChannel) -> None:
    sent = parcel(title="Hej")
    assert await channel.find(sought(sent)) == Absent()
    answer = await channel.commit(sent)
    assert await channel.find(sought(sent)) == answer
    assert await channel.find(sought(parcel(title="Hej"))) == Absent()


async def test_a_post_whose_id_begins_alike_is_another_post(channel: NewsroomChannel) -> None:
    await channel.commit(parcel(title="Hej", post=UUID(int=5 << 96)))
    other = parcel(title="Hej då", post=UUID(int=(5 << 96) + 1))
    assert await channel.find(sought(other)) == Absent()


async def test_a_disk_that_takes_nothing_is_surely_not_public(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    channel = NewsroomChannel("newsroom", Site("Nyheter", "https://ny.example"), tmp_path / "data")
    answer = await channel.commit(parcel())
    assert isinstance(answer, NotNow)
    assert answer.code is Code.CHANNEL_BUSY
    assert (await channel.check()).code is Code.CHANNEL_BUSY


async def test_a_channel_that_can_write_is_ready(channel: NewsroomChannel) -> None:
    readiness = await channel.check()
    assert readiness.code is None
    assert readiness.limits.takes_title
    assert readiness.limits.characters is None
    assert files_of(channel.folder) == {}


def test_a_file_is_replaced_whole_and_only_when_it_differs(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.write("a/b.txt", b"one")
    stood = (tmp_path / "a/b.txt").stat()
    assert not folder.write("a/b.txt", b"one")
    assert (tmp_path / "a/b.txt").stat().st_mtime_ns == stood.st_mtime_ns
    assert folder.write("a/b.txt", b"two")
    assert (tmp_path / "a/b.txt").stat().st_ino != stood.st_ino
    assert files_of(folder) == {"a/b.txt": b"two"}


def test_only_what_a_killed_writer_left_is_taken_away(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.write("a/b.txt", b"one")
    (tmp_path / "a" / ".b.txt.0123.part").write_bytes(b"on")
    (tmp_path / "somebody's.part").write_bytes(b"theirs")
    folder.clear_partial()
    assert set(files_of(folder)) == {"a/b.txt", "somebody's.part"}
