"""The pages of comments: what people wrote is shown as it is, and what is done says its reason."""

from uuid import UUID

import pytest

from services.planner import wording
from services.planner.web.comments import DONE, REASONS
from tests.planner.asking import approve
from tests.planner.comments import (
    CANARY,
    COMMENT,
    comment_id,
    done,
    received,
    refused,
    removed,
    worded,
)
from tests.planner.samples import variant
from tests.planner.test_api_comments import beneath, spoken
from tests.planner.web import Web, people_text
from tests.web.reading import Node, read
from tests.web.test_language import swedish
from tests.web.visiting import browser, form_to, look, send


def address(post: UUID) -> str:
    return f"/comments/mastodon/{post}/{COMMENT}"


def article(page: Node) -> Node:
    return page.one("article", class_="comment")


async def test_open_comments_stand_on_a_page_and_are_counted_in_the_menu(web: Web) -> None:
    post = await spoken(web)
    async with browser(web) as anna:
        page = await look(anna, "/comments")
        assert page.one(id="open-comments").text == "1 open"
        shown = article(page)
        assert shown.one("h2").text == "Aina Öst"
        assert CANARY in shown.text
        assert shown.one("a", href=f"/posts/{post}").text == "Natt på akuten"
        assert shown.one("a", href=received().url).text == "See it in Mastodon"
        web.memory.put(removed(post=post))
        empty = await look(anna, "/comments")
        assert not empty.all(id="open-comments")
        assert "There are no such comments." in empty.text
        assert article(await look(anna, "/comments?state=all")).text.count("Removed by others")


async def test_the_menu_counts_no_further_than_anybody_wants_to_know(web: Web) -> None:
    web.draw(*(received(comment_id(n)) for n in range(150)), stream="METRICS")
    async with browser(web) as anna:
        assert (await look(anna, "/")).one(id="open-comments").text == "99+ open"


async def test_lists_are_narrowed_with_a_form_and_go_on(web: Web) -> None:
    post = await beneath(web)
    for number in range(30):
        web.memory.put(received(comment_id(number), post=post, minutes=number))
    async with browser(web) as anna:
        first = await look(anna, "/comments")
        assert len(first.all("article", class_="comment")) == 25
        older = first.one("a", rel="next").attributes["href"]
        assert len((await look(anna, older)).all("article", class_="comment")) == 5
        elsewhere = await look(anna, "/comments?state=open&channel=newsroom")
        assert not elsewhere.all("article", class_="comment")
        odd = await look(anna, "/comments?state=%3Cb%3E&channel=%22%3E")
        assert len(odd.all("form", class_="filters")) == 1


async def test_an_answer_is_written_beneath_the_words_and_approved_by_another(web: Web) -> None:
    post = await spoken(web)
    async with browser(web) as anna:
        listed = article(await look(anna, "/comments"))
        path = listed.one("a", href=f"/posts/answer/mastodon/{post}/{COMMENT}").attributes["href"]
        page = await look(anna, path)
        form = form_to(page, "/posts/new")
        assert CANARY in form.one("blockquote").text
        assert [area.attributes["name"] for area in form.all("textarea")] == ["text-mastodon"]
        assert not form.all("input", type="file")
        empty = await send(anna, form, wish="submit")
        assert empty.status_code == 422
        assert CANARY in read(empty.text).one("blockquote").text
        again = form_to(read(empty.text), "/posts/new")
        sent = await send(anna, again, text__mastodon="Tack för att du säger till!", wish="submit")
        assert sent.status_code == 303, sent.text
        waits = await look(anna, sent.headers["location"])
    document = web.memory.told[-2].fact.document
    [answer] = document.variants
    assert document.title == "Answer to a comment: Natt på akuten"
    assert (answer.channel, answer.publish_at) == ("mastodon", "on_approval")
    assert answer.content.answers.comment == COMMENT
    assert answer.content.title == ""
    assert CANARY in waits.text
    async with browser(web, "bengt") as bengt:
        board = await look(bengt)
        assert board.one("a", href=f"/comments/mastodon/{COMMENT}").text == "Answers this comment"
        approved = await send(bengt, form_to(board, "/approve"))
        assert approved.status_code == 303
        led = await bengt.get(f"/comments/mastodon/{COMMENT}")
        assert led.headers["location"] == address(post)
        shown = article(await look(bengt, address(post)))
    assert "Answered" in shown.text
    assert "Tack för att du säger till!" in shown.text


async def test_an_answer_is_edited_as_an_answer(web: Web) -> None:
    post = await spoken(web)
    async with browser(web) as anna:
        form = form_to(await look(anna, f"/posts/answer/mastodon/{post}/{COMMENT}"), "/posts/new")
        saved = await send(anna, form, text__mastodon="Tack!", wish="draft")
        drafted = saved.headers["location"].partition("?")[0]
        page = form_to(await look(anna, f"{drafted}/edit"), "/edit")
        assert CANARY in page.one("blockquote").text
        changed = await send(anna, page, text__mastodon="Tack så mycket!", wish="draft")
    assert changed.status_code == 303, changed.text
    [kept] = web.memory.told[-2].fact.document.variants
    assert (kept.content.text, kept.content.answers.comment) == ("Tack så mycket!", COMMENT)


async def test_a_comment_is_hidden_for_a_reason_that_is_asked_for(web: Web) -> None:
    post = await spoken(web)
    async with browser(web, "bengt") as bengt:
        listed = article(await look(bengt, "/comments"))
        question = await look(
            bengt, listed.one("a", href=f"{address(post)}/hide").attributes["href"]
        )
        form = form_to(question, "/hide")
        assert len(form.all("input", type="radio")) == len(REASONS)
        for typed in ({}, {"reason": "other"}, {"reason": "other", "own": "  "}):
            bare = await send(bengt, form, **typed)
            assert bare.status_code == 422
            assert "Reason – it is missing" in read(bare.text).one(role="alert").text
        endless = await send(bengt, form, reason="hate", own="x" * 600)
        assert "Reason – it is too long" in read(endless.text).one(role="alert").text
        assert "moderation.asked.v1" not in web.memory.types()
        sent = await send(bengt, form, reason="hate", own="Upprepat.")
        assert sent.status_code == 303, sent.text
        after = await look(bengt, sent.headers["location"])
    wish = next(t.fact for t in web.memory.told if t.fact.type == "moderation.asked.v1")
    assert (wish.action, wish.why) == ("hide", "Threats, or hate against a group: Upprepat.")
    assert after.one(role="status").text.startswith("The channel is asked to hide the comment.")
    assert "Being hidden" in article(after).text
    assert "Reason: Threats, or hate against a group: Upprepat." in article(after).text


async def test_what_the_publisher_said_is_shown_and_a_hidden_comment_is_shown_again(
    web: Web,
) -> None:
    post = await spoken(web)
    async with browser(web, "bengt") as bengt:
        form = form_to(await look(bengt, f"{address(post)}/hide"), "/hide")
        await send(bengt, form, reason="other", own="Reklam")
        web.told(refused(on=web.memory.told[-2].sequence))
        failed = article(await look(bengt, address(post)))
        assert "Not hidden" in failed.text
        warned = (await look(bengt, "/comments")).one("p", class_="notice")
        assert warned.text == "Comments that could not be hidden: 1. See which"
        which = warned.one("a").attributes["href"]
        assert "Not hidden" in article(await look(bengt, which)).text
        assert "Mastodon" in failed.one("p", class_="trouble").text
        form = form_to(await look(bengt, f"{address(post)}/hide"), "/hide")
        await send(bengt, form, reason="other", own="Reklam")
        web.told(done(on=web.memory.told[-2].sequence))
        hidden = await look(bengt, address(post))
        assert "The channel has hidden it." in article(hidden).text
        again = await send(bengt, form_to(hidden, "/unhide"))
        assert again.status_code == 303
    assert web.memory.told[-2].fact.action == "unhide"


async def test_whoever_may_not_is_told_why(web: Web) -> None:
    post = await spoken(web)
    text = web.people.read_text()
    web.people.write_text(f"{text}\n{people_text('erik', roles=('author',))}")
    async with browser(web, "erik") as erik:
        shown = article(await look(erik, "/comments"))
        assert not shown.all("a", href=f"{address(post)}/hide")
        assert "Ask somebody with the role approver" in shown.text
        assert shown.all("a", href=f"/posts/answer/mastodon/{post}/{COMMENT}")
        question = await look(erik, f"{address(post)}/hide")
        assert not question.all("form", action=f"{address(post)}/hide")
        data = {"key": "k", "reason": "hate"}
        forced = await erik.post(f"{address(post)}/hide", data=data)
    assert forced.status_code == 403
    assert "moderation.asked.v1" not in web.memory.types()
    async with browser(web, None) as stranger:
        for path in ("/comments", address(post), f"{address(post)}/hide"):
            assert CANARY not in (await look(stranger, path, 401)).text


async def test_a_channel_that_can_do_nothing_says_so(web: Web) -> None:
    post = await beneath(web)
    web.memory.put(received(channel="newsroom", post=post))
    async with browser(web) as anna:
        shown = article(await look(anna, "/comments"))
    assert "Newsroom takes no answers to comments from here." in shown.text
    assert not shown.all("form")


HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    '"><h1>Hej</h1>{{ 7*7 }}{% raw %}',
    "\u202eesrever\u2066 \u200f\u200eunderlig",
    "👩🏽‍🚒" * 50 + "Z\u0301\u0302\u0303" * 200,
    "a" * 10_000,
    "\n" * 500 + "slut",
    "\x00\x1b[31mröd",
    "]]>-->&lt;b&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
async def test_whatever_people_write_is_text_and_nothing_else(web: Web, text: str) -> None:
    post = await beneath(web)
    web.memory.put(worded(text, author=text[:200], post=post))
    web.memory.put(received(post=post, url="javascript:alert(1)"))
    paths = ("/comments", address(post), f"{address(post)}/hide", f"/posts/{post}")
    async with browser(web, "bengt") as bengt:
        pages = [await look(bengt, path) for path in paths]
        pages.append(await look(bengt, f"/posts/answer/mastodon/{post}/{COMMENT}"))
    for page in pages:
        words = " ".join(text.split())
        said = [n for n in page.all(class_="said") if words in n.text]
        assert said, page.one("title").text
        # What turns the writing round ends where the words end.
        assert all(n.all(dir="auto") or n.attributes.get("dir") == "auto" for n in said)
        assert all(n.tag == "bdi" for n in page.all(class_="author"))
        assert len(page.all("script")) == 1
        assert not page.all("img")
        assert len(page.all("h1")) == 1
        assert "javascript:" not in str(page)


async def test_long_words_are_folded_and_whole(web: Web) -> None:
    post = await beneath(web)
    text = " ".join(f"ord{n}" for n in range(1000))
    web.memory.put(worded(text, post=post))
    web.memory.put(received(post=post))
    async with browser(web) as anna:
        folded = (await look(anna, "/comments")).one("details", class_="said")
    assert len(folded.one("summary").text) < 320
    assert folded.one("p").text == text


async def test_a_post_shows_what_stands_beneath_it(web: Web) -> None:
    post = await spoken(web)
    for number in range(12):
        web.memory.put(received(comment_id(number), post=post, minutes=number + 10))
    async with browser(web) as anna:
        page = await look(anna, f"/posts/{post}")
        section = page.one("section", aria_labelledby="beneath")
        assert len(section.all("article")) == 10
        assert CANARY in section.all("article")[0].text
        more = section.one("a", href=f"/comments?post={post}")
        every = await look(anna, more.attributes["href"])
    assert len(every.all("article", class_="comment")) == 13


async def test_a_public_post_is_pinned_from_its_page_where_the_channel_can(web: Web) -> None:
    post = await beneath(web)
    async with browser(web, "bengt") as bengt:
        page = await look(bengt, f"/posts/{post}")
        sent = await send(bengt, form_to(page, "/pin"))
        assert sent.headers["location"] == f"/posts/{post}?done=pin"
        web.told(done("pin", post, on=web.memory.told[-2].sequence))
        pinned = await look(bengt, f"/posts/{post}")
        assert "It is pinned at the top." in pinned.text
        await send(bengt, form_to(pinned, "/unpin"))
    assert web.memory.told[-2].fact.action == "unpin"
    async with browser(web, "doris") as doris:
        [button] = form_to(await look(doris, f"/posts/{post}"), "/pin").all("button")
    assert "disabled" in button.attributes


async def test_the_pages_speak_whole_swedish(web: Web) -> None:
    texts = {*REASONS.values(), *DONE.values(), *wording.COMMENTS.values()}
    assert texts | set(wording.MODERATIONS.values()) <= set(swedish())
    english = {text for text, said in swedish().items() if text != said and len(text) > 6}
    post = await spoken(web)
    async with web.client("anna") as anna:
        answer = variant("mastodon", answers={"comment": str(COMMENT)})
        body = {"title": "Svar", "variants": [answer]}
        drafted = (await anna.post("/api/v1/posts", json=body)).headers["location"]
        await approve(web, await anna.post(f"{drafted}/submit"))
        answering = drafted.removeprefix("/api/v1")
    web.memory.put(received(comment_id(1), "newsroom", post=post))
    async with browser(web, "bengt", language="sv") as bengt:
        paths = (
            "/comments?state=all",
            address(post),
            f"{address(post)}/hide",
            f"/posts/answer/mastodon/{post}/{COMMENT}",
            f"/posts/{post}",
            answering,
        )
        for path in paths:
            page = await look(bengt, path)
            words = page.text.split()
            pieces = {" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, a + 25)}
            assert not english & pieces, (path, english & pieces)
