"""Meta's own SDK reads what the simulator says as what the Graph API says."""

import json
from pathlib import Path
from typing import Any

import pytest
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.api import FacebookAdsApi
from facebook_business.exceptions import FacebookRequestError
from requests.exceptions import ConnectionError as Cut

from simulator.graph.desk import account_of, page_id
from tests.real.sdk.conftest import SDK, UNKEPT, fails_once, published
from tests.simulator.running import Running

pytestmark = SDK
ACCOUNT = account_of("regionen")
PAGE = page_id(ACCOUNT)
FIELDS = ["message", "is_published", "permalink_url", "created_time"]
VIEWS = "post_media_view"


def sdk(simulator: Running, token: str) -> FacebookAdsApi:
    # It tells Meta of every exception unless it is told not to.
    api = FacebookAdsApi.init(access_token=token, app_id="1", app_secret="s", crash_log=False)
    api._session.GRAPH = f"{simulator.url}/graph"
    api._session.requests.headers.update(UNKEPT)
    return api


@pytest.fixture
def api(simulator: Running) -> FacebookAdsApi:
    return sdk(simulator, "regionen-token")


@pytest.fixture
def page(api: FacebookAdsApi) -> Page:
    return Page(PAGE, api=api)


def refusal(error: pytest.ExceptionInfo[Any]) -> tuple[int, int, int | None, bool]:
    said = error.value
    code, subcode = said.api_error_code(), said.api_error_subcode()
    return said.http_status(), code, subcode, bool(said.api_transient_error())


def test_a_post_with_a_link_is_read_back_changed_and_taken_away(
    page: Page, simulator: Running
) -> None:
    text = "Läs om vaccin"
    made = page.create_feed(params={"message": text, "link": "https://example.org/vaccin"})
    post = PagePost(made["id"], api=page.get_api())
    read = post.api_get(fields=FIELDS)
    assert (read["message"], read["is_published"]) == (text, True)
    [attached] = post.get_attachments()
    assert (attached["type"], attached["url"]) == ("share", "https://example.org/vaccin")
    assert published(simulator, ACCOUNT, text) == 1
    post.api_update(params={"message": "Rättat"})
    assert post.api_get(fields=["message"])["message"] == "Rättat"
    post.api_delete()
    with pytest.raises(FacebookRequestError) as gone:
        post.api_get(fields=["message"])
    assert refusal(gone) == (400, 100, 33, False)


def test_what_is_laid_ready_with_a_picture_and_its_words_is_published_by_its_own_id(
    page: Page, picture: Path, simulator: Running
) -> None:
    with picture.open("rb") as file:
        handed_over = page.get_api().call(
            "POST",
            (PAGE, "photos"),
            params={"published": False, "alt_text_custom": "En hand"},
            files={"source": file},
        )
    photo = handed_over.json()["id"]
    laid = page.create_feed(
        params={"message": "Händer", "attached_media": [{"media_fbid": photo}], "published": False}
    )
    assert published(simulator, ACCOUNT, "Händer") == 0
    post = PagePost(laid["id"], api=page.get_api())
    post.api_update(params={"is_published": True})
    assert published(simulator, ACCOUNT, "Händer") == 1
    assert [each["description"] for each in post.get_attachments()] == ["En hand"]


def test_a_pages_posts_are_read_page_by_page_with_their_numbers(page: Page) -> None:
    posted = [page.create_feed(params={"message": f"Sida {n}"})["id"] for n in range(3)]
    listed = page.get_published_posts(fields=["id", "message"], params={"limit": 2})
    assert [post["id"] for post in listed][:3] == posted[::-1]
    newest = PagePost(posted[-1], api=page.get_api())
    metrics = [VIEWS, "post_clicks", "post_reactions_by_type_total"]
    insights = {
        each["name"]: each["values"][0]["value"]
        for each in newest.get_insights(params={"metric": metrics})
    }
    assert list(insights) == metrics
    assert insights[VIEWS] > insights["post_clicks"] > 0
    comments = newest.get_comments(params={"summary": True, "limit": 0})
    assert comments.total() >= 0


def test_a_metric_that_is_gone_fails_the_whole_call(page: Page) -> None:
    post = PagePost(page.create_feed(params={"message": "Mätt"})["id"], api=page.get_api())
    with pytest.raises(FacebookRequestError) as refused:
        post.get_insights(params={"metric": [VIEWS, "post_impressions"]})
    assert refusal(refused) == (400, 100, None, False)


def test_every_no_is_the_error_that_it_is_on_the_graph_api(page: Page, simulator: Running) -> None:
    no = {"message": "Nej"}
    with pytest.raises(FacebookRequestError) as dead:
        Page(PAGE, api=sdk(simulator, "fel")).create_feed(params=no)
    assert refusal(dead) == (401, 190, 463, False)
    with pytest.raises(FacebookRequestError) as others:
        Page("1", api=page.get_api()).create_feed(params=no)
    assert refusal(others)[1] == 200
    fails_once(simulator, "/graph/", kind="throttle", retry_after=120)
    with pytest.raises(FacebookRequestError) as throttled:
        page.create_feed(params=no)
    assert refusal(throttled) == (400, 32, None, False)
    [[usage]] = json.loads(throttled.value.http_headers()["X-Business-Use-Case-Usage"]).values()
    assert usage["estimated_time_to_regain_access"] == 2
    fails_once(simulator, "/graph/", kind="status", status=500)
    with pytest.raises(FacebookRequestError) as trouble:
        page.create_feed(params=no)
    assert refusal(trouble) == (500, 2, None, True)
    fails_once(simulator, "/graph/", kind="reset-before")
    with pytest.raises(Cut):
        page.create_feed(params=no)
    assert published(simulator, ACCOUNT, "Nej") == 0
