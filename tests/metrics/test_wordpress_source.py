"""Comments are what the site says that there are, and of what is gone nobody knows how many."""

import pytest
from starlette.responses import Response

from schemas.insights import Number
from services.metrics.ports import NoAnswer
from services.metrics.sources.wordpress import CommentCount
from services.metrics.web import Stranger
from tests.metrics.builders import shown
from tests.metrics.site import Site

pytestmark = pytest.mark.web

COMMENTS = "/nyheter/wp-json/wp/v2/comments"


def place(site: Site, api: str | None = None, status: int = 200) -> str:
    """Put a post's page on the site, that says where the API is; gives its address."""
    api = api if api is not None else f"{site.origin}/nyheter/wp-json/"
    head = f'<head><link rel="https://api.w.org/" href="{api}" /></head>'
    site.answers["/nyheter/vaccin/"] = Response(head, status, media_type="text/html")
    return f"{site.origin}/nyheter/vaccin/"


async def read(url: str, stranger: Stranger, name: str = "12") -> tuple[Number, ...]:
    return await CommentCount(stranger).numbers(shown(url=url, external_id=name))


async def test_a_site_says_how_many_comments_there_are(site: Site, stranger: Stranger) -> None:
    site.answers[COMMENTS] = Response("[]", headers={"X-WP-Total": "31"})
    comments, *never = await read(place(site), stranger)
    assert (comments.value, comments.platform_metric) == (31, "X-WP-Total")
    assert comments.api_version == "wp/v2"
    assert [(each.name, each.value) for each in never] == [("views", None), ("reach", None)]
    asked = site.asked[-1]
    assert dict(asked.query_params) == {"post": "12", "per_page": "1", "_fields": "id"}
    assert "authorization" not in asked.headers


@pytest.mark.parametrize("total", ["", "-1", "många", "1.5", "٣", "9" * 30])
async def test_a_total_that_is_no_count_is_missing(
    site: Site, stranger: Stranger, total: str
) -> None:
    header = total.encode("latin-1", "replace").decode("latin-1")
    site.answers[COMMENTS] = Response("[]", headers={"X-WP-Total": header})
    assert await read(place(site), stranger) == CommentCount(stranger).missing


@pytest.mark.parametrize("status", [401, 403, 404])
async def test_a_post_that_is_gone_has_no_count(
    site: Site, stranger: Stranger, status: int
) -> None:
    # Of a post that is not there at all the API says 0.
    site.answers[COMMENTS] = Response("[]", headers={"X-WP-Total": "0"})
    assert await read(place(site, status=status), stranger) == CommentCount(stranger).missing
    site.answers[COMMENTS] = Response("{}", status, headers={"X-WP-Total": "0"})
    assert await read(place(site), stranger) == CommentCount(stranger).missing


@pytest.mark.parametrize("api", ["", "https://elsewhere.example/wp-json/", "/wp-json/"])
async def test_an_api_on_another_site_is_not_asked(
    site: Site, stranger: Stranger, api: str
) -> None:
    assert await read(place(site, api), stranger) == CommentCount(stranger).missing
    assert len(site.asked) == 1


async def test_a_post_that_a_person_found_has_no_count(site: Site, stranger: Stranger) -> None:
    assert await read(place(site), stranger, "") == CommentCount(stranger).missing


async def test_a_site_in_trouble_is_asked_again(site: Site, stranger: Stranger) -> None:
    site.answers[COMMENTS] = Response("<html>", 503)
    with pytest.raises(NoAnswer):
        await read(place(site), stranger)
