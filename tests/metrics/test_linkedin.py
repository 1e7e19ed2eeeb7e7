"""What LinkedIn tells the owner of a page, asked of the simulator and of a site that says less."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from services.kit.settings import MissingSecret
from services.metrics.domain import judge
from services.metrics.ports import NoAnswer
from services.metrics.sources.linkedin import Api, ShareStatistics, WrittenPost
from services.metrics.web import AccountOwner, Stranger
from simulator.linkedin.desk import account_of, owner_of
from tests.metrics.builders import SECOND, shown
from tests.metrics.site import Site
from tests.simulator.running import OWN, Running, running_simulator

pytestmark = pytest.mark.web

URN = "urn:li:share:4711"
POST = f"/rest/posts/{URN}"
COUNTS = "/rest/organizationalEntityShareStatistics"
NONE = dict.fromkeys(["views", "reach", "shares", "comments", "reactions", "clicks"])


@pytest.fixture
async def owner() -> AsyncIterator[AccountOwner]:
    async with AccountOwner(SECOND, lambda _: "regionen-token") as made:
        yield made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("linkedin")
    with running_simulator(folder, speed="1000000") as simulator:
        yield simulator


def api(site: Site) -> Api:
    return Api(site.origin, "202609")


async def values(api: Api, owner: AccountOwner, urn: str = URN) -> dict[str, int | None]:
    numbers = await ShareStatistics(owner, api).numbers(shown(external_id=urn))
    return {number.name.value: number.value for number in numbers}


async def posted(running: Running, commentary: str) -> str:
    headers = {**OWN, "Linkedin-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
    body = {
        "author": owner_of(account_of("regionen")),
        "commentary": commentary,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "lifecycleState": "PUBLISHED",
    }
    async with httpx.AsyncClient(base_url=f"{running.url}/linkedin", headers=headers) as client:
        return str((await client.post("/rest/posts", json=body)).headers["x-restli-id"])


async def test_a_page_is_told_its_numbers(running: Running, owner: AccountOwner) -> None:
    spoken = Api(f"{running.url}/linkedin", "202609")
    urn = await posted(running, "Ett inlägg som många ser")
    said = await values(spoken, owner, urn)
    assert said.keys() == NONE.keys()
    views, reach = said["views"], said["reach"]
    assert views is not None
    assert reach is not None
    assert views > reach > 0
    assert await values(spoken, owner, "urn:li:share:1") == NONE


async def test_the_owner_sees_what_the_post_says(running: Running, owner: AccountOwner) -> None:
    spoken = Api(f"{running.url}/linkedin", "202609")
    urn = await posted(running, r"Så \(här\) <")
    async with Stranger(SECOND, {}) as stranger:
        witness = WrittenPost(owner, spoken, stranger)
        page = await witness.see(shown(external_id=urn))
        assert judge(page, "Så (här)") is None
        assert (await witness.see(shown(external_id="urn:li:share:1"))).status == 404


def counted(**counts: object) -> dict[str, Any]:
    return {"elements": [{"share": URN, "totalShareStatistics": counts}]}


async def test_reach_is_read_in_both_spellings(site: Site, owner: AccountOwner) -> None:
    site.say(POST, {"author": "urn:li:organization:1"})
    for spelling in ("uniqueImpressionsCount", "uniqueImpressionsCounts"):
        site.say(COUNTS, counted(**{spelling: 640, "likeCount": 0}))
        assert await values(api(site), owner) == {**NONE, "reach": 640, "reactions": 0}
    asked = site.asked[-1]
    assert asked.headers["Linkedin-Version"] == "202609"
    assert f"shares=List({URN})".replace(":", "%3A") in str(asked.url)


@pytest.mark.parametrize(
    "said",
    [
        {"elements": []},
        {"elements": [{"share": "urn:li:share:1", "totalShareStatistics": {"likeCount": 3}}]},
        counted(likeCount="3", impressionCount=-1, shareCount=None),
        {"status": 403, "message": "no"},
        [1],
    ],
)
async def test_what_is_not_said_of_this_post_is_missing(
    site: Site, owner: AccountOwner, said: object
) -> None:
    site.say(POST, {"author": "urn:li:organization:1"})
    site.say(COUNTS, said)
    assert await values(api(site), owner) == NONE


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_trouble_is_asked_again(site: Site, owner: AccountOwner, status: int) -> None:
    site.say(POST, {"status": status}, status)
    with pytest.raises(NoAnswer):
        await values(api(site), owner)


async def test_a_post_that_is_not_out_is_not_seen(site: Site, owner: AccountOwner) -> None:
    site.say(POST, {"lifecycleState": "DRAFT", "commentary": "Utkast"})
    async with Stranger(SECOND, {}) as stranger:
        witness = WrittenPost(owner, api(site), stranger)
        assert (await witness.see(shown(external_id=URN))).status == 404
        site.say(POST, {"status": 403}, 403)
        with pytest.raises(NoAnswer):
            await witness.see(shown(external_id=URN))


async def test_without_a_token_strangers_see_and_nothing_is_counted(site: Site) -> None:
    def nothing(name: str) -> str:
        raise MissingSecret(name)

    url = site.show("/feed/update/1", "Hej")
    async with AccountOwner(SECOND, nothing) as owner, Stranger(SECOND, {}) as stranger:
        assert await values(api(site), owner) == NONE
        page = await WrittenPost(owner, api(site), stranger).see(shown(url=url, external_id=URN))
    assert judge(page, "Hej") is None
