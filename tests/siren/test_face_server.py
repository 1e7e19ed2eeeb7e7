"""The process that serves the public face: it answers from memory, and ends with its parent."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from services.publisher.siren.face.folder import PublicFolder
from services.publisher.siren.face.keeper import Face
from services.publisher.siren.face.settings import FaceSettings
from services.publisher.siren.face.shelf import Shelf
from services.publisher.siren.face.site import Site
from tests.harness.ports import free_port
from tests.harness.waiting import eventually
from tests.siren.bulletins import NIGHT, SENDER, alert, bulletin

URL = "https://larm.region-exempel.se"


class Public:
    """A face that runs, and a reader of it."""

    def __init__(self, path: Path) -> None:
        self.folder = PublicFolder(path)
        self.settings = FaceSettings(path, "127.0.0.1", free_port())
        self.face = Face(self.settings)
        self.session: aiohttp.ClientSession

    @property
    def pid(self) -> int:
        assert self.face._child is not None
        return self.face._child.pid

    async def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, bytes]:
        url = f"http://127.0.0.1:{self.settings.port}{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.request(
            method, url, headers=named, allow_redirects=False
        ) as answer:
            return answer.status, answer.headers, await answer.read()

    async def shout(self, noise: bytes) -> bytes:
        """Send what is no request."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.settings.port)
        writer.write(noise)
        try:
            return await reader.readline()
        finally:
            writer.close()

    async def answers(self) -> bool:
        try:
            return (await self.get("/health/live"))[0] == 200
        except aiohttp.ClientError:
            return False


@asynccontextmanager
async def open_face(path: Path) -> AsyncIterator[Public]:
    public = Public(path)
    public.folder.put(Site(SENDER, URL).draw([alert(bulletin())], NIGHT))
    async with aiohttp.ClientSession() as session:
        public.session = session
        public.face.start()
        try:
            await eventually(public.answers, within=20)
            yield public
        finally:
            await public.face.stop()


@pytest.mark.web
async def test_readers_get_pages_feeds_and_cap_with_all_that_a_cache_needs(tmp_path: Path) -> None:
    async with open_face(tmp_path / "public") as public:
        types = {
            "/": "text/html; charset=utf-8",
            "/en/": "text/html; charset=utf-8",
            "/2026-7/": "text/html; charset=utf-8",
            "/feed.atom": "application/atom+xml; charset=utf-8",
            "/cap/SE-REGEX-2026-7-1.xml": "application/cap+xml; charset=utf-8",
            "/icon.svg": "image/svg+xml",
        }
        for path, media_type in types.items():
            status, headers, body = await public.get(path)
            assert (status, headers["Content-Type"]) == (200, media_type)
            assert headers["Cache-Control"] == "public, max-age=10"
            assert "default-src 'none'" in headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert "aiohttp" not in headers["Server"]
            tag, changed = headers["ETag"], headers["Last-Modified"]
            assert tag.startswith('"')
            for known in ({"If_None_Match": f'"x", W/{tag}'}, {"If_Modified_Since": changed}):
                status, headers, again = await public.get(path, **known)
                assert (status, again, headers["ETag"]) == (304, b"", tag)
            assert (await public.get(path, If_None_Match='"x"', If_Modified_Since=changed))[
                0
            ] == 200
            assert (await public.get(path, If_Modified_Since="nonsense"))[0] == 200
            status, headers, nothing = await public.get(path, method="HEAD")
            assert (status, nothing, headers["Content-Length"]) == (200, b"", str(len(body)))

        public.folder.put({"media/instagram/ab-cd.jpg": b"jpeg"})
        assert (await public.get("/media/instagram/ab-cd.jpg"))[2] == b"jpeg"
        assert (await public.get("/?from=sms"))[0] == 200
        status, headers, _ = await public.get("/2026-7")
        assert (status, headers["Location"]) == (308, "2026-7/")
        status, headers, _ = await public.get("/2026-7/index.html")
        assert (status, headers["Location"]) == (308, "./")
        status, headers, body = await public.get("/nowhere/at/all")
        assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
        assert "adress" in body.decode()
        status, headers, _ = await public.get("/", method="POST")
        assert (status, headers["Allow"]) == (405, "GET, HEAD")
        for path in ("//evil.example", "/../settings.py", "/%2e%2e/%2e%2e/etc/passwd", "/.x"):
            assert (await public.get(path))[0] == 404

        for noise in (b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"/" * 20_000):
            assert b" 400 " in await public.shout(noise)
        assert await public.answers()

        if hasattr(os, "nice"):
            assert psutil.Process(public.pid).nice() >= 10


@pytest.mark.web
async def test_a_new_word_is_served_as_soon_as_it_is_drawn(tmp_path: Path) -> None:
    async with open_face(tmp_path / "public") as public:
        site = Site(SENDER, URL)
        _, before, _ = await public.get("/2026-7/")
        changed = public.folder.put(site.draw([alert(bulletin(), bulletin("correction"))], NIGHT))
        assert changed
        public.face.redrawn()

        async def corrected() -> bool:
            status, headers, body = await public.get("/2026-7/", If_None_Match=before["ETag"])
            return status == 200 and headers["ETag"] != before["ETag"] and b"telse" in body

        await eventually(corrected, within=1.5)


@pytest.mark.web
async def test_a_face_that_is_killed_is_back_by_itself(tmp_path: Path) -> None:
    async with open_face(tmp_path / "public") as public:
        first = public.pid
        psutil.Process(first).kill()
        await eventually(lambda: public.face.alive and public.pid != first, within=10)
        await eventually(public.answers, within=20)
        last = public.pid
    assert not psutil.pid_exists(last)
    assert not public.face.alive


PARENT = """
import asyncio, sys
from pathlib import Path
from services.publisher.siren.face.keeper import Face
from services.publisher.siren.face.settings import FaceSettings

async def main():
    face = Face(FaceSettings(Path(sys.argv[1]), "127.0.0.1", int(sys.argv[2])))
    face.start()
    while not face.alive:
        await asyncio.sleep(0.01)
    print(face._child.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.web
async def test_no_face_is_left_when_its_parent_is_killed(tmp_path: Path) -> None:
    port = free_port()
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(tmp_path), str(port), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    child = psutil.Process(int(await parent.stdout.readline()))
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    await eventually(lambda: not child.is_running(), within=20)


def test_links_hidden_files_and_strange_ones_are_not_on_the_shelf(tmp_path: Path) -> None:
    outside, public = tmp_path / "outside", tmp_path / "public"
    outside.mkdir()
    (outside / "secret.html").write_text("secret")
    (public / "sub").mkdir(parents=True)
    (public / "index.html").write_text("page")
    (public / "sub" / "index.html").write_text("sub")
    (public / ".index.html.1.part").write_text("half")
    (public / "totp.key").write_text("secret")
    (public / "link.html").symlink_to(outside / "secret.html")
    (public / "folder").symlink_to(outside)
    shelf = Shelf(public)
    shelf.look()
    assert set(shelf.files) == {"/", "/sub/"}


def test_a_card_that_a_platform_fetches_is_there_and_no_search_engine_lists_it(
    tmp_path: Path,
) -> None:
    PublicFolder(tmp_path / "public").put({"media/instagram/ab-cd.jpg": b"jpeg"})
    shelf = Shelf(tmp_path / "public")
    shelf.look()
    headers = shelf.files["/media/instagram/ab-cd.jpg"].headers
    assert (headers["Content-Type"], headers["X-Robots-Tag"]) == ("image/jpeg", "noindex")


def test_a_file_is_read_again_only_when_it_is_another(tmp_path: Path) -> None:
    folder = PublicFolder(tmp_path / "public")
    folder.put({"index.html": b"one", "en/index.html": b"same"})
    shelf = Shelf(folder.path)
    shelf.look()
    first, same = shelf.files["/"], shelf.files["/en/"]
    folder.put({"index.html": b"two", "en/index.html": b"same"})
    shelf.look()
    assert shelf.files["/"].content == b"two"
    assert shelf.files["/"].tag != first.tag
    assert shelf.files["/en/"] is same


def test_a_folder_that_has_gone_away_is_no_word_that_all_is_well(tmp_path: Path) -> None:
    folder = PublicFolder(tmp_path / "public")
    folder.put({"index.html": b"alert"})
    shelf = Shelf(folder.path)
    shelf.look()
    folder.path.rename(tmp_path / "elsewhere")
    shelf.look()
    assert shelf.files["/"].content == b"alert"


def test_the_child_is_given_what_its_parent_was_given(tmp_path: Path) -> None:
    settings = FaceSettings(folder=tmp_path, host="::1", port=8085)
    assert FaceSettings.of(settings.arguments()) == settings
