"""A decision is made from the post's page: each choice says what it does and is asked twice."""

from uuid import UUID

import pytest

from tests.planner.asking import approve, submit
from tests.planner.deliveries import delivery
from tests.planner.samples import probed, variant, written
from tests.planner.signs import rested, stranger
from tests.planner.web import Web, people_text
from tests.web.reading import Node, read
from tests.web.visiting import browser, form_to, look, send


async def stuck(web: Web, state: str = "held") -> str:
    """Have an approved post whose delivery waits for a person."""
    async with web.client("anna") as anna:
        sent = await submit(anna, written(variant()))
    await approve(web, sent)
    post = str(sent.json()["id"])
    web.told(delivery(state, post=UUID(post)))
    return post


def choices(page: Node) -> dict[str, str]:
    """List the choices on a post's page with where they lead."""
    links = page.one("ul", class_="choices").all("a")
    return {link.text.partition(" …")[0]: link.attributes["href"] for link in links}


async def test_a_held_post_is_sent_by_two_presses(web: Web) -> None:
    post = await stuck(web)
    async with browser(web, "bengt") as bengt:
        page = await look(bengt, f"/posts/{post}")
        found = choices(page)
        assert list(found) == ["Send it now", "Give it up"]
        assert "The post goes out at once." in page.one("ul", class_="choices").text
        question = await look(bengt, found["Send it now"])
        assert "Hej från newsroom!" in question.one("blockquote").text
        assert "decision.made.v1" not in web.memory.types()
        answer = await send(bengt, form_to(question, "/decision"))
        assert answer.status_code == 303, answer.text
        after = await look(bengt, answer.headers["location"])
    assert "decision.made.v1" in web.memory.types()
    assert after.one(role="status").text.startswith("The publisher has your decision")
    assert "Decided: Send it now · Bengt" in after.one("main").text
    assert not after.all("ul", class_="choices")


async def test_a_post_that_is_there_needs_its_address(web: Web) -> None:
    post = await stuck(web, "uncertain")
    async with browser(web, "bengt", "sv") as bengt:
        found = choices(await look(bengt, f"/posts/{post}"))
        assert list(found) == ["Det finns där", "Det finns inte där", "Avstå"]
        form = form_to(await look(bengt, found["Det finns där"]), "/decision")
        evil = await send(bengt, form, url="https://evil.example/1")
        assert evil.status_code == 422
        again = read(evil.text)
        assert "är inte adressen till ett inlägg i Newsroom" in again.one(role="alert").text
        form = form_to(again, "/decision")
        answer = await send(bengt, form, url="https://newsroom.example/1")
        assert answer.status_code == 303, answer.text
    made = next(t.fact for t in web.memory.told if t.fact.type == "decision.made.v1")
    assert (made.choice, made.url) == ("there", "https://newsroom.example/1")


async def test_where_there_are_no_addresses_none_is_asked_for(web: Web) -> None:
    web.told(probed("newsroom").model_copy(update={"url": ""}))
    post = await stuck(web, "uncertain")
    async with browser(web, "bengt") as bengt:
        found = choices(await look(bengt, f"/posts/{post}"))
        question = await look(bengt, found["It is there"])
    form_to(question, "/decision")
    assert not question.all("input", id="url")


async def test_what_has_gone_on_since_is_shown_and_not_decided(web: Web) -> None:
    post = await stuck(web)
    async with browser(web, "bengt") as bengt:
        link = choices(await look(bengt, f"/posts/{post}"))["Give it up"]
        form = form_to(await look(bengt, link), "/decision")
        web.told(delivery("published", post=UUID(post)))
        answer = await send(bengt, form)
        stale = await look(bengt, link, 409)
    assert answer.status_code == 409
    for page in (read(answer.text), stale):
        assert "has gone on since you looked" in page.one(role="alert").text
        assert "Published" in page.one("section", aria_labelledby="in-newsroom").text
    assert "decision.made.v1" not in web.memory.types()


async def test_whoever_may_not_decide_is_told_who_may(web: Web) -> None:
    post = await stuck(web)
    web.people.write_text(f"{web.people.read_text()}\n{people_text('erik', roles=('author',))}")
    async with browser(web, "erik") as erik:
        page = await look(erik, f"/posts/{post}")
        forced = f"/posts/{post}/channels/newsroom/decision?choice=send&on=6"
        question = await erik.get(forced)
    assert not page.all("ul", class_="choices")
    assert "Ask somebody with the role approver" in page.one("main").text
    assert not [f for f in read(question.text).all("form") if "decision" in f.attributes["action"]]


@pytest.mark.parametrize("ending", ["", "?choice=shout&on=1", "?choice=send&on=x"])
async def test_what_is_no_question_is_no_page_of_ours(web: Web, ending: str) -> None:
    post = await stuck(web)
    async with browser(web) as anna:
        answer = await anna.get(f"/posts/{post}/channels/newsroom/decision{ending}")
        nowhere = await anna.get(f"/posts/{post}/channels/radio/decision?choice=send&on=1")
        empty = await anna.post(f"/posts/{post}/channels/newsroom/decision", data={"key": "k"})
    assert (answer.status_code, nowhere.status_code, empty.status_code) == (422, 404, 422)


async def test_strangers_and_rests_stand_on_the_board(web: Web) -> None:
    web.draw(stranger(), rested())
    async with browser(web) as anna:
        page = await look(anna)
    needs = page.one("section", aria_labelledby="needs")
    assert "did not come from here" in needs.text
    assert needs.all("a", href="http://mastodon.example/99")
    assert "Rests until" in page.one("thead").text
    assert "could not be reached" in page.one("thead").text
