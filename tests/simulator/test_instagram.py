"""The simulated Instagram answers as Meta's pages say, and is hard where they say nothing."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.graph.codes import id_of
from simulator.graph.instagram import user_id
from tests.harness.ports import free_port
from tests.harness.web import served
from tests.simulator.running import png, running_simulator

pytestmark = pytest.mark.web

ACCOUNT = user_id("regionen.instagram")
BASE = f"/graph/v26.0/{ACCOUNT}"


def jpeg(width: int = 40, height: int = 40) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "JPEG")
    return out.getvalue()


PICTURES = {
    "good.jpg": jpeg(),
    "tall.jpg": jpeg(30, 40),
    "wide.jpg": jpeg(40, 20),
    "drawn.png": png(40, 40),
    "page.html": b"<p>Logga in</p>",
    "large.jpg": jpeg() + b"\0" * 8_400_000,
}


@pytest.fixture
async def site() -> AsyncIterator[str]:
    async def give(request: Request) -> Response:
        content = PICTURES.get(request.path_params["name"])
        return Response(content, 200 if content else 404)

    port = free_port()
    async with served(Starlette(routes=[Route("/{name}", give)]), port):
        yield f"http://127.0.0.1:{port}"


async def create(client: httpx.AsyncClient, **fields: str) -> httpx.Response:
    return await client.post(f"{BASE}/media", data=fields)


async def made(client: httpx.AsyncClient, **fields: str) -> str:
    answer = await create(client, **fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def publish(client: httpx.AsyncClient, container: str) -> httpx.Response:
    return await client.post(f"{BASE}/media_publish", data={"creation_id": container})


def error(answer: httpx.Response) -> tuple[int, int | None]:
    assert answer.status_code == 400
    said: dict[str, Any] = answer.json()["error"]
    return said["code"], said.get("error_subcode")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("none.jpg", (9004, 2207052)),
        ("page.html", (36001, 2207005)),
        ("drawn.png", (36001, 2207005)),
        ("large.jpg", (36000, 2207004)),
        ("tall.jpg", (36003, 2207009)),
        ("wide.jpg", (36003, 2207009)),
    ],
)
async def test_a_picture_that_is_not_taken_is_refused_for_what_it_is(
    client: httpx.AsyncClient, site: str, name: str, code: tuple[int, int]
) -> None:
    assert error(await create(client, image_url=f"{site}/{name}")) == code


async def test_nothing_listens_where_the_picture_should_be(client: httpx.AsyncClient) -> None:
    address = f"http://127.0.0.1:{free_port()}/a.jpg"
    assert error(await create(client, image_url=address)) == (9004, 2207052)
    assert error(await create(client, caption="Bara ord")) == (100, None)


async def test_a_container_becomes_a_post_with_an_id_of_its_own(
    client: httpx.AsyncClient, site: str
) -> None:
    container = await made(client, image_url=f"{site}/good.jpg", caption="Hej", alt_text="Rött")
    path = f"/graph/v26.0/{container}/"
    state = await client.get(path, params={"fields": "status_code,status"})
    assert state.json() == {"id": container, "status_code": "FINISHED", "status": "FINISHED"}
    post = (await publish(client, container)).json()["id"]
    assert post != container
    state = await client.get(path, params={"fields": "status_code"})
    assert state.json()["status_code"] == "PUBLISHED"
    fields = {"fields": "caption,permalink,timestamp,media_type"}
    shown = (await client.get(f"/graph/v26.0/{post}", params=fields)).json()
    assert (shown["caption"], shown["media_type"]) == ("Hej", "IMAGE")
    assert post not in shown["permalink"]
    assert 'alt="Rött"' in (await client.get(shown["permalink"])).text
    listed = (await client.get(f"{BASE}/media", params={"fields": "id", "limit": "1"})).json()
    assert listed["data"] == [{"id": post}]


async def test_a_second_call_to_what_is_public_is_the_worst_that_it_can_be(
    client: httpx.AsyncClient, site: str
) -> None:
    container = await made(client, image_url=f"{site}/good.jpg", caption="Två gånger")
    first, second = [(await publish(client, container)).json()["id"] for _ in range(2)]
    assert first != second


async def test_a_carousel_is_made_of_items_that_were_made_for_one(
    client: httpx.AsyncClient, site: str
) -> None:
    address = f"{site}/good.jpg"
    items = [
        await made(client, image_url=address, is_carousel_item="true", alt_text=str(number))
        for number in range(2)
    ]
    lone = await made(client, image_url=address)
    carousel = {"media_type": "CAROUSEL", "caption": "Karusell"}
    assert error(await create(client, **carousel, children=items[0])) == (100, 2207028)
    mixed = f"{items[0]},{lone}"
    assert error(await create(client, **carousel, children=mixed)) == (100, 2207028)
    assert error(await create(client, **carousel, children=f"{items[0]},4711")) == (100, 33)
    whole = await made(client, **carousel, children=",".join(items))
    assert (await publish(client, whole)).status_code == 200


async def test_a_caption_has_its_limit(client: httpx.AsyncClient, site: str) -> None:
    long = {"image_url": f"{site}/good.jpg", "caption": "x" * 2201}
    assert error(await create(client, **long)) == (36004, 2207010)


async def test_insights_are_empty_before_they_are_known_and_fail_for_one_bad_name(
    client: httpx.AsyncClient, site: str
) -> None:
    container = await made(client, image_url=f"{site}/good.jpg", caption="Siffror")
    post = (await publish(client, container)).json()["id"]
    path = f"/graph/v26.0/{post}/insights"
    assert (await client.get(path, params={"metric": "views"})).json() == {"data": []}
    assert error(await client.get(path, params={"metric": "views,impressions"})) == (100, None)


async def test_a_deleted_post_is_gone_and_its_container_stays_published(
    client: httpx.AsyncClient, site: str
) -> None:
    container = await made(client, image_url=f"{site}/good.jpg", caption="Borta")
    post = (await publish(client, container)).json()["id"]
    gone = await client.delete(f"/graph/v26.0/{post}")
    assert gone.json() == {"success": True, "deleted_id": post}
    assert error(await client.delete(f"/graph/v26.0/{post}")) == (100, 33)
    state = await client.get(f"/graph/v26.0/{container}", params={"fields": "status_code"})
    assert state.json()["status_code"] == "PUBLISHED"


async def test_a_restart_forgets_no_container(tmp_path: Path, site: str) -> None:
    with running_simulator(tmp_path) as running:
        async with running.client() as client:
            address = f"{site}/good.jpg"
            out, ready = [await made(client, image_url=address, caption="Kvar") for _ in range(2)]
            await publish(client, out)
            running.kill_and_restart()
            states = [
                (await client.get(f"/graph/v26.0/{each}", params={"fields": "status_code"})).json()
                for each in (out, ready)
            ]
    assert [each["status_code"] for each in states] == ["PUBLISHED", "FINISHED"]


async def test_a_day_has_its_quota(tmp_path: Path, site: str) -> None:
    with running_simulator(tmp_path, posts_a_day="1") as running:
        async with running.client() as client:
            fields = {"image_url": f"{site}/good.jpg", "caption": "Kvot"}
            await publish(client, await made(client, **fields))
            assert error(await publish(client, await made(client, **fields))) == (9, 2207042)
            params = {"fields": "quota_usage,config"}
            said = (await client.get(f"{BASE}/content_publishing_limit", params=params)).json()
    config = {"quota_total": 1, "quota_duration": 86400}
    assert said == {"data": [{"quota_usage": 1, "config": config}]}


def test_an_address_that_nobody_made_leads_nowhere() -> None:
    assert [id_of(wrong) for wrong in ("å", "!")] == ["", ""]
