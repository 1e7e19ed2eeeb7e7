"""The HTTP doors: what a client sends and gets back when all is well."""

from datetime import timedelta
from uuid import UUID

from schemas.channels import Quota
from tests.planner.asking import POSTS, approve, draft, submit
from tests.planner.deliveries import delivery, insight, unseen, witnessed
from tests.planner.samples import NOW, in_a_while, probed, variant, written
from tests.planner.signs import removed, rested, stranger
from tests.planner.web import Web


async def test_a_post_goes_from_draft_to_approved(web: Web) -> None:
    async with web.client() as anna:
        drafted = await draft(anna)
        assert drafted.status_code == 201
        assert drafted.headers["location"] == f"{POSTS}/{drafted.json()['id']}"
        submitted = await anna.post(f"{drafted.headers['location']}/submit")
        assert submitted.json()["state"] == "submitted"
    approved = await approve(web, submitted)
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    assert approved.json()["revision"] == 1


async def test_an_answer_shows_local_time_and_instant(web: Web) -> None:
    body = written(variant(publish_at={"local": "2026-11-24T18:30"}), variant("mastodon"))
    async with web.client() as anna:
        first, second = (await draft(anna, body)).json()["variants"]
    assert first["publish_at"] == {
        "local": "2026-11-24T18:30",
        "zone": "Europe/Stockholm",
        "instant": "2026-11-24T17:30:00Z",
    }
    assert second["publish_at"] == "on_approval"


async def test_a_shown_time_can_be_sent_back(web: Web) -> None:
    body = written(variant(publish_at="2026-10-25T01:30:00+00:00"))
    web.clock.moment = NOW - timedelta(days=60)
    async with web.client() as anna:
        drafted = (await draft(anna, body)).json()
        again = written(variant(publish_at=drafted["variants"][0]["publish_at"]))
        edited = await anna.put(f"{POSTS}/{drafted['id']}", json=again)
    assert edited.status_code == 200
    assert edited.json()["digest"] == drafted["digest"]


async def test_the_outcome_of_each_variant_shows(web: Web) -> None:
    async with web.client() as anna:
        approved = await approve(web, await submit(anna, written(variant(), variant("mastodon"))))
        post = UUID(approved.json()["id"])
        web.draw(delivery("published", post=post), delivery("failed", "mastodon", post=post))
        web.draw(witnessed(post=post), insight(post=post), stream="METRICS")
        news, toot = (await anna.get(f"{POSTS}/{post}")).json()["variants"]
    assert (news["status"], news["url"]) == ("published", "http://newsroom.example/1")
    assert news["witness"] == {"seen": True, "after": "PT2S", "look": 1}
    assert news["insights"][0]["numbers"][1]["value"] is None
    assert toot["status_label"] == "Failed"
    assert toot["problem"]["code"] == "credentials_refused"
    assert toot["next_step"]["sentence"] == toot["problem"]["remedy"]


async def test_an_unseen_post_shows_why(web: Web) -> None:
    async with web.client() as anna:
        post = UUID((await approve(web, await submit(anna))).json()["id"])
        web.draw(delivery("published", post=post))
        web.draw(unseen(post=post), stream="METRICS")
        [news] = (await anna.get(f"{POSTS}/{post}")).json()["variants"]
    assert news["witness"] == {"seen": False, "after": None, "look": 3}
    assert "404" in news["problem"]["detail"]


async def test_a_delivery_that_goes_on_changes_the_etag_but_not_what_is_approved(web: Web) -> None:
    async with web.client() as anna:
        submitted = await submit(anna)
        post = UUID(submitted.json()["id"])
        web.draw(delivery("scheduled", post=post))
        seen = await anna.get(f"{POSTS}/{post}")
    assert seen.headers["etag"] != submitted.headers["etag"]
    assert (await approve(web, submitted)).status_code == 200


async def test_a_post_that_is_as_it_was_seen_is_not_sent_again(web: Web) -> None:
    async with web.client() as anna:
        drafted = await draft(anna)
        headers = {"If-None-Match": drafted.headers["etag"]}
        again = await anna.get(drafted.headers["location"], headers=headers)
        waited = await anna.get(f"{drafted.headers['location']}?wait=0.05", headers=headers)
    assert (again.status_code, waited.status_code) == (304, 304)
    assert again.content == b""


async def test_the_list_is_in_the_order_of_times_and_comes_in_pages(web: Web) -> None:
    async with web.client() as anna:
        for hours in (3, 1, 2):
            at = in_a_while(hours * 3600, since=NOW)
            await draft(anna, written(variant(publish_at=at), title=str(hours)))
        await draft(anna, written(title="nu"))
        first = (await anna.get(POSTS, params={"limit": 2})).json()
        second = (await anna.get(POSTS, params={"limit": 2, "cursor": first["cursor"]})).json()
    assert [post["title"] for post in first["posts"]] == ["nu", "1"]
    assert [post["title"] for post in second["posts"]] == ["2", "3"]
    assert second["cursor"] is None


async def test_the_list_can_be_of_a_stretch_of_time(web: Web) -> None:
    async with web.client() as anna:
        for hours in (1, 48):
            at = in_a_while(hours * 3600, since=NOW)
            await draft(anna, written(variant(publish_at=at), title=str(hours)))
        await draft(anna, written(title="nu"))
        stretch = {"from": (NOW + timedelta(days=1)).isoformat()}
        later = (await anna.get(POSTS, params=stretch)).json()
        today = {"from": NOW.isoformat(), "to": (NOW + timedelta(days=1)).isoformat()}
        now = (await anna.get(POSTS, params=today)).json()
    assert [post["title"] for post in later["posts"]] == ["48"]
    assert [post["title"] for post in now["posts"]] == ["nu", "1"]


async def test_a_write_is_shown_even_while_the_board_is_behind(web: Web) -> None:
    web.memory.board = None
    async with web.client() as anna:
        drafted = await draft(anna)
    assert (drafted.status_code, drafted.json()["state"]) == (201, "draft")


async def test_the_channels_say_what_they_take(web: Web) -> None:
    async with web.client() as anna:
        channels = (await anna.get("/api/v1/channels")).json()["channels"]
    assert [each["channel"] for each in channels] == ["mastodon", "newsroom"]
    assert channels[0]["limits"]["characters"] == 500
    assert channels[0]["ready"] is True


async def test_a_channel_that_rests_says_until_when_and_why(web: Web) -> None:
    web.draw(rested(minutes=5))
    async with web.client() as anna:
        mastodon, newsroom = (await anna.get("/api/v1/channels")).json()["channels"]
        web.clock.moment += timedelta(minutes=6)
        later = (await anna.get("/api/v1/channels")).json()["channels"]
    assert mastodon["rest"]["until"] == "2026-11-23T09:05:00Z"
    assert mastodon["rest"]["problem"]["code"] == "channel_unreachable"
    assert [newsroom["rest"], later[0]["rest"]] == [None, None]


async def test_a_token_that_ends_soon_is_told_before_it_does(web: Web) -> None:
    web.draw(probed("mastodon", token_ends=NOW + timedelta(days=9, hours=5)))
    async with web.client(**{"Accept-Language": "sv"}) as anna:
        mastodon, newsroom = (await anna.get("/api/v1/channels")).json()["channels"]
        board = (await anna.get("/")).text
    assert mastodon["ready"] is True
    assert mastodon["token_days"] == 9
    assert mastodon["warning"]["detail"] == "Nyckeln till Mastodon slutar gälla 2026-12-02."
    assert (newsroom["token_days"], newsroom["warning"]) == (None, None)
    assert "Nyckeln slutar snart gälla (9 dagar kvar)" in board


async def test_how_many_posts_a_channel_takes_is_said_where_it_is_known(web: Web) -> None:
    web.draw(probed("mastodon", quota=Quota(left=7, of=100, per=timedelta(days=1))))
    async with web.client(**{"Accept-Language": "sv"}) as anna:
        mastodon, newsroom = (await anna.get("/api/v1/channels")).json()["channels"]
        board = (await anna.get("/")).text
    assert mastodon["quota"] == {
        "left": 7,
        "of": 100,
        "per": "P1D",
        "sentence": "Inlägg kvar: 7 av 100 på 24 timmar.",
    }
    assert newsroom["quota"] is None
    assert board.count("Inlägg kvar: 7 av 100 på 24 timmar.") == 1


async def test_a_channel_that_was_taken_away_is_offered_no_more(web: Web) -> None:
    web.draw(removed("mastodon"))
    async with web.client() as anna:
        channels = (await anna.get("/api/v1/channels")).json()["channels"]
    assert [each["channel"] for each in channels] == ["newsroom"]


async def test_what_did_not_come_from_here_is_listed(web: Web) -> None:
    web.draw(stranger(), stranger("newsroom", stranger=UUID(int=7), twin=UUID(int=8), code="twin"))
    async with web.client() as anna, web.client(None) as nobody:
        found = (await anna.get("/api/v1/strangers")).json()["strangers"]
        assert (await nobody.get("/api/v1/strangers")).status_code == 401
    assert {each["channel_title"]: each["twin"] for each in found} == {
        "Mastodon": None,
        "Newsroom": "00000000-0000-0000-0000-000000000008",
    }
    assert {each["problem"]["code"] for each in found} == {"stranger", "twin"}


async def test_what_nobody_takes_in_is_news_although_nothing_happens(web: Web) -> None:
    async with web.client() as anna:
        approved = await approve(web, await submit(anna))
        seen = {"If-None-Match": approved.headers["etag"]}
        at = f"{POSTS}/{approved.json()['id']}"
        assert (await anna.get(at, headers=seen)).status_code == 304
        web.clock.moment += timedelta(seconds=61)
        late = await anna.get(at, headers=seen)
    [variant] = late.json()["variants"]
    assert (variant["needs_person"], variant["problem"]["code"]) == (True, "order_unheard")


async def test_the_documentation_needs_nobody_elses_server(web: Web) -> None:
    async with web.client(None) as stranger:
        page = await stranger.get("/docs")
        described = (await stranger.get("/openapi.json")).json()
    assert "http" not in page.text.replace('href="/openapi.json"', "")
    assert set(described["paths"]) >= {POSTS, f"{POSTS}/{{post}}/approve", "/api/v1/events"}
    for path in described["paths"]:
        assert path in page.text
