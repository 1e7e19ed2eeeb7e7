"""What Instagram and Threads tell the owner of an account, one number at a time."""

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.metrics.domain import Page, judge
from services.metrics.ports import NoAnswer
from services.metrics.sources import sources, witnesses
from services.metrics.web import AccountOwner, Stranger
from tests.metrics.builders import SECOND, places, shown
from tests.metrics.site import Site

pytestmark = pytest.mark.web

MEDIA = "17890012345678901"
COUNTED = {"views": 900, "reach": 640, "shares": 7, "comments": 2, "likes": 31, "saved": 4}


THREAD = {"views": 500, "likes": 9, "replies": 3, "reposts": 4, "quotes": 2, "shares": 1}


async def numbers(
    site: Site, owner: AccountOwner, kind: str = "instagram"
) -> dict[str, tuple[int | None, str]]:
    post = shown(url=f"{site.origin}/p/abc/", external_id=MEDIA)
    given = sources(Stranger(SECOND, {}), owner, places(site.origin))[kind]
    told = [number for source in given for number in await source.numbers(post)]
    return {number.name.value: (number.value, number.platform_metric) for number in told}


def say(site: Site, values: dict[str, Any], version: str = "v26.0") -> None:
    async def told(request: Request) -> Response:
        metric = request.query_params["metric"]
        if metric not in values:
            return JSONResponse({"error": {"code": 100, "message": "invalid metric"}}, 400)
        value = values[metric]
        shown = {"name": metric, "period": "lifetime", "values": [{"value": value}]}
        return JSONResponse({"data": [] if value is None else [shown]})

    site.answers[f"/{version}/{MEDIA}/insights"] = told


async def test_every_number_has_the_platforms_own_name(site: Site, owner: AccountOwner) -> None:
    say(site, COUNTED)
    assert await numbers(site, owner) == {
        "views": (900, "views"),
        "reach": (640, "reach"),
        "shares": (7, "shares"),
        "comments": (2, "comments"),
        "reactions": (31, "likes"),
        "saves": (4, "saved"),
    }
    assert all("EAAB" not in str(asked.url) for asked in site.asked)


async def test_what_is_empty_or_unknown_is_missing_and_spoils_no_other(
    site: Site, owner: AccountOwner
) -> None:
    say(site, {"views": None, "likes": 31, "saved": 0})
    values = {name: value for name, (value, _) in (await numbers(site, owner)).items()}
    assert values == {
        "views": None,
        "reach": None,
        "shares": None,
        "comments": None,
        "reactions": 31,
        "saves": 0,
    }


async def test_what_is_passed_on_is_a_sum_of_all_its_parts_or_missing(
    site: Site, owner: AccountOwner
) -> None:
    say(site, THREAD, "v1.0")
    assert await numbers(site, owner, "threads") == {
        "views": (500, "views"),
        "shares": (7, "reposts+quotes+shares"),
        "comments": (3, "replies"),
        "reactions": (9, "likes"),
    }
    say(site, THREAD | {"quotes": None}, "v1.0")
    assert (await numbers(site, owner, "threads"))["shares"] == (None, "reposts+quotes+shares")


async def test_a_number_says_of_which_api_it_is(site: Site, owner: AccountOwner) -> None:
    kinds = sources(Stranger(SECOND, {}), owner, places(site.origin))
    told = {
        kind: {number.api_version for source in kinds[kind] for number in source.missing}
        for kind in ("instagram", "threads")
    }
    assert told == {"instagram": {"graph v26.0"}, "threads": {"threads v1.0"}}


async def see(site: Site, owner: AccountOwner, kind: str = "instagram") -> Page:
    async with Stranger(SECOND, {}) as stranger:
        witness = witnesses(stranger, owner, places(site.origin))[kind]
        return await witness.see(shown(url=f"{site.origin}/p/abc/", external_id=MEDIA))


async def test_a_post_is_seen_with_a_token_of_our_own(site: Site, owner: AccountOwner) -> None:
    address = "https://www.instagram.com/p/abc/"
    site.say(f"/v26.0/{MEDIA}", {"id": MEDIA, "permalink": address, "caption": "Så <här>"})
    page = await see(site, owner)
    assert judge(page, "Så <här>") is None
    assert judge(page, "Något annat") is not None
    [asked] = site.asked
    assert asked.query_params["fields"] == "permalink,caption"


async def test_a_thread_is_seen_by_its_own_api(site: Site, owner: AccountOwner) -> None:
    address = "https://www.threads.com/@regionen/post/abc"
    site.say(f"/v1.0/{MEDIA}", {"id": MEDIA, "permalink": address, "text": "Så är det"})
    assert judge(await see(site, owner, "threads"), "Så är det") is None


async def test_a_post_that_is_gone_is_gone(site: Site, owner: AccountOwner) -> None:
    site.say(f"/v26.0/{MEDIA}", {"error": {"code": 100, "error_subcode": 33}}, 400)
    assert (await see(site, owner)).status == 404


@pytest.mark.parametrize("said", [{}, {"error": {"code": 190}}, {"caption": "Hej"}])
async def test_what_says_neither_is_no_answer(
    site: Site, owner: AccountOwner, said: dict[str, Any]
) -> None:
    site.say(f"/v26.0/{MEDIA}", said)
    with pytest.raises(NoAnswer):
        await see(site, owner)
