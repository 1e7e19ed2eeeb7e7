"""What only one platform has where comments are hidden and posts are pinned."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codes import Code
from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.domain.answers import NotNow, Published, Refused
from services.publisher.ports import Moderated, Target
from tests.channels.builders import laid, parcel
from tests.channels.platforms.base import HANDLE, Simulated
from tests.channels.platforms.bluesky import BlueskyServer, SimulatedBluesky
from tests.channels.platforms.matrix import MatrixPlatform
from tests.channels.platforms.x import SimulatedX

pytestmark = pytest.mark.web

GATE, PROFILE = "app.bsky.feed.threadgate", "app.bsky.actor.profile"


def both(kind: str) -> list[Any]:
    """Ask the simulator and a real server the same."""
    real = pytest.param(f"{kind}_server", id="server", marks=pytest.mark.real)
    return [pytest.param(f"{kind}_simulator", id="simulator"), real]


def able(channel: Any) -> Moderated:
    assert isinstance(channel, Moderated)
    return channel


async def publish(channel: Moderated) -> Published:
    answer = await channel.commit(await laid(channel, parcel(f"Nummer {uuid4()}")))
    assert isinstance(answer, Published)
    return answer


class Repository:
    """The account's own program, beside ours."""

    def __init__(self, client: httpx.AsyncClient, did: str) -> None:
        self._client = client
        self.did = did

    async def put(self, collection: str, key: str, **said: Any) -> None:
        place = {"repo": self.did, "collection": collection, "rkey": key}
        record = {"$type": collection, **said}
        path = "/xrpc/com.atproto.repo.putRecord"
        (await self._client.post(path, json={**place, "record": record})).raise_for_status()

    async def read(self, collection: str, key: str) -> dict[str, Any]:
        place = {"repo": self.did, "collection": collection, "rkey": key}
        path = "/xrpc/com.atproto.repo.getRecord"
        return dict((await self._client.get(path, params=place)).json()["value"])


@pytest.fixture(params=both("bluesky"))
def bluesky(request: pytest.FixtureRequest) -> SimulatedBluesky | BlueskyServer:
    server: SimulatedBluesky | BlueskyServer = request.getfixturevalue(request.param)
    return server


@pytest.fixture
async def account(bluesky: SimulatedBluesky | BlueskyServer) -> AsyncIterator[Moderated]:
    made = able(bluesky.channel())
    yield made
    await made.close()


@pytest.fixture
async def repository(bluesky: SimulatedBluesky | BlueskyServer) -> AsyncIterator[Repository]:
    if isinstance(bluesky, BlueskyServer):
        base, password = bluesky.base_url, bluesky.password
    else:
        base, password = f"{bluesky.origin}/bluesky", bluesky.token
    async with httpx.AsyncClient(base_url=base) as client:
        who = {"identifier": HANDLE, "password": password}
        opened = (await client.post("/xrpc/com.atproto.server.createSession", json=who)).json()
        client.headers["Authorization"] = f"Bearer {opened['accessJwt']}"
        yield Repository(client, opened["did"])


async def test_what_the_account_says_of_itself_stays_when_a_post_is_pinned(
    account: Moderated, repository: Repository
) -> None:
    await repository.put(PROFILE, "self", displayName="Regionen", description="Vård nära dig")
    post = await publish(account)
    target = Target(post.external_id, url=post.url)
    assert await account.moderate("pin", target) == post
    profile = await repository.read(PROFILE, "self")
    assert profile["pinnedPost"]["uri"] == post.external_id
    assert profile["displayName"] == "Regionen"
    other = await publish(account)
    assert await account.moderate("unpin", Target(other.external_id)) == Published(
        other.external_id, ""
    )
    assert "pinnedPost" in await repository.read(PROFILE, "self")
    assert await account.moderate("unpin", target) == post
    profile = await repository.read(PROFILE, "self")
    assert "pinnedPost" not in profile
    assert profile["description"] == "Vård nära dig"


def answer(number: int) -> str:
    return f"at://did:plc:{'a' * 24}/app.bsky.feed.post/3lkabcdefgh{number}2"


async def test_who_may_answer_and_who_is_hidden_already_stay_when_another_is_hidden(
    account: Moderated, repository: Repository
) -> None:
    post = await publish(account)
    key = post.external_id.rpartition("/")[2]
    said = {"post": post.external_id, "createdAt": "2026-11-22T12:00:00Z", "allow": []}
    await repository.put(GATE, key, **said, hiddenReplies=[answer(1)])
    target = Target(answer(2), post.external_id)
    assert isinstance(await account.moderate("hide", target), Published)
    gate = await repository.read(GATE, key)
    assert (gate["hiddenReplies"], gate["allow"]) == ([answer(1), answer(2)], [])
    assert isinstance(await account.moderate("unhide", target), Published)
    gate = await repository.read(GATE, key)
    assert (gate["hiddenReplies"], gate["allow"]) == ([answer(1)], [])


async def test_two_comments_that_are_hidden_at_once_are_both_hidden(
    account: Moderated, repository: Repository
) -> None:
    post = await publish(account)
    waiting = [Target(answer(number), post.external_id) for number in range(2, 6)]
    everyone = {each.external_id for each in waiting}
    for _ in range(len(everyone)):
        said = await asyncio.gather(*(account.moderate("hide", each) for each in waiting))
        assert {type(each) for each in said} <= {Published, NotNow}
        later = [isinstance(each, NotNow) for each in said]
        waiting = [each for each, again in zip(waiting, later, strict=True) if again]
    assert waiting == []
    gate = await repository.read(GATE, post.external_id.rpartition("/")[2])
    assert set(gate["hiddenReplies"]) == everyone


@pytest.fixture(params=both("matrix"))
def matrix(request: pytest.FixtureRequest) -> MatrixPlatform:
    server: MatrixPlatform = request.getfixturevalue(request.param)
    return server


async def test_what_others_have_pinned_in_a_room_stays(matrix: MatrixPlatform) -> None:
    base, room, token = matrix.place
    channel = able(matrix.channel())
    state = f"/_matrix/client/v3/rooms/{room}/state/m.room.pinned_events"
    async with httpx.AsyncClient(
        base_url=base, headers={"Authorization": f"Bearer {token}"}
    ) as client:

        async def pinned() -> list[str]:
            return list((await client.get(state)).json()["pinned"])

        first, second = await publish(channel), await publish(channel)
        (await client.put(state, json={"pinned": [first.external_id]})).raise_for_status()
        target = Target(second.external_id)
        for _ in range(2):
            assert isinstance(await channel.moderate("pin", target), Published)
            assert await pinned() == [first.external_id, second.external_id]
        for _ in range(2):
            assert isinstance(await channel.moderate("unpin", target), Published)
            assert await pinned() == [first.external_id]
        missing = await channel.moderate("pin", Target("$nowhere"))
        assert missing == Refused(Code.POST_GONE, {"channel": "Kanalen"})
    await channel.close()


async def test_the_sixth_pinned_status_is_refused_in_the_servers_words(simulator: str) -> None:
    within = timedelta(seconds=15)
    base = f"{simulator}/mastodon"
    channel = able(MastodonChannel("m", "Mastodon", base, "kris-token", within))
    targets = [Target((await publish(channel)).external_id) for _ in range(6)]
    for target in targets[:5]:
        assert isinstance(await channel.moderate("pin", target), Published)
    refused = await channel.moderate("pin", targets[5])
    assert isinstance(refused, Refused)
    assert refused.code is Code.CHANNEL_REFUSED
    assert "maximum number" in str(refused.parameters["why"])
    await channel.close()


async def test_beneath_what_others_wrote_nothing_is_hidden(x_simulator: SimulatedX) -> None:
    channel = able(x_simulator.channel())
    other = able(x_simulator.channel("kris-token"))
    comment = await commented(x_simulator, channel)
    refused = await other.moderate("hide", comment)
    assert isinstance(refused, NotNow)
    assert refused.code is Code.PERMISSION_MISSING
    await other.close()
    await channel.close()


async def commented(platform: Simulated, channel: Moderated) -> Target:
    """Publish until a reader has something to say."""
    for _ in range(12):
        text = f"Nummer {uuid4()}"
        post = await channel.commit(parcel(text))
        assert isinstance(post, Published)
        if await platform.seen_comments(post):
            return await platform.target(text, post)
    raise AssertionError("nobody commented")
