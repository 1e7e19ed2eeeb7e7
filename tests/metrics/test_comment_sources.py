"""Comments are what each platform lists of them, page by page, and never those of our own."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services.metrics.comments import Remark, Thread
from services.metrics.ports import CommentSource, NoAnswer, NotTold
from simulator.bluesky.names import comment_id
from tests.metrics.beneath import PLATFORMS, Place, post_on, reading
from tests.metrics.builders import shown
from tests.simulator.running import Running, running_simulator

pytestmark = pytest.mark.web

NAMELESS = {"linkedin"}
CALLED = {"mastodon": "@aina@example.invalid", "bluesky": "aina.invalid"}
READ_AT = {
    "mastodon": "/mastodon/api/v1/statuses/",
    "bluesky": "/bluesky/xrpc/app.bsky.feed.getPostThread",
    "facebook": "/graph/v26.0/",
    "instagram": "/graph/v26.0/",
    "threads": "/threads-graph/v1.0/",
    "linkedin": "/linkedin/rest/socialActions/",
    "wordpress": "/wordpress/wp-json/wp/v2/comments",
}

every_kind = pytest.mark.parametrize("kind", PLATFORMS)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("comments")
    with running_simulator(folder, sign_ins="10000") as simulator:
        yield simulator


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A simulator whose audience has said all that it has to say."""
    with running_simulator(tmp_path_factory.mktemp("crowded"), speed="1000000") as simulator:
        yield simulator


@pytest.fixture
async def sources(running: Running) -> AsyncIterator[dict[str, CommentSource]]:
    async with reading(running.url) as found:
        yield found


@pytest.fixture
async def place(kind: str, running: Running, sources: dict[str, CommentSource]) -> Place:
    return await post_on(kind, running, sources)


def number_of(kind: str, remark: Remark) -> str:
    """The comment's number in the record, out of what the platform calls it."""
    if kind == "bluesky":
        return comment_id(remark.external_id.rpartition("/")[2])
    return remark.external_id.strip(")").replace(",", "_").rpartition("_")[2]


@every_kind
async def test_a_post_that_nobody_has_answered_has_a_whole_and_empty_thread(place: Place) -> None:
    assert await place.read() == Thread((), whole=True)


@every_kind
async def test_readers_are_read_with_what_they_wrote_where_and_when(
    place: Place, kind: str
) -> None:
    began = datetime.now(UTC) - timedelta(seconds=2)
    [first] = await place.readers("Är det <öppet> & gratis? 🙂")
    [second] = await place.readers("Undrar jag också", name="Bo Ek", beneath=first)
    thread = await place.read()
    assert thread.whole
    found = {number_of(kind, remark): remark for remark in thread.remarks}
    assert found.keys() == {first, second}
    assert [found[each].text for each in (first, second)] == [
        "Är det <öppet> & gratis? 🙂",
        "Undrar jag också",
    ]
    assert found[first].parent == ""
    assert found[second].parent == found[first].external_id
    assert found[first].author == ("" if kind in NAMELESS else CALLED.get(kind, "Aina"))
    for remark in thread.remarks:
        assert began <= remark.written_at <= datetime.now(UTC) + timedelta(seconds=2)
        assert not {"aina", "bo-ek", "bo ek"} & set(remark.url.lower().split("/"))


@every_kind
async def test_what_a_reader_changes_or_takes_away_is_read_so(place: Place, kind: str) -> None:
    first, second = await place.readers("Kommer ni i morgon?", "Vem betalar?")
    before = {number_of(kind, remark): remark for remark in (await place.read()).remarks}
    async with place.running.client() as client:
        await client.put(f"/readers/comments/{first}", json={"text": "Kommer ni på fredag?"})
        await client.delete(f"/readers/comments/{second}")
    [after] = (await place.read()).remarks
    assert after.external_id == before[first].external_id
    assert after.text == "Kommer ni på fredag?"
    assert after.digest != before[first].digest


@every_kind
async def test_what_we_answered_is_not_told_as_a_comment(place: Place) -> None:
    [comment] = await place.readers("När öppnar ni?")
    place.answer(comment, place.number)
    assert await place.texts() == ["När öppnar ni?"]


@every_kind
async def test_a_list_of_several_pages_is_read_to_its_end(place: Place, kind: str) -> None:
    await place.readers(*(f"Fråga {number}" for number in range(130)))
    thread = await place.read()
    if kind == "mastodon":
        # A stranger is shown no more, and cannot know which are gone.
        assert (len(thread.remarks), thread.whole) == (60, False)
    else:
        asked = {f"Fråga {number}" for number in range(130)}
        assert {remark.text for remark in thread.remarks} == asked
        assert thread.whole


@every_kind
async def test_a_platform_in_trouble_has_not_answered(place: Place, kind: str) -> None:
    await place.readers("Hej")
    rule = {"method": "GET", "path": READ_AT[kind], "effect": {"kind": "status", "status": 503}}
    async with place.running.client() as client:
        (await client.post("/faults", json=rule)).raise_for_status()
        try:
            with pytest.raises(NoAnswer):
                await place.read()
        finally:
            await client.delete("/faults")
    assert await place.texts() == ["Hej"]


@every_kind
async def test_of_a_post_that_is_gone_nothing_is_told(place: Place, kind: str) -> None:
    gone = {
        "bluesky": place.post.external_id[:-1] + "2",
        "linkedin": "urn:li:share:1024",
        "facebook": place.post.external_id.partition("_")[0] + "_1024",
    }.get(kind, "1024")
    lost = shown(kind=kind, external_id=gone, url=place.post.url)
    if kind == "wordpress":
        lost = shown(kind=kind, external_id=gone, url=place.running.url + "/wordpress/borta/")
    with pytest.raises(NotTold):
        await place.source.comments(lost)


@every_kind
async def test_the_audience_s_own_comments_are_read_like_those_of_readers(
    kind: str, crowded: Running
) -> None:
    async with reading(crowded.url) as sources:
        # The audience of one post may stay silent, above all at night.
        places = [await post_on(kind, crowded, sources) for _ in range(6)]
        threads = [await place.read() for place in places]
    assert all(thread.whole for thread in threads)
    told = [remark.external_id for thread in threads for remark in thread.remarks]
    assert told
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("kind", ["facebook", "instagram", "threads"])
async def test_without_the_permission_comments_are_not_told(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    scopes = ["pages_show_list", "pages_read_engagement", "pages_manage_posts"]
    grants = json.dumps({"regionen-token": {"scopes": scopes}})
    with running_simulator(tmp_path_factory.mktemp("scopes"), grants=grants) as running:
        async with reading(running.url) as sources:
            place = await post_on(kind, running, sources)
            with pytest.raises(NotTold, match="403"):
                await place.read()


def test_x_is_not_read_because_each_comment_costs(sources: dict[str, CommentSource]) -> None:
    assert sources.keys() == PLATFORMS.keys()
