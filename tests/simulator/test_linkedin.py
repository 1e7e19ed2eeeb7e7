"""The simulated LinkedIn is as awkward as the real one."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from simulator.linkedin.desk import account_of, owner_of
from tests.simulator.running import OWN, Running, png, running_simulator

pytestmark = pytest.mark.web

POSTS = "/linkedin/rest/posts"
OWNER = owner_of(account_of("regionen"))
SPOKEN = {**OWN, "Linkedin-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
FINDER = {"X-RestLi-Method": "FINDER"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_simulator(tmp_path_factory.mktemp("linkedin")) as simulator:
        yield simulator


@pytest.fixture
async def client(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=running.url, headers=SPOKEN, trust_env=False) as made:
        yield made


def body(commentary: str, **more: Any) -> dict[str, Any]:
    return {
        "author": OWNER,
        "commentary": commentary,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "lifecycleState": "PUBLISHED",
        **more,
    }


async def made(client: httpx.AsyncClient, commentary: str, **more: Any) -> str:
    answer = await client.post(POSTS, json=body(commentary, **more))
    assert (answer.status_code, answer.content) == (201, b"")
    return str(answer.headers["x-restli-id"]).replace(":", "%3A")


async def listed(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    asked = {"q": "author", "author": OWNER, **asked}
    answer = await client.get(POSTS, params=asked, headers=FINDER)
    return [post["commentary"] for post in answer.json()["elements"]]


async def test_a_stranger_reads_a_post_without_a_link(client: httpx.AsyncClient) -> None:
    words = f"Vi ses {uuid4()}"
    urn = await made(client, words)
    address = f"/linkedin/feed/update/{urn.replace('%3A', ':')}/"
    assert words in (await client.get(address)).text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Linkedin-Version": "202511"}, 426),
        ({"Linkedin-Version": ""}, 426),
        ({"X-Restli-Protocol-Version": "1.0.0"}, 400),
    ],
)
async def test_every_call_says_who_and_how(
    client: httpx.AsyncClient, headers: dict[str, str], status: int
) -> None:
    answer = await client.post(POSTS, json=body("Hej"), headers=headers)
    assert answer.status_code == answer.json()["status"] == status


async def test_a_post_is_cut_short_without_a_word(client: httpx.AsyncClient) -> None:
    words = f"Vi ses {uuid4()}"
    urn = await made(client, f"{words} (ingång B)")
    assert (await client.get(f"{POSTS}/{urn}")).json()["commentary"] == f"{words} "


async def test_the_same_words_again_are_a_duplicate(client: httpx.AsyncClient) -> None:
    urn = await made(client, f"Samma {uuid4()}")
    words = (await client.get(f"{POSTS}/{urn}")).json()["commentary"]
    again = await client.post(POSTS, json=body(words))
    assert again.status_code == 422
    assert again.json()["errorDetails"]["inputErrors"][0]["code"] == "DUPLICATE_POST"


async def test_an_edited_post_moves_up_unless_the_order_of_making_is_asked_for(
    client: httpx.AsyncClient,
) -> None:
    first, second, third = (f"{name} {uuid4()}" for name in ("Ett", "Två", "Tre"))
    urn = await made(client, first)
    await made(client, second)
    changed = {"patch": {"$set": {"commentary": third}}}
    refused = await client.post(f"{POSTS}/{urn}", json=changed)
    assert refused.status_code == 400
    meaning = {"X-RestLi-Method": "PARTIAL_UPDATE"}
    assert (await client.post(f"{POSTS}/{urn}", json=changed, headers=meaning)).status_code == 204
    assert (await listed(client))[:2] == [third, second]
    assert (await listed(client, sortBy="CREATED"))[:2] == [second, third]


async def test_a_name_is_written_with_escaped_colons(client: httpx.AsyncClient) -> None:
    urn = await made(client, f"Namn {uuid4()}")
    assert (await client.get(f"{POSTS}/{urn.replace('%3A', ':')}")).status_code == 400
    assert (await client.get(POSTS, params={"q": "author", "author": OWNER})).status_code == 400


async def test_a_post_is_deleted_as_often_as_it_is_asked(client: httpx.AsyncClient) -> None:
    urn = await made(client, f"Bort {uuid4()}")
    for _ in range(2):
        assert (await client.delete(f"{POSTS}/{urn}")).status_code == 204
    assert (await client.get(f"{POSTS}/{urn}")).status_code == 404


async def test_a_picture_is_carried_only_when_its_bytes_have_come(
    client: httpx.AsyncClient,
) -> None:
    wanted = {"initializeUploadRequest": {"owner": OWNER}}
    begun = await client.post("/linkedin/rest/images?action=initializeUpload", json=wanted)
    value = begun.json()["value"]
    content = {"media": {"id": value["image"], "altText": "En filt"}}
    early = await client.post(POSTS, json=body(f"Bild {uuid4()}", content=content))
    assert early.status_code == 422
    async with httpx.AsyncClient(trust_env=False) as anybody:
        assert (await anybody.put(value["uploadUrl"], content=png())).status_code == 201
    await made(client, f"Bild {uuid4()}", content=content)
