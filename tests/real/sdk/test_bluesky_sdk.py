"""The AT Protocol's Python SDK reads what the simulator says as what a real server says.

Where it can, it asks both the same.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from atproto import Client, Request, client_utils, models
from atproto.exceptions import (
    BadRequestError,
    NetworkError,
    RateLimitExceededError,
    RequestException,
    UnauthorizedError,
)

from tests.harness.waiting import eventually
from tests.real.network import WANTED, Network
from tests.real.sdk.conftest import SDK, UNKEPT, fails_once, published
from tests.simulator.running import Running

pytestmark = SDK
HANDLE = "regionen.test"
POSTS = "app.bsky.feed.post"
PLACE = "3jzfcijpj2z2a"


@pytest.fixture(scope="module", params=["simulator", pytest.param("network", marks=WANTED)])
def base(request: pytest.FixtureRequest) -> str:
    server: Running | Network = request.getfixturevalue(request.param)
    return f"{server.url}/bluesky" if isinstance(server, Running) else server.server


@pytest.fixture(scope="module")
def api(base: str) -> Client:
    return signed_in(base)


@pytest.fixture(scope="module")
def simulated(simulator: Running) -> Client:
    return signed_in(f"{simulator.url}/bluesky")


def client_of(base: str) -> Client:
    return Client(base, request=Request(headers=UNKEPT))


def signed_in(base: str) -> Client:
    client = client_of(base)
    client.login(HANDLE, "regionen-token")
    return client


def posts(api: Client, *wanted: str, of: Sequence[str]) -> dict[str, Any]:
    """What the view shows of these addresses, as soon as it shows just the wanted ones."""

    def shown() -> Any:
        found = {post.uri: post for post in api.get_posts(list(of)).posts}
        return found.keys() == set(wanted) and found

    return dict(asyncio.run(eventually(shown, within=20)))


def record(text: str) -> models.AppBskyFeedPost.Record:
    return models.AppBskyFeedPost.Record(text=text, created_at="2026-11-22T10:00:00Z")


def test_it_signs_in_and_knows_whose_session_it_is(api: Client) -> None:
    assert api.me.handle == HANDLE
    assert api.com.atproto.server.get_session().did == api.me.did


def test_a_post_with_a_link_is_read_back_as_it_was_written(api: Client) -> None:
    text = client_utils.TextBuilder().text("Läs om ").link("våren", "https://example.org/vår")
    posted = api.send_post(text, langs=["sv"])
    [read] = (posts(api, posted.uri, of=[posted.uri])).values()
    assert read.record.text == "Läs om våren"
    [facet] = read.record.facets
    assert facet.features[0].uri == "https://example.org/vår"
    assert (read.cid, read.author.did) == (posted.cid, api.me.did)


def test_a_card_and_a_picture_with_its_words_are_read_back_and_taken_away(
    api: Client, picture: Path
) -> None:
    card = models.AppBskyEmbedExternal.External(
        uri="https://example.org/", title="Regionen", description=""
    )
    shared = api.send_post("Ett kort", embed=models.AppBskyEmbedExternal.Main(external=card))
    pictured = api.send_image("En bild", picture.read_bytes(), "En hand")
    both = (shared.uri, pictured.uri)
    shown = posts(api, *both, of=both)
    assert shown[shared.uri].embed.external.title == "Regionen"
    assert [image.alt for image in shown[pictured.uri].embed.images] == ["En hand"]
    assert api.delete_post(pictured.uri)
    assert posts(api, shared.uri, of=both)


def test_a_record_in_a_place_is_put_once_changed_and_never_made_twice(api: Client) -> None:
    def put(text: str, **more: object) -> models.ComAtprotoRepoPutRecord.Response:
        return api.com.atproto.repo.put_record({**place, "record": record(text), **more})

    place = {"repo": api.me.did, "collection": POSTS, "rkey": PLACE}
    first = put("Satt")
    assert first.commit is not None
    assert put("Satt").commit is None
    assert put("Ändrat", swap_record=first.cid).commit is not None
    with pytest.raises(BadRequestError) as swapped:
        put("En annan", swap_record=first.cid)
    assert swapped.value.response.content.error == "InvalidSwap"
    assert api.com.atproto.repo.get_record(place).value.text == "Ändrat"
    # The real server has no name for this either.
    with pytest.raises(RequestException) as taken:
        api.com.atproto.repo.create_record({**place, "record": record("Satt")})
    assert taken.value.response.status_code == 500


def test_an_accounts_posts_are_read_page_by_page_with_their_numbers(simulated: Client) -> None:
    posted = [simulated.send_post(f"Sida {number}").uri for number in range(3)]
    first = simulated.get_author_feed(HANDLE, limit=2)
    second = simulated.get_author_feed(HANDLE, cursor=first.cursor, limit=2)
    assert [item.post.uri for item in (*first.feed, *second.feed)][:3] == posted[::-1]
    assert first.feed[0].post.like_count > 0


def test_what_is_refused_is_named(api: Client, base: str) -> None:
    with pytest.raises(UnauthorizedError) as refused:
        client_of(base).login(HANDLE, "fel")
    assert refused.value.response.content.error == "AuthenticationRequired"
    with pytest.raises(BadRequestError) as invalid:
        api.send_post("x" * 301)
    assert invalid.value.response.content.error == "InvalidRequest"


def test_a_server_in_trouble_is_the_error_that_it_is_on_a_real_one(
    simulated: Client, simulator: Running
) -> None:
    creating = "/bluesky/xrpc/com.atproto.repo.createRecord"
    fails_once(simulator, creating, kind="throttle", retry_after=30)
    with pytest.raises(RateLimitExceededError) as throttled:
        simulated.send_post("Nej")
    assert throttled.value.response.headers["ratelimit-remaining"] == "0"
    fails_once(simulator, creating, kind="status", status=503)
    with pytest.raises(RequestException):
        simulated.send_post("Nej")
    fails_once(simulator, creating, kind="reset-before")
    with pytest.raises(NetworkError):
        simulated.send_post("Nej")
    assert published(simulator, HANDLE, "Nej") == 0


def test_a_session_is_renewed_with_what_another_has_left_behind(base: str) -> None:
    client = signed_in(base)
    before = client._session.refresh_jwt
    client._refresh_and_set_session()
    assert client._session.refresh_jwt != before
    assert client.com.atproto.server.get_session().handle == HANDLE
