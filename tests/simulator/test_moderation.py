"""What is hidden strangers do not see, and what is pinned stands first, also after a restart."""

from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.simulator.running import STATUSES, Running, running_simulator

pytestmark = pytest.mark.web

GRAPH = "/graph/v26.0"
KRIS = {"Authorization": "Bearer kris-token"}


def first_article(running: Running, account: str, language: str) -> str:
    page = httpx.get(
        f"{running.url}/wall/posts",
        params={"account": account},
        headers={"Accept-Language": language},
        trust_env=False,
    )
    return page.text.partition("</article>")[0]


def comments(running: Running, url: str) -> int:
    return httpx.get(url, trust_env=False).text.count("<li>")


async def status(client: httpx.AsyncClient) -> str:
    made = await client.post(STATUSES, json={"status": f"Nummer {uuid4()}"})
    return str(made.json()["id"])


async def test_a_pinned_post_is_marked_in_both_languages_and_survives_a_restart(
    tmp_path: Path,
) -> None:
    with running_simulator(tmp_path) as running:
        async with running.client() as client:
            first = await status(client)
            await status(client)
            pinned = await client.post(f"{STATUSES}/{first}/pin")
        assert pinned.json()["pinned"] is True
        running.kill_and_restart()
        for language, words in (("sv", "fäst överst"), ("en", "pinned")):
            article = first_article(running, "regionen", language)
            assert f'data-key="{first}"' in article
            assert f"<b>{words}</b>" in article
        async with running.client() as client:
            await client.delete(f"{STATUSES}/{first}")
        assert "<b>" not in first_article(running, "regionen", "sv").partition("<footer>")[0]


async def test_pinning_what_is_pinned_is_refused_as_a_duplicate_and_letting_go_is_not(
    client: httpx.AsyncClient,
) -> None:
    post = await status(client)
    await client.post(f"{STATUSES}/{post}/pin")
    again = await client.post(f"{STATUSES}/{post}/pin")
    assert (again.status_code, again.json()) == (422, {"error": "Duplicate record"})
    for _ in range(2):
        let_go = await client.post(f"{STATUSES}/{post}/unpin")
        assert (let_go.status_code, let_go.json()["pinned"]) == (200, False)
    stranger = await client.post(f"{STATUSES}/{post}/pin", headers=KRIS)
    assert stranger.status_code == 404


async def test_a_hidden_comment_is_hidden_after_a_restart_and_its_neighbours_are_not(
    tmp_path: Path,
) -> None:
    with running_simulator(tmp_path, speed="1000000000") as running:
        async with running.client() as client:
            for _ in range(12):
                fields = {"message": f"Nummer {uuid4()}"}
                node = (await client.post(f"{GRAPH}/me/feed", data=fields)).json()["id"]
                asked = {"fields": "permalink_url"}
                url = (await client.get(f"{GRAPH}/{node}", params=asked)).json()["permalink_url"]
                if (seen := comments(running, url)) > 1:
                    break
            number = node.partition("_")[2]
            comment = f"{number}_{int(number) + 1}"
            hidden = await client.post(f"{GRAPH}/{comment}", data={"is_hidden": "true"})
            assert hidden.json() == {"success": True}
            running.kill_and_restart()
            assert comments(running, url) == seen - 1
            stranger = await client.post(
                f"{GRAPH}/{comment}", data={"is_hidden": "false"}, headers=KRIS
            )
            assert stranger.json()["error"]["error_subcode"] == 33
            assert comments(running, url) == seen - 1
            bad = await client.post(f"{GRAPH}/{comment}", data={"is_hidden": "perhaps"})
            assert bad.json()["error"]["code"] == 100


async def test_a_token_without_the_permission_hides_nothing(tmp_path: Path) -> None:
    grants = '{"regionen-token": {"scopes": ["pages_manage_posts", "pages_read_engagement"]}}'
    with running_simulator(tmp_path, speed="1000000000", grants=grants) as running:
        async with running.client() as client:
            for _ in range(12):
                fields = {"message": f"Nummer {uuid4()}"}
                node = (await client.post(f"{GRAPH}/me/feed", data=fields)).json()["id"]
                number = node.partition("_")[2]
                url = f"{running.url}/facebook/regionen.page/posts/{number}"
                if seen := comments(running, url):
                    break
            no = await client.post(
                f"{GRAPH}/{number}_{int(number) + 1}", data={"is_hidden": "true"}
            )
            assert (no.status_code, no.json()["error"]["code"]) == (403, 200)
            assert comments(running, url) == seen
