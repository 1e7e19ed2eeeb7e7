"""Pages: a stranger can read a post, nothing written in a post can run, and the wall keeps up."""

import asyncio
import json
from collections import Counter
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn import Config, Server

from tests.harness.ports import free_port
from tests.harness.waiting import eventually
from tests.simulator.running import STATUSES, Running, png, running_simulator

pytestmark = pytest.mark.web
NASTY = '<script>alert(1)</script> "><img src=x onerror=alert(2)>'


async def test_a_stranger_reads_a_post_and_its_open_graph(
    simulator: Running, client: httpx.AsyncClient
) -> None:
    media = await client.post(
        "/mastodon/api/v2/media",
        files={"file": ("b.png", png(), "image/png")},
        data={"description": NASTY},
    )
    fields = {"status": f"Läs detta {NASTY}", "media_ids": [media.json()["id"]]}
    post = (await client.post(STATUSES, json=fields)).json()
    async with httpx.AsyncClient(trust_env=False) as stranger:
        page = await stranger.get(post["url"])
        wall = await stranger.get(simulator.url, headers={"Accept-Language": "en"})

    assert page.status_code == 200
    assert '<meta property="og:description" content="Läs detta &lt;script&gt;' in page.text
    address = post["media_attachments"][0]["url"]
    assert f'<meta property="og:image" content="{address}">' in page.text
    for text in (page.text, wall.text):
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "Simulerad vägg" in page.text
    assert "Simulated wall" in wall.text
    for answer in (page, wall):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


async def test_an_open_wall_is_told_only_of_changes(client: httpx.AsyncClient) -> None:
    first = await client.get("/wall/posts?account=kris")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert (await client.get("/wall/posts?account=kris", headers=tag)).status_code == 304
    kris = {"Authorization": "Bearer kris-token"}
    await client.post(STATUSES, json={"status": "Nyss"}, headers=kris)
    changed = await client.get("/wall/posts?account=kris", headers=tag)
    assert changed.status_code == 200
    assert "Nyss" in changed.text


async def test_unknown_pages_are_missing_in_the_readers_language(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/mastodon/@ingen", headers={"Accept-Language": "sv"})
    assert page.status_code == 404
    assert "Inlägget finns inte" in page.text


async def test_health_says_why_it_is_not_ready(client: httpx.AsyncClient, tmp_path: Path) -> None:
    assert (await client.get("/health/ready")).json()["ready"] is True
    with running_simulator(tmp_path, tokens=json.dumps({})) as running:
        answer = await client.get(running.url + "/health/ready")
        assert answer.status_code == 503
        assert "SIMULATOR_TOKENS" in answer.json()["why"]


async def test_readers_visit_each_item_of_the_newsroom_once_and_stay_on_this_machine(
    tmp_path: Path,
) -> None:
    visits: Counter[str] = Counter()
    agents: set[str] = set()
    port = free_port()
    here = f"http://127.0.0.1:{port}"

    async def feed(_request: Request) -> Response:
        places = (f"{here}/a", "http://192.0.2.1/far", "file:///etc/hostname")
        return JSONResponse({"items": [{"url": place} for place in places]})

    async def item(request: Request) -> Response:
        visits[request.url.path] += 1
        agents.add(request.headers["User-Agent"])
        return Response("ok")

    routes = [Route("/feed.json", feed), Route("/{name}", item)]
    server = Server(Config(Starlette(routes=routes), port=port, log_level="error"))
    serving = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started)
        told = {"newsroom_feed": f"{here}/feed.json"}
        with running_simulator(tmp_path, **told) as running:
            await eventually(lambda: visits["/a"] >= 3, within=20)
            seen = [entry for entry in running.record() if entry["what"] == "visited"]
        assert [entry["id"] for entry in seen] == [f"{here}/a"]
        assert all(agent.startswith("Mozilla/5.0") for agent in agents)
    finally:
        server.should_exit = True
        await serving
