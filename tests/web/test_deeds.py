"""What people do with a post from a page binds what that page showed, and only what is allowed."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from tests.planner.asking import POSTS, approve, draft, submit
from tests.planner.deliveries import delivery, proof
from tests.planner.samples import NOW, variant, written
from tests.planner.web import Web, people_text
from tests.web.reading import Node, filled, read
from tests.web.visiting import browser, form_to, look, send


async def waiting(web: Web, body: object = None) -> str:
    async with web.client("anna") as anna:
        return str((await submit(anna, body)).json()["id"])


def told(web: Web) -> list[str]:
    """List what was told of posts and orders."""
    return [name for name in web.memory.types() if name.startswith(("post.", "order."))]


def button(page: Node, action: str) -> Node:
    return form_to(page, action).one("button")


@pytest.mark.parametrize("path", ["/", "/posts/{post}"])
async def test_a_colleague_approves_what_the_page_shows(web: Web, path: str) -> None:
    post = await waiting(web)
    async with browser(web, "bengt") as bengt:
        page = await look(bengt, path.format(post=post))
        assert "Hej från newsroom!" in page.one("main").text
        answer = await send(bengt, form_to(page, "/approve"))
        assert answer.status_code == 303, answer.text
        after = await look(bengt, answer.headers["location"])
    assert told(web)[-2:] == ["post.approved.v1", "order.approved.v1"]
    assert after.one(role="status").text.startswith("The post is approved")


async def test_the_same_button_pressed_twice_approves_once(web: Web) -> None:
    post = await waiting(web)
    async with browser(web, "bengt") as bengt:
        form = form_to(await look(bengt, f"/posts/{post}"), "/approve")
        assert [(await send(bengt, form)).status_code for _ in range(2)] == [303, 303]
    assert web.memory.types().count("post.approved.v1") == 1


async def test_nobody_approves_their_own_post(web: Web) -> None:
    post = await waiting(web)
    async with browser(web, "anna") as anna:
        page = await look(anna)
        approval = button(page, "/approve")
        assert "disabled" in approval.attributes
        why = page.one(id=approval.attributes["aria-describedby"])
        assert why.text.startswith("You have written in this post, so you cannot approve it.")
        forced = await send(anna, form_to(page, "/approve"))
    assert forced.status_code == 403
    assert "post.approved.v1" not in web.memory.types()
    assert post in forced.text


async def test_whoever_lacks_the_role_is_told_so(web: Web) -> None:
    await waiting(web)
    text = web.people.read_text()
    web.people.write_text(f"{text}\n{people_text('erik', roles=('author',))}")
    async with browser(web, "erik") as erik:
        page = await look(erik)
    assert "disabled" in button(page, "/approve").attributes
    assert "Ask somebody with the role approver" in page.one("div", class_="deeds").text


async def test_a_post_that_has_changed_is_shown_anew_and_not_approved(web: Web) -> None:
    post = await waiting(web)
    async with browser(web, "bengt") as bengt, web.client("anna") as anna:
        stale = form_to(await look(bengt), "/approve")
        await anna.put(f"{POSTS}/{post}", json=written(variant(text="Något helt annat.")))
        await anna.post(f"{POSTS}/{post}/submit")
        answer = await send(bengt, stale)
        assert answer.status_code == 412
        page = read(answer.text)
        assert page.one(role="alert").text.startswith("The post has changed since you read it.")
        assert "Något helt annat." in page.one("main").text
        assert "post.approved.v1" not in web.memory.types()
        again = await send(bengt, form_to(page, "/approve"))
    assert again.status_code == 303
    assert "post.approved.v1" in web.memory.types()


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}])
async def test_a_form_from_elsewhere_is_refused(web: Web, headers: dict[str, str]) -> None:
    await waiting(web)
    async with browser(web, "bengt") as bengt:
        form = form_to(await look(bengt), "/approve")
        answer = await bengt.post(form.attributes["action"], data=filled(form), headers=headers)
        new = await bengt.post(
            "/posts/new", data={"key": "k", "text-newsroom": "x"}, headers=headers
        )
    assert answer.status_code == new.status_code == 403
    assert read(answer.text).one("h1").text == "The form was not sent from this site."
    assert "post.approved.v1" not in web.memory.types()
    assert web.memory.types().count("post.drafted.v1") == 1


async def test_withdrawing_asks_first(web: Web) -> None:
    async with web.client("anna") as anna:
        at = (NOW + timedelta(hours=1)).isoformat()
        sent = await submit(anna, written(variant(publish_at=at)))
        await approve(web, sent)
        post = sent.json()["id"]
    async with browser(web, "bengt") as bengt:
        page = await look(bengt, f"/posts/{post}")
        question = await look(
            bengt, page.one("a", href=f"/posts/{post}/withdraw").attributes["href"]
        )
        assert told(web)[-1] == "order.approved.v1"
        answer = await send(bengt, form_to(question, "/withdraw"))
        after = await look(bengt, answer.headers["location"])
    assert told(web)[-2:] == ["post.withdrawn.v1", "order.withdrawn.v1"]
    assert "Withdrawn" in after.one("dl", class_="about").text


async def published(web: Web) -> str:
    async with web.client("anna") as anna:
        sent = await submit(anna, written(variant(), variant("mastodon")))
    await approve(web, sent)
    post = str(sent.json()["id"])
    web.told(delivery("published", post=UUID(post)))
    web.told(delivery("scheduled", "mastodon", post=UUID(post)))
    return post


async def test_what_was_sent_without_an_address_says_so(web: Web) -> None:
    post = await published(web)
    bare = proof().model_copy(update={"url": ""})
    web.told(delivery("published", post=UUID(post), url="", proof=bare))
    async with browser(web) as anna:
        page = await look(anna, f"/posts/{post}")
        shown = page.one("section", aria_labelledby="in-newsroom")
        assert "it has been sent" in shown.text
        assert "Read it in" not in shown.text
        question = await look(anna, f"/posts/{post}/withdraw")
    assert "be taken away from the public?" in question.one("h1").text
    [place] = question.one("main").one("ul").all("li")
    assert (place.text, place.all("a")) == ("Newsroom", [])


async def test_withdrawing_says_where_it_is_taken_away(web: Web) -> None:
    post = await published(web)
    async with browser(web) as anna:
        question = await look(anna, f"/posts/{post}/withdraw")
        assert "be taken away from the public?" in question.one("h1").text
        [place] = question.one("main").one("ul").all("li")
        assert place.one("a", href="http://newsroom.example/1").text == "Newsroom"
        answer = await send(anna, form_to(question, "/withdraw"))
        after = await look(anna, answer.headers["location"])
    orders = [told.fact for told in web.memory.told if told.fact.type == "order.withdrawn.v1"]
    assert {(order.channel, order.public) for order in orders} == {
        ("newsroom", "retract"),
        ("mastodon", "retract"),
    }
    assert "Being taken away" in after.one("section", aria_labelledby="in-newsroom").text


async def test_what_is_public_is_edited_with_a_warning_and_corrected(web: Web) -> None:
    post = await published(web)
    async with browser(web) as anna:
        page = await look(anna, f"/posts/{post}")
        form = await look(anna, page.one("a", href=f"/posts/{post}/edit").attributes["href"])
        assert "The post is public in Newsroom." in form.one("p", class_="notice").text
        wish = {"text__newsroom": "Rättat.", "wish": "submit"}
        answer = await send(anna, form_to(form, "/edit"), **wish)
        assert answer.status_code == 303, answer.text
        assert (
            "A change replaces it once it has been approved"
            in (await look(anna, answer.headers["location"]))
            .one("section", aria_labelledby="in-newsroom")
            .text
        )
    web.clock.moment += timedelta(days=2)
    async with browser(web, "bengt") as bengt:
        await send(bengt, form_to(await look(bengt), "/approve"))
        after = await look(bengt, f"/posts/{post}")
    assert "Being corrected" in after.one("section", aria_labelledby="in-newsroom").text
    order = next(
        t.fact
        for t in web.memory.told
        if t.fact.subject == f"planner.order.newsroom.{post}" and t.fact.revision == 2
    )
    assert order.content.text == "Rättat."


async def test_a_channel_that_is_public_is_not_lost_by_an_empty_field(web: Web) -> None:
    post = await published(web)
    async with browser(web) as anna:
        form = form_to(await look(anna, f"/posts/{post}/edit"), "/edit")
        answer = await send(anna, form, text__newsroom="", wish="draft")
    assert answer.status_code == 409
    assert "that channel cannot be left out of it" in read(answer.text).one(role="alert").text


async def test_nothing_is_edited_while_a_channel_is_called(web: Web) -> None:
    post = await published(web)
    web.told(delivery("attempted", "mastodon", post=UUID(post)))
    async with browser(web) as anna:
        page = await look(anna, f"/posts/{post}")
    assert not page.all("a", href=f"/posts/{post}/edit")
    assert page.all("a", href=f"/posts/{post}/withdraw")


async def test_a_draft_is_submitted_from_its_page(web: Web) -> None:
    async with web.client("anna") as anna:
        post = (await draft(anna)).json()["id"]
    async with browser(web) as anna:
        board = await look(anna)
        assert board.one("section", aria_labelledby="drafts").all("a", href=f"/posts/{post}")
        answer = await send(anna, form_to(await look(anna, f"/posts/{post}"), "/submit"))
    assert answer.headers["location"] == f"/posts/{post}?done=submitted"
    assert told(web)[-1] == "post.submitted.v1"


async def test_strangers_get_the_way_in_and_nothing_else(web: Web) -> None:
    post = await waiting(web)
    async with browser(web, None) as stranger:
        for path in ("/", f"/posts/{post}", "/posts/new", f"/posts/{post}/edit"):
            page = await look(stranger, path, 401)
            assert page.one("h1").text == "You are not signed in"
            assert "budkavle sign-in" in page.one("code").text
            assert "Natt på akuten" not in page.text
        answer: httpx.Response = await stranger.post(f"/posts/{post}/approve", data={"key": "k"})
    assert answer.status_code == 401
    assert "post.approved.v1" not in web.memory.types()


async def test_a_link_opens_once_and_signing_out_closes(web: Web) -> None:
    async with browser(web) as anna:
        page = await look(anna)
        assert "Anna" in page.one("form", class_="who").text
        answer = await send(anna, form_to(page, "/sign-out"))
        assert answer.status_code == 303
        await look(anna, "/", 401)


async def test_browsers_get_pages_and_programs_get_problems(web: Web) -> None:
    async with browser(web) as anna, web.client("anna") as program:
        missing = await look(anna, "/nowhere", 404)
        no_post = await look(anna, "/posts/not-a-post", 404)
        said = await program.get("/nowhere")
        api = await anna.get("/api/v1/posts/0f8c4c9e-8c1b-4a57-9f0a-6f8f2b2b7a10")
    assert missing.one("h1").text == "There is nothing at this address."
    assert no_post.one("h1").text == "There is no such post."
    assert said.json()["code"] == "page_not_found"
    assert api.json()["code"] == "post_not_found"


async def test_a_board_that_is_being_read_is_asked_for_again(web: Web) -> None:
    web.following.caught_up = False
    async with browser(web) as anna:
        page = await look(anna, "/", 503)
    [again] = [n for n in page.all("meta") if n.attributes.get("http-equiv") == "refresh"]
    assert again.attributes["content"] == "2"
    assert "still reading its memory" in page.one("h1").text
