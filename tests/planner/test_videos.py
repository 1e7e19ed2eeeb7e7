"""Videos over HTTP: what is no film is refused, what is one is kept without the camera's notes."""

import hashlib
from typing import Any

import httpx
import pytest

from services.planner.videos import MOST_BYTES
from tests.harness.films import film
from tests.planner.samples import picture, variant, written
from tests.planner.web import Web

VIDEOS = "/api/v1/videos"
MP4 = {"Content-Type": "video/mp4"}


async def upload(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
    return await client.post(VIDEOS, content=content, headers=MP4)


async def test_a_video_is_kept_and_looked_at_in_parts(web: Web) -> None:
    async with web.client() as anna:
        told = await upload(anna, film(seconds=12.5))
        assert told.status_code == 201, told.text
        head: dict[str, Any] = told.json()
        whole = await anna.get(f"{VIDEOS}/{head['digest']}")
        part = await anna.get(f"{VIDEOS}/{head['digest']}", headers={"Range": "bytes=4-7"})
    assert (head["width"], head["height"], head["seconds"]) == (1080, 1920, 12.5)
    assert hashlib.sha256(whole.content).hexdigest() == head["digest"]
    assert len(whole.content) == head["size"]
    assert b"+59.3293" not in whole.content
    assert whole.headers["content-type"] == "video/mp4"
    assert (part.status_code, part.content) == (206, b"ftyp")


async def test_a_video_may_come_as_a_forms_file(web: Web) -> None:
    async with web.client() as anna:
        told = await anna.post(VIDEOS, files={"file": ("film.mp4", film(), "video/mp4")})
        again = await upload(anna, film())
        empty = await anna.post(VIDEOS, data={"a": "b"}, files={"x": ("", b"")})
    assert told.status_code == 201
    assert told.json() == again.json()
    assert empty.status_code == 422


@pytest.mark.parametrize("content", [b"", b"GIF89a", film()[:-40], film(codec=b"hvc1"), picture()])
async def test_a_file_that_is_no_video_is_refused(web: Web, content: bytes) -> None:
    async with web.client() as anna:
        told = await upload(anna, content)
    assert (told.status_code, told.json()["code"]) == (422, "video_unreadable")


async def test_a_video_too_large_to_keep_is_refused(web: Web) -> None:
    async with web.client() as anna:
        told = await upload(anna, bytes(MOST_BYTES + 1))
        assert (told.status_code, told.json()["code"]) == (422, "video_too_large")
        told = await upload(anna, bytes(MOST_BYTES + 100_000))
        assert (told.status_code, told.json()["code"]) == (413, "too_large")


async def test_only_those_who_write_upload_and_only_those_who_sign_in_look(web: Web) -> None:
    async with web.client() as anna, web.client(None) as nobody, web.client("doris") as doris:
        digest = (await upload(anna, film())).json()["digest"]
        assert (await nobody.get(f"{VIDEOS}/{digest}")).status_code == 401
        assert (await doris.get(f"{VIDEOS}/{digest}")).status_code == 200
        assert (await upload(doris, film())).status_code == 403
        assert (await anna.get(f"{VIDEOS}/{'0' * 64}")).status_code == 422


async def test_a_picture_is_no_video_though_it_has_a_digest(web: Web) -> None:
    async with web.client() as anna:
        head = (await anna.post("/api/v1/pictures", content=picture())).json()
        assert (await anna.get(f"{VIDEOS}/{head['digest']}")).status_code == 422
        shown = {"digest": head["digest"], "description": "En bild"}
        told = await anna.post("/api/v1/posts", json=written(variant(video=shown)))
    codes = [each["code"] for each in told.json()["errors"]]
    assert (told.status_code, codes) == (422, ["video_unknown"])
