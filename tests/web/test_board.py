"""The week board shows what goes out, how it went, and what needs a person."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from schemas.codes import Code
from schemas.parked import MessageParked
from services.planner.domain.transitions import miss
from tests.planner.asking import approve, submit
from tests.planner.deliveries import delivery, insight, unseen, witnessed
from tests.planner.samples import CHANNELS, NOW, variant, written
from tests.planner.web import Web
from tests.web.visiting import browser, look

AT = (NOW + timedelta(hours=1)).isoformat()


async def approved(web: Web, **fields: str) -> UUID:
    async with web.client() as anna:
        sent = await submit(anna, written(variant("newsroom", publish_at=AT, **fields)))
        assert (await approve(web, sent)).status_code == 200
        return UUID(sent.json()["id"])


async def test_a_post_stands_in_its_channel_on_its_day(web: Web) -> None:
    await approved(web)
    async with browser(web) as anna:
        page = await look(anna, "/?week=2026-W48")
    table = page.one("table")
    assert [th.text for th in table.one("thead").all("th")] == ["Day", "Mastodon", "Newsroom"]
    [monday] = [row for row in table.one("tbody").all("tr") if row.all("li")]
    assert monday.one("th").text == "Monday 23 November Today"
    mastodon, newsroom = monday.all("td")
    assert mastodon.text == "Nothing"
    assert newsroom.text.startswith("11:00 Approved Natt på akuten Hej från newsroom!")
    assert "it goes out by itself" in newsroom.text


async def test_a_published_post_links_to_the_public_and_shows_its_numbers(web: Web) -> None:
    post = await approved(web)
    web.draw(delivery("published", post=post), witnessed(post=post), insight(post=post, hours=24))
    async with browser(web, language="sv") as anna:
        page = await look(anna)
    entry = page.one("li", class_="entry")
    assert entry.one("a", href="http://newsroom.example/1").text == "Läs det i Newsroom"
    for words in ("Publicerad", "Sedd av vittne efter 2 s", "Visningar 24", "efter 1 dygn"):
        assert words in entry.text, words
    assert "Delningar" not in entry.text


@pytest.mark.parametrize("state", ["failed", "expired", "uncertain", "held"])
async def test_what_went_wrong_needs_a_person(web: Web, state: str) -> None:
    post = await approved(web)
    web.draw(delivery(state, post=post))
    # A doubt is left to the publisher alone for a while; nothing is too old to be listed.
    web.clock.moment += timedelta(hours=1)
    async with browser(web) as anna:
        needs = (await look(anna)).one("section", aria_labelledby="needs")
    assert needs.one("a", href=f"/posts/{post}").text == "Natt på akuten"
    assert needs.one("strong").text


async def test_what_nobody_can_see_needs_a_person(web: Web) -> None:
    post = await approved(web)
    web.draw(delivery("published", post=post), unseen(post=post))
    async with browser(web) as anna:
        needs = (await look(anna)).one("section", aria_labelledby="needs")
    assert "Unseen" in needs.text
    assert "The public page answered 404" in needs.text
    assert len(needs.all("a", href="http://newsroom.example/1")) == 1


async def test_a_missed_post_is_needed_once_and_not_once_for_each_channel(web: Web) -> None:
    async with web.client() as anna:
        body = written(variant("newsroom", publish_at=AT), variant("mastodon", publish_at=AT))
        sent = await submit(anna, body)
    told = web.memory.told[-1]
    web.clock.moment = NOW + timedelta(hours=2)
    web.memory.put(miss(told.fact, web.clock.moment).post)
    async with browser(web) as anna:
        needs = (await look(anna)).one("section", aria_labelledby="needs")
    assert len(needs.all("a", href=f"/posts/{sent.json()['id']}")) == 1
    assert "Give it a new time" in needs.text


async def test_a_parked_message_and_a_channel_that_is_not_ready_need_a_person(web: Web) -> None:
    parked = MessageParked(
        occurred_at=NOW,
        trace=uuid4(),
        teller="metrics",
        parked=uuid4(),
        stream="PUBLISHER",
        sequence=3,
        about="publisher.delivery.newsroom.x",
        attempts=1,
        code=Code.MESSAGE_UNREADABLE,
        parameters={"service": "metrics"},
    )
    down = CHANNELS["mastodon"].model_copy(
        update={
            "ready": False,
            "code": Code.CREDENTIALS_REFUSED,
            "parameters": {"channel": "Mastodon"},
        }
    )
    web.draw(parked, down)
    async with browser(web) as anna:
        page = await look(anna)
    needs = page.one("section", aria_labelledby="needs")
    assert "A message to metrics could not be read" in needs.text
    assert "Mastodon does not accept our credentials" in needs.text
    assert "Not ready" in page.one("thead").text


async def test_a_calm_week_says_nothing_of_needs(web: Web) -> None:
    async with browser(web) as anna:
        assert not (await look(anna)).all("section", aria_labelledby="needs")


async def test_an_unknown_week_is_this_week(web: Web) -> None:
    async with browser(web) as anna:
        assert "Week 48" in (await look(anna, "/?week=soon")).one("h2", id="week").text


async def test_what_people_write_is_shown_as_they_wrote_it_and_nothing_else(web: Web) -> None:
    bad = '<script>alert("x")</script>&amp;'
    async with web.client() as anna:
        sent = await submit(anna, written(variant(text=bad), title=bad))
    async with browser(web, "bengt") as bengt:
        for path in ("/", f"/posts/{sent.json()['id']}"):
            page = await look(bengt, path)
            assert [s.attributes["src"][:16] for s in page.all("script")] == ["/static/live.js?"]
            assert bad in page.one("main").text
            assert not [node for node in page.all() if "style" in node.attributes]


async def test_pages_take_nothing_from_elsewhere(web: Web) -> None:
    async with browser(web) as anna:
        answer = await anna.get("/")
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        page = await look(anna)
        for node in (*page.all("script"), *page.all("link"), *page.all("img")):
            address = node.attributes.get("src") or node.attributes["href"]
            assert address.startswith("/static/")
            assert (await anna.get(address)).status_code == 200


async def test_a_table_says_what_it_is(web: Web) -> None:
    await approved(web)
    async with browser(web) as anna:
        page = await look(anna)
    assert page.one("caption").text
    assert all("scope" in th.attributes for th in page.all("th"))
    assert len(page.all("h1")) == len(page.all("main")) == 1
    ids = [node.attributes["id"] for node in page.all() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
