"""What X tells whoever pays, asked of the simulator and of a site that says less."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from services.kit.settings import MissingSecret
from services.metrics.domain import judge
from services.metrics.ports import NoAnswer
from services.metrics.sources.x import PostAsTold, PublicMetrics
from services.metrics.web import AccountOwner, Stranger
from services.publisher.domain.answers import Published
from tests.channels.builders import parcel
from tests.channels.platforms.x import SimulatedX
from tests.metrics.builders import SECOND, shown
from tests.metrics.site import Site
from tests.simulator.running import Running, running_simulator

pytestmark = pytest.mark.web

PATH = "/2/tweets"
NONE = dict.fromkeys(["views", "shares", "comments", "reactions", "reach"])


@pytest.fixture
async def owner() -> AsyncIterator[AccountOwner]:
    async with AccountOwner(SECOND, lambda _: "regionen-token") as made:
        yield made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_simulator(tmp_path_factory.mktemp("x"), speed="1000000") as simulator:
        yield simulator


async def values(base: str, owner: AccountOwner, post: str = "4711") -> dict[str, int | None]:
    numbers = await PublicMetrics(owner, base).numbers(shown(external_id=post))
    return {number.name.value: number.value for number in numbers}


async def published(running: Running, text: str) -> str:
    channel = SimulatedX(running.url).channel()
    answer = await channel.commit(parcel(text))
    await channel.close()
    assert isinstance(answer, Published)
    return answer.external_id


async def test_a_post_is_counted(running: Running, owner: AccountOwner) -> None:
    base = f"{running.url}/x"
    said = await values(base, owner, await published(running, f"Ett inlägg {uuid4()}"))
    views = said["views"]
    assert views is not None
    assert views > 0
    assert said["reach"] is None
    assert await values(base, owner, "1") == NONE


async def test_a_post_is_seen_with_its_signs_and_names(
    running: Running, owner: AccountOwner
) -> None:
    base, text = f"{running.url}/x", f"Ring <nu> & läs 1177.se om händer {uuid4()}"
    post = await published(running, text)
    async with Stranger(SECOND, {}) as stranger:
        witness = PostAsTold(owner, base, stranger)
        assert judge(await witness.see(shown(external_id=post)), text) is None
        assert (await witness.see(shown(external_id="1"))).status == 404


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"data": []},
        {"data": [{"id": "1", "public_metrics": {"like_count": 3}}]},
        {"data": [{"id": "4711", "public_metrics": {"like_count": "3"}}]},
        {"status": 401, "title": "Unauthorized"},
    ],
)
async def test_what_is_not_said_of_this_post_is_missing(
    site: Site, owner: AccountOwner, said: object
) -> None:
    site.say(PATH, said)
    assert await values(site.origin, owner) == NONE


async def test_trouble_is_asked_again_and_nobody_is_taken_for_gone(
    site: Site, owner: AccountOwner
) -> None:
    async with Stranger(timedelta(seconds=5), {}) as stranger:
        for status in (429, 503, 403):
            site.say(PATH, {"status": status}, status)
            with pytest.raises(NoAnswer):
                await PostAsTold(owner, site.origin, stranger).see(shown(external_id="4711"))


async def test_without_a_token_nothing_is_asked(site: Site) -> None:
    def nothing(name: str) -> str:
        raise MissingSecret(name)

    async with AccountOwner(SECOND, nothing) as owner:
        assert await values(site.origin, owner) == NONE
    assert site.asked == []
