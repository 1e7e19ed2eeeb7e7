"""Numbers are what a channel says today; whatever else it answers, they are missing, not zero."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from schemas.insights import Number
from services.kit.settings import MissingSecret
from services.metrics.domain import Page, judge
from services.metrics.ports import NoAnswer, Source
from services.metrics.sources import sources, witnesses
from services.metrics.sources.facebook import Engagement
from services.metrics.web import AccountOwner, Stranger
from tests.harness.ports import free_port
from tests.metrics.builders import NOON, SECOND, places, shown
from tests.metrics.site import Site

pytestmark = pytest.mark.web

Said = dict[str, tuple[int | None, str]]

STATUS = {
    "id": "1164/5",
    "content": "<p>Hej</p>",
    "reblogs_count": 7,
    "replies_count": 2,
    "favourites_count": 31,
}


def by_name(numbers: tuple[Number, ...]) -> Said:
    return {number.name.value: (number.value, number.platform_metric) for number in numbers}


def public(stranger: Stranger) -> dict[str, tuple[Source, ...]]:
    """The sources that ask without a token."""
    return sources(stranger, AccountOwner(SECOND, str), places())


def owned(site: Site, owner: AccountOwner) -> tuple[Source, ...]:
    """The sources of a Page."""
    stranger = Stranger(SECOND, {})
    return sources(stranger, owner, places(site.origin))["facebook"]


async def newsroom(site: Site, stranger: Stranger, path: str = "/nyhet") -> tuple[Number, ...]:
    [views] = public(stranger)["newsroom"]
    return await views.numbers(shown(url=site.origin + path))


async def mastodon(site: Site, stranger: Stranger) -> tuple[Number, ...]:
    [counts] = public(stranger)["mastodon"]
    return await counts.numbers(
        shown(url=f"{site.origin}/social/@regionen/1164", external_id="1164")
    )


@pytest.mark.parametrize("path", ["/nyhet", "/nyhet/"])
async def test_a_page_of_the_newsroom_says_how_often_it_was_read(
    site: Site, stranger: Stranger, path: str
) -> None:
    site.say("/nyhet/numbers.json", {"views": 12, "since": "2026-11-23T11:59:59.5Z"})
    [number] = await newsroom(site, stranger, path)
    assert (number.name, number.value) == ("views", 12)
    assert (number.platform_metric, number.api_version) == ("views", "newsroom 1")


async def test_views_counted_from_the_moment_of_publication_are_the_whole(
    site: Site, stranger: Stranger
) -> None:
    site.say("/nyhet/numbers.json", {"views": 0, "since": "2026-11-23T13:00:00+01:00"})
    assert by_name(await newsroom(site, stranger)) == {"views": (0, "views")}


@pytest.mark.parametrize(
    "said",
    [
        {"views": 12, "since": (NOON + SECOND).isoformat()},
        {"views": 12, "since": "2026-11-23T11:00:00"},
        {"views": 12, "since": "i går"},
        {"views": 12, "since": 1700000000},
        {"views": 12},
        {"since": "2026-11-23T11:00:00Z"},
        {"views": None, "since": "2026-11-23T11:00:00Z"},
        {"views": -1, "since": "2026-11-23T11:00:00Z"},
        {"views": "12", "since": "2026-11-23T11:00:00Z"},
        {"views": 1.5, "since": "2026-11-23T11:00:00Z"},
        {"views": True, "since": "2026-11-23T11:00:00Z"},
        [],
        None,
    ],
)
async def test_views_that_are_not_the_whole_are_missing(
    site: Site, stranger: Stranger, said: object
) -> None:
    site.say("/nyhet/numbers.json", said)
    assert by_name(await newsroom(site, stranger)) == {"views": (None, "views")}


@pytest.mark.parametrize("body", [b"", b"<p>hej</p>", b"\xff\xfe", b"[" * 100_000, b'{"views": 1'])
async def test_an_answer_that_is_not_json_makes_views_missing(
    site: Site, stranger: Stranger, body: bytes
) -> None:
    site.answers["/nyhet/numbers.json"] = Response(body)
    assert by_name(await newsroom(site, stranger)) == {"views": (None, "views")}


async def test_a_mastodon_server_says_shares_comments_and_reactions(
    site: Site, stranger: Stranger
) -> None:
    site.say("/social/api/v1/statuses/1164", STATUS)
    numbers = await mastodon(site, stranger)
    assert by_name(numbers) == {
        "shares": (7, "reblogs_count"),
        "comments": (2, "replies_count"),
        "reactions": (31, "favourites_count"),
        "views": (None, ""),
        "reach": (None, ""),
    }
    assert {number.api_version for number in numbers} == {"mastodon v1"}
    assert "authorization" not in site.asked[0].headers


async def test_one_count_that_cannot_be_read_spoils_no_other(
    site: Site, stranger: Stranger
) -> None:
    unlike: dict[str, Any] = STATUS | {"reblogs_count": "many"}
    del unlike["replies_count"]
    site.say("/social/api/v1/statuses/1164", unlike)
    said = by_name(await mastodon(site, stranger))
    assert said["shares"] == (None, "reblogs_count")
    assert said["comments"] == (None, "replies_count")
    assert said["reactions"] == (31, "favourites_count")


@pytest.mark.parametrize("status", [401, 403, 404, 410, 422])
async def test_a_channel_that_refuses_makes_its_numbers_missing(
    site: Site, stranger: Stranger, status: int
) -> None:
    site.say("/social/api/v1/statuses/1164", {"error": "Record not found"}, status)
    site.say("/nyhet/numbers.json", {"views": 1, "since": "2026-11-23T11:00:00Z"}, status)
    [counts] = public(stranger)["mastodon"]
    assert await mastodon(site, stranger) == counts.missing
    assert by_name(await newsroom(site, stranger)) == {"views": (None, "views")}


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_channel_in_trouble_has_not_answered(
    site: Site, stranger: Stranger, status: int
) -> None:
    site.say("/social/api/v1/statuses/1164", STATUS, status)
    with pytest.raises(NoAnswer):
        await mastodon(site, stranger)


async def test_a_channel_that_is_away_has_not_answered() -> None:
    away = Site(f"http://127.0.0.1:{free_port()}")
    async with Stranger(timedelta(seconds=5), {}) as stranger:
        with pytest.raises(NoAnswer):
            await newsroom(away, stranger)
        with pytest.raises(NoAnswer):
            await mastodon(away, stranger)


async def test_an_id_cannot_lead_to_another_address(site: Site, stranger: Stranger) -> None:
    [counts] = public(stranger)["mastodon"]
    await counts.numbers(shown(url=f"{site.origin}/@x/1", external_id="../../a?b#c"))
    assert site.asked[0].scope["raw_path"] == b"/api/v1/statuses/..%2F..%2Fa%3Fb%23c"


async def test_an_address_without_an_account_has_no_numbers(site: Site, stranger: Stranger) -> None:
    [counts] = public(stranger)["mastodon"]
    assert await counts.numbers(shown(url=f"{site.origin}/1")) == counts.missing
    assert site.asked == []


async def bluesky(site: Site, stranger: Stranger, uri: str) -> tuple[Number, ...]:
    [counts] = public(stranger)["bluesky"]
    address = f"{site.origin}/app/profile/regionen.example/post/3k"
    return await counts.numbers(shown(url=address, external_id=uri))


POST = {"uri": "at://did:plc:a/app.bsky.feed.post/3k", "likeCount": 31, "replyCount": 2}


async def test_a_bluesky_post_says_what_it_counts(site: Site, stranger: Stranger) -> None:
    site.say("/app/xrpc/app.bsky.feed.getPosts", {"posts": [{**POST, "repostCount": 7}]})
    assert by_name(await bluesky(site, stranger, str(POST["uri"]))) == {
        "shares": (7, "repostCount"),
        "comments": (2, "replyCount"),
        "reactions": (31, "likeCount"),
        "views": (None, ""),
        "reach": (None, ""),
    }
    assert dict(site.asked[-1].query_params) == {"uris": POST["uri"]}


@pytest.mark.parametrize(
    "said", [{"posts": []}, {"posts": [{**POST, "uri": "at://another"}]}, {"posts": [1]}, {}]
)
async def test_a_bluesky_post_that_is_not_shown_has_no_numbers(
    site: Site, stranger: Stranger, said: dict[str, Any]
) -> None:
    site.say("/app/xrpc/app.bsky.feed.getPosts", said)
    numbers = by_name(await bluesky(site, stranger, str(POST["uri"])))
    assert {value for value, _ in numbers.values()} == {None}


PAGE_POST = "102_4711"


async def facebook(site: Site, owner: AccountOwner) -> Said:
    post = shown(url=f"{site.origin}/p/4711", external_id=PAGE_POST)
    numbers = [await source.numbers(post) for source in owned(site, owner)]
    return by_name(tuple(number for each in numbers for number in each))


def insight(name: str, value: object) -> dict[str, Any]:
    return {"data": [{"name": name, "period": "lifetime", "values": [{"value": value}]}]}


FIELDS = {
    "id": PAGE_POST,
    "shares": {"count": 7},
    "comments": {"data": [], "summary": {"total_count": 2}},
    "reactions": {"data": [], "summary": {"total_count": 31}},
}


async def test_a_page_is_told_what_strangers_are_not(site: Site, owner: AccountOwner) -> None:
    site.say(f"/v26.0/{PAGE_POST}", FIELDS)
    values = {"post_media_view": 900, "post_total_media_view_unique": 640, "post_clicks": 12}

    async def told(request: Request) -> Response:
        metric = request.query_params["metric"]
        return JSONResponse(insight(metric, values[metric]))

    site.answers[f"/v26.0/{PAGE_POST}/insights"] = told
    assert await facebook(site, owner) == {
        "shares": (7, "shares"),
        "comments": (2, "comments"),
        "reactions": (31, "reactions"),
        "views": (900, "post_media_view"),
        "reach": (640, "post_total_media_view_unique"),
        "clicks": (12, "post_clicks"),
    }
    for asked in site.asked:
        assert asked.headers["Authorization"] == "Bearer EAAB"
        assert "EAAB" not in str(asked.url)


async def test_a_name_that_is_valid_no_longer_spoils_no_other(
    site: Site, owner: AccountOwner
) -> None:
    site.say(f"/v26.0/{PAGE_POST}", FIELDS)
    dead = {"error": {"code": 100, "message": "must be a valid insights metric"}}
    site.say(f"/v26.0/{PAGE_POST}/insights", dead, 400)
    values = {name: value for name, (value, _) in (await facebook(site, owner)).items()}
    assert values["shares"] == 7
    assert values["views"] is values["reach"] is values["clicks"] is None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"error": {"code": 190}}, 401),
        ({"data": []}, 200),
        ({"data": [{"name": "another", "values": [{"value": 3}]}]}, 200),
        ({"data": [{"name": "post_clicks", "values": [{"value": "3"}]}]}, 200),
        ([1], 200),
        ({"error": "so"}, 400),
    ],
)
async def test_what_a_page_is_not_told_is_missing(
    site: Site, owner: AccountOwner, said: object, status: int
) -> None:
    site.say(f"/v26.0/{PAGE_POST}", said, status)
    site.say(f"/v26.0/{PAGE_POST}/insights", said, status)
    assert {value for value, _ in (await facebook(site, owner)).values()} == {None}


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"error": {"code": 32}}, 400),
        ({"error": {"code": 2}}, 500),
        ({"error": {"code": 99, "is_transient": True}}, 400),
        ({}, 503),
    ],
)
async def test_a_page_that_is_asked_too_often_is_asked_again(
    site: Site, owner: AccountOwner, said: object, status: int
) -> None:
    site.say(f"/v26.0/{PAGE_POST}", said, status)
    engagement, *_ = owned(site, owner)
    with pytest.raises(NoAnswer):
        await engagement.numbers(shown(url="", external_id=PAGE_POST))


async def test_without_a_token_nothing_is_asked(site: Site) -> None:
    def nothing(name: str) -> str:
        raise MissingSecret(name)

    async with AccountOwner(SECOND, nothing) as owner:
        engagement = Engagement(owner, places(site.origin).graph)
        numbers = await engagement.numbers(shown(url="", external_id=PAGE_POST))
    assert {number.value for number in numbers} == {None}
    assert site.asked == []


async def seen(site: Site, owner: AccountOwner, **more: Any) -> Page:
    async with Stranger(SECOND, {}) as stranger:
        witness = witnesses(stranger, owner, places(site.origin))["facebook"]
        about = {"url": f"{site.origin}/p/4711", "external_id": PAGE_POST} | more
        return await witness.see(shown(**about))


async def test_a_post_of_a_page_is_seen_with_a_token_of_our_own(
    site: Site, owner: AccountOwner
) -> None:
    site.say(f"/v26.0/{PAGE_POST}", {"is_published": True, "message": "Så <här> & där"})
    page = await seen(site, owner)
    assert judge(page, "Så <här> & där") is None
    assert judge(page, "Något annat") is not None


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"is_published": False, "message": "Ligger redo"}, 200),
        ({"error": {"code": 100, "error_subcode": 33}}, 400),
    ],
)
async def test_a_post_that_is_not_public_is_not_seen(
    site: Site, owner: AccountOwner, said: object, status: int
) -> None:
    site.say(f"/v26.0/{PAGE_POST}", said, status)
    assert (await seen(site, owner)).status == 404


@pytest.mark.parametrize(
    ("said", "status"), [({"error": {"code": 190}}, 401), ({}, 200), ({"error": {"code": 2}}, 500)]
)
async def test_a_witness_who_is_not_let_in_has_seen_nothing_either_way(
    site: Site, owner: AccountOwner, said: object, status: int
) -> None:
    site.say(f"/v26.0/{PAGE_POST}", said, status)
    with pytest.raises(NoAnswer):
        await seen(site, owner)


async def test_without_a_token_the_witness_is_a_stranger(site: Site) -> None:
    def nothing(name: str) -> str:
        raise MissingSecret(name)

    site.show("/p/4711", "Så säger sidan")
    async with AccountOwner(SECOND, nothing) as owner:
        assert judge(await seen(site, owner), "Så säger sidan") is None
