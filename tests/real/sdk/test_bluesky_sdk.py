"""The AT Protocol's Python SDK reads what the simulator says as what a real server says."""

from pathlib import Path

import pytest
from atproto import Client, client_utils, models
from atproto.exceptions import (
    BadRequestError,
    NetworkError,
    RateLimitExceededError,
    RequestException,
    UnauthorizedError,
)

from tests.real.sdk.conftest import SDK, fails_once, published
from tests.simulator.running import Running

pytestmark = SDK
HANDLE = "regionen.test"
POSTS = "app.bsky.feed.post"
PLACE = "3jzfcijpj2z2a"


@pytest.fixture(scope="module")
def api(simulator: Running) -> Client:
    client = Client(f"{simulator.url}/bluesky")
    client.login(HANDLE, "regionen-token")
    return client


def record(text: str) -> models.AppBskyFeedPost.Record:
    return models.AppBskyFeedPost.Record(text=text, created_at="2026-11-22T10:00:00Z")


def test_it_signs_in_and_knows_whose_session_it_is(api: Client) -> None:
    assert api.me.handle == HANDLE
    assert api.com.atproto.server.get_session().did == api.me.did


def test_a_post_with_a_link_is_read_back_as_it_was_written(api: Client) -> None:
    text = client_utils.TextBuilder().text("Läs om ").link("våren", "https://example.org/vår")
    posted = api.send_post(text, langs=["sv"])
    [read] = api.get_posts([posted.uri]).posts
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
    shown = {post.uri: post for post in api.get_posts([shared.uri, pictured.uri]).posts}
    assert shown[shared.uri].embed.external.title == "Regionen"
    assert [image.alt for image in shown[pictured.uri].embed.images] == ["En hand"]
    assert api.delete_post(pictured.uri)
    assert [post.uri for post in api.get_posts([shared.uri, pictured.uri]).posts] == [shared.uri]


def test_a_record_in_a_place_is_put_once_changed_and_never_made_twice(
    api: Client, simulator: Running
) -> None:
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
    assert published(simulator, HANDLE, "Satt") == 1


def test_an_accounts_posts_are_read_page_by_page_with_their_numbers(api: Client) -> None:
    posted = [api.send_post(f"Sida {number}").uri for number in range(3)]
    first = api.get_author_feed(api.me.did, limit=2)
    second = api.get_author_feed(api.me.did, cursor=first.cursor, limit=2)
    assert [item.post.uri for item in (*first.feed, *second.feed)][:3] == posted[::-1]
    assert first.feed[0].post.like_count > 0


def test_every_no_is_the_error_that_it_is_on_a_real_server(api: Client, simulator: Running) -> None:
    with pytest.raises(UnauthorizedError) as refused:
        Client(f"{simulator.url}/bluesky").login(HANDLE, "fel")
    assert refused.value.response.content.error == "AuthenticationRequired"
    with pytest.raises(BadRequestError) as invalid:
        api.send_post("x" * 301)
    assert invalid.value.response.content.error == "InvalidRequest"
    creating = "/bluesky/xrpc/com.atproto.repo.createRecord"
    fails_once(simulator, creating, kind="throttle", retry_after=30)
    with pytest.raises(RateLimitExceededError) as throttled:
        api.send_post("Nej")
    assert throttled.value.response.headers["ratelimit-remaining"] == "0"
    fails_once(simulator, creating, kind="status", status=503)
    with pytest.raises(RequestException):
        api.send_post("Nej")
    fails_once(simulator, creating, kind="reset-before")
    with pytest.raises(NetworkError):
        api.send_post("Nej")
    assert published(simulator, HANDLE, "Nej") == 0


def test_a_session_is_renewed(api: Client) -> None:
    renewed = Client(api.export_session_string().rpartition(":::")[2])
    renewed.login(session_string=api.export_session_string())
    assert renewed.com.atproto.server.get_session().handle == HANDLE
