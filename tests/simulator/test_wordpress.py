"""The simulated WordPress: what a stranger reads, what comes back after a crash, who comments."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.harness.waiting import eventually
from tests.simulator.running import Running, png, running_simulator

pytestmark = pytest.mark.web
OWN = ("regionen", "regionen-token")


@pytest.fixture
async def owner(simulator: Running) -> AsyncIterator[httpx.AsyncClient]:
    base = f"{simulator.url}/wordpress/wp-json/wp/v2"
    async with httpx.AsyncClient(base_url=base, auth=OWN, trust_env=False) as client:
        yield client


async def post(owner: httpx.AsyncClient, **written: Any) -> dict[str, Any]:
    answer = await owner.post("/posts", json={"title": "x", **written})
    assert answer.status_code == 201
    return dict(answer.json())


async def test_the_wall_shows_a_post_with_its_title_and_pictures(
    simulator: Running, owner: httpx.AsyncClient
) -> None:
    draft = await post(owner, title="Nytt &amp; viktigt", content="<p>Ett<br />Två</p>")
    headers = {"Content-Type": "image/png", "Content-Disposition": "attachment; filename=a.png"}
    asked = {"post": draft["id"]}
    picture = (await owner.post("/media", params=asked, content=png(), headers=headers)).json()
    await owner.post(f"/media/{picture['id']}", json={"alt_text": "En filt"})
    async with httpx.AsyncClient(trust_env=False) as stranger:
        assert "Nytt" not in (await stranger.get(simulator.url)).text
        changed = {"status": "publish", "featured_media": picture["id"]}
        link = (await owner.post(f"/posts/{draft['id']}", json=changed)).json()["link"]
        pages = [
            (await stranger.get(where)).text
            for where in (simulator.url, link, f"{simulator.url}/wordpress/author/regionen/")
        ]
        await owner.delete(f"/posts/{draft['id']}")
        assert (await stranger.get(link)).status_code == 404
    for page in pages:
        assert "WordPress" in page
        assert "Nytt &amp; viktigt" in page
        assert "Ett<br" in page
        assert 'alt="En filt"' in page


async def test_a_crash_changes_nothing_of_what_its_owner_sees(
    simulator: Running, owner: httpx.AsyncClient
) -> None:
    kept = [
        await post(owner, slug="utkast", status="draft"),
        await post(owner, slug="ute", status="publish"),
        await post(owner, slug="slängt", status="draft"),
    ]
    await owner.delete(f"/posts/{kept[2]['id']}")
    paths = [f"/posts/{each['id']}" for each in kept]
    before = [(await owner.get(path)).json() for path in paths]
    assert [each["status"] for each in before] == ["draft", "publish", "trash"]
    simulator.kill_and_restart()
    assert [(await owner.get(path)).json() for path in paths] == before


async def test_readers_comment_and_are_counted(tmp_path: Any) -> None:
    with running_simulator(
        tmp_path, speed="1000000000", tokens=json.dumps({"t": "regionen"})
    ) as own:
        base = f"{own.url}/wordpress/wp-json/wp/v2"
        auth = ("regionen", "t")
        async with httpx.AsyncClient(base_url=base, auth=auth, trust_env=False) as owner:
            name = (await post(owner, status="publish"))["id"]

            async def commented() -> bool:
                asked = {"post": name, "per_page": 1}
                counted = await owner.get("/comments", params=asked)
                return int(counted.headers["X-WP-Total"]) > 0

            await eventually(commented)


async def test_a_host_that_throttles_answers_with_a_page(
    simulator: Running, owner: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    rule = {"method": "POST", "path": "/wordpress/", "count": 1}
    effect = {"kind": "throttle", "retry_after": 7}
    (await client.post("/faults", json={**rule, "effect": effect})).raise_for_status()
    answer = await owner.post("/posts", json={"title": "x"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.headers["Content-Type"].startswith("text/html")
