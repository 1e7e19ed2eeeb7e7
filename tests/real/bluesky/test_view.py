"""The network's real view counts what other accounts did, and metrics reads just that."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.insights import Number
from services.metrics.comments import Thread
from services.metrics.sources.bluesky import PostCounts
from services.metrics.sources.comments.bluesky import PostThread
from services.metrics.web import Stranger
from services.publisher.channels.bluesky.channel import BlueskyChannel
from services.publisher.domain.answers import Published
from tests.channels.builders import parcel, picture_file, proof_of
from tests.channels.platforms.base import HANDLE
from tests.harness.waiting import eventually
from tests.metrics.builders import shown
from tests.real.network import WANTED, Network

pytestmark = [pytest.mark.real, WANTED]
PASSWORD = "regionen-token"
_SEEN_WITHIN = 20.0
"""Seconds; the real view is some tenths behind."""


@pytest.fixture
async def channel(network: Network) -> AsyncIterator[BlueskyChannel]:
    within = timedelta(seconds=20)
    made = BlueskyChannel(
        "channel",
        "Kanalen",
        network.server,
        HANDLE,
        PASSWORD,
        within,
        # Metrics asks where people read, and here that is the view itself.
        public_url=network.view,
    )
    yield made
    await made.close()


@pytest.fixture
async def stranger() -> AsyncIterator[Stranger]:
    async with Stranger(timedelta(seconds=10), {}) as reader:
        yield reader


class Reader:
    """Another account."""

    def __init__(self, client: httpx.AsyncClient, did: str) -> None:
        self._client = client
        self._did = did

    @classmethod
    async def join(cls, client: httpx.AsyncClient) -> "Reader":
        name = f"las{uuid4().hex[:8]}"
        asked = {"handle": f"{name}.test", "email": f"{name}@example.org", "password": name}
        opened = await client.post("/xrpc/com.atproto.server.createAccount", json=asked)
        opened.raise_for_status()
        client.headers["Authorization"] = f"Bearer {opened.json()['accessJwt']}"
        return cls(client, opened.json()["did"])

    async def does(self, what: str, **more: Any) -> str:
        """Make a record; gives its key."""
        kind = f"app.bsky.feed.{what}"
        record = {"$type": kind, "createdAt": datetime.now(UTC).isoformat(), **more}
        asked = {"repo": self._did, "collection": kind, "record": record}
        made = await self._client.post("/xrpc/com.atproto.repo.createRecord", json=asked)
        made.raise_for_status()
        return str(made.json()["uri"].rpartition("/")[2])

    async def undoes(self, what: str, key: str) -> None:
        asked = {"repo": self._did, "collection": f"app.bsky.feed.{what}", "rkey": key}
        done = await self._client.post("/xrpc/com.atproto.repo.deleteRecord", json=asked)
        done.raise_for_status()


@pytest.fixture
async def readers(network: Network) -> AsyncIterator[list[Reader]]:
    async with (
        httpx.AsyncClient(base_url=network.server, timeout=20) as one,
        httpx.AsyncClient(base_url=network.server, timeout=20) as other,
    ):
        yield [await Reader.join(client) for client in (one, other)]


async def out(channel: BlueskyChannel, text: str, *files: Any) -> Published:
    answer = await channel.commit(parcel(text, *files))
    assert isinstance(answer, Published)
    return answer


async def named(network: Network, post: Published) -> dict[str, str]:
    """The post as others refer to it."""
    asked = {"uris": post.external_id}
    path = f"{network.view}/xrpc/app.bsky.feed.getPosts"

    async def there() -> Any:
        async with httpx.AsyncClient() as client:
            return (await client.get(path, params=asked)).json().get("posts")

    [found] = await eventually(there, within=_SEEN_WITHIN)
    return {"uri": found["uri"], "cid": found["cid"]}


async def test_likes_reposts_and_replies_of_others_are_counted_and_uncounted(
    network: Network, channel: BlueskyChannel, readers: list[Reader], stranger: Stranger
) -> None:
    post = await out(channel, "Vaccinera dig i dag.", picture_file())
    subject = await named(network, post)
    one, other = readers
    like = await one.does("like", subject=subject)
    await other.does("like", subject=subject)
    await other.does("repost", subject=subject)
    thread = {"root": subject, "parent": subject}
    await one.does("post", text="Tack!", reply=thread)
    source, seen = PostCounts(stranger), shown(url=post.url, external_id=post.external_id)

    async def counted(likes: int, reposts: int, replies: int) -> bool:
        wanted = {"likeCount": likes, "repostCount": reposts, "replyCount": replies}
        return wanted.items() <= by_metric(await source.numbers(seen)).items()

    assert await eventually(lambda: counted(2, 1, 1), within=_SEEN_WITHIN)
    await one.undoes("like", like)
    assert await eventually(lambda: counted(1, 1, 1), within=_SEEN_WITHIN)
    assert isinstance(await channel.retract(proof_of(post)), Published)

    async def missing() -> bool:
        return await source.numbers(seen) == source.missing

    assert await eventually(missing, within=_SEEN_WITHIN)


async def test_what_others_answer_is_read_as_a_tree_without_what_is_ours(
    network: Network, channel: BlueskyChannel, readers: list[Reader], stranger: Stranger
) -> None:
    post = await out(channel, "Fråga oss i dag.")
    top = await named(network, post)
    source = PostThread(stranger)
    seen = shown(kind="bluesky", url=post.url, external_id=post.external_id)
    assert await source.comments(seen) == Thread((), whole=True)
    one, other = readers
    first = await one.does("post", text="När öppnar ni?", reply={"root": top, "parent": top})

    async def texts(*wanted: str) -> bool:
        thread = await source.comments(seen)
        return thread.whole and {each.text for each in thread.remarks} == {*wanted}

    assert await eventually(lambda: texts("När öppnar ni?"), within=_SEEN_WITHIN)
    [asked] = (await source.comments(seen)).remarks
    async with httpx.AsyncClient() as client:
        path = f"{network.view}/xrpc/app.bsky.feed.getPosts"
        [found] = (await client.get(path, params={"uris": asked.external_id})).json()["posts"]
    parent = {"uri": found["uri"], "cid": found["cid"]}
    await other.does("post", text="Undrar jag med", reply={"root": top, "parent": parent})
    assert await eventually(lambda: texts("När öppnar ni?", "Undrar jag med"), within=_SEEN_WITHIN)
    below = {each.text: each for each in (await source.comments(seen)).remarks}["Undrar jag med"]
    assert (asked.parent, below.parent) == ("", asked.external_id)
    assert asked.external_id.endswith(first)
    assert abs(asked.written_at - datetime.now(UTC)) < timedelta(minutes=2)
    await one.undoes("post", first)

    async def is_gone() -> bool:
        thread = await source.comments(seen)
        return asked.external_id not in {each.external_id for each in thread.remarks}

    assert await eventually(is_gone, within=_SEEN_WITHIN)


async def test_nobody_has_done_anything_yet_is_zero(
    network: Network, channel: BlueskyChannel, stranger: Stranger
) -> None:
    post = await out(channel, "Nyss skrivet.")
    await named(network, post)
    told = await PostCounts(stranger).numbers(shown(url=post.url, external_id=post.external_id))
    assert by_metric(told).items() >= {"likeCount": 0, "repostCount": 0, "replyCount": 0}.items()


async def test_the_account_is_read_back_through_the_view(
    network: Network, channel: BlueskyChannel
) -> None:
    since = datetime.now(UTC)
    post = await out(channel, "Läs mig https://example.org/ #hälsa")
    await named(network, post)
    listed = await channel.timeline(since)
    assert listed is not None
    assert [each.url for each in listed if each.external_id == post.external_id] == [post.url]


def by_metric(numbers: tuple[Number, ...]) -> dict[str, int | None]:
    return {number.platform_metric: number.value for number in numbers}
