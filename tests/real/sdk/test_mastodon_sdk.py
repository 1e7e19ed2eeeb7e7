"""Mastodon.py reads what the simulator says as what a Mastodon server says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mastodon import Mastodon
from mastodon.errors import (
    MastodonAPIError,
    MastodonNetworkError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonServiceUnavailableError,
    MastodonUnauthorizedError,
)

from tests.real.sdk.conftest import SDK, UNKEPT, fails_once, published
from tests.simulator.running import Running

pytestmark = SDK
LINK = "https://example.org/vaccin"
POSTING = "/mastodon/api/v1/statuses"


@pytest.fixture
def api(simulator: Running) -> Mastodon:
    return sdk(simulator, "regionen-token")


def sdk(simulator: Running, token: str) -> Mastodon:
    # Its own way of meeting a limit is to sleep until it is over.
    api = Mastodon(
        access_token=token, api_base_url=f"{simulator.url}/mastodon", ratelimit_method="throw"
    )
    api.session.headers.update(UNKEPT)
    return api


def test_it_knows_the_server_and_its_limits(api: Mastodon) -> None:
    assert api.retrieve_mastodon_version().startswith("4.")
    for instance in (api.instance_v1(), api.instance_v2()):
        assert instance.configuration.statuses.max_characters == 500
        assert instance.configuration.media_attachments.description_limit == 1500
    me = api.account_verify_credentials()
    assert (me.username, me.locked) == ("regionen", False)
    assert api.account_lookup("regionen").id == me.id


def test_a_post_with_a_link_is_read_back_as_it_was_written(
    api: Mastodon, simulator: Running
) -> None:
    text = f"Vaccinera dig {LINK} #hälsa"
    posted = api.status_post(text, language="sv", idempotency_key="länken")
    read = api.status(posted.id)
    assert read.visibility == "public"
    assert f'href="{LINK}"' in read.content
    assert [tag.name for tag in read.tags] == ["hälsa"]
    assert abs(datetime.now(UTC) - read.created_at) < timedelta(minutes=1)
    assert api.status_source(posted.id).text == text
    again = api.status_post(text, language="sv", idempotency_key="länken")
    assert again.id == posted.id
    assert published(simulator, "regionen", text) == 1


def test_a_picture_with_its_words_is_read_back_changed_and_taken_away(
    api: Mastodon, picture: Path
) -> None:
    media = api.media_post(str(picture), mime_type="image/png", description="En hand")
    posted = api.status_post("Händerna", media_ids=[media])
    assert [each.description for each in api.status(posted.id).media_attachments] == ["En hand"]
    edited = api.status_update(
        posted.id,
        "Händerna, rättat",
        # Given both, it adds two sets and raises.
        media_attributes=[api.generate_media_edit_attributes(media.id, description="Två händer")],
    )
    assert edited.edited_at >= edited.created_at
    [shown] = api.status(posted.id).media_attachments
    assert shown.description == "Två händer"
    assert api.status_delete(posted.id).text == "Händerna, rättat"
    with pytest.raises(MastodonNotFoundError):
        api.status(posted.id)


def test_an_accounts_posts_are_read_page_by_page_with_their_numbers(api: Mastodon) -> None:
    posted = [api.status_post(f"Sida {number}").id for number in range(3)]
    first = api.account_statuses(api.me().id, limit=2)
    second = api.fetch_next(first)
    assert [status.id for status in (*first, *second)][:3] == posted[::-1]
    newest = api.status(posted[-1])
    assert newest.favourites_count > 0
    context = api.status_context(posted[-1])
    assert newest.replies_count == len(context.descendants)


def test_every_no_is_the_error_that_it_is_on_a_real_server(
    api: Mastodon, simulator: Running
) -> None:
    with pytest.raises(MastodonUnauthorizedError) as refused:
        sdk(simulator, "fel").status_post("Nej")
    assert refused.value.args[1:] == (401, "Unauthorized", "The access token is invalid")
    for text in ("", "x" * 501):
        with pytest.raises(MastodonAPIError) as invalid:
            api.status_post(text)
        assert invalid.value.args[1] == 422
    fails_once(simulator, POSTING, kind="throttle", retry_after=30)
    with pytest.raises(MastodonRatelimitError):
        api.status_post("Nej")
    assert 25 < api.ratelimit_reset - datetime.now(UTC).timestamp() < 35
    fails_once(simulator, POSTING, kind="status", status=503)
    with pytest.raises(MastodonServiceUnavailableError):
        api.status_post("Nej")
    fails_once(simulator, POSTING, kind="reset-before")
    with pytest.raises(MastodonNetworkError):
        api.status_post("Nej")
    assert published(simulator, "regionen", "Nej") == 0
