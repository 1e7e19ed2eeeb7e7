"""Everybody sees that publishing is paused, and each held post is decided on by a person."""

import httpx
import pytest

from schemas.decisions import DecisionMade
from tests.planner.samples import CHANNELS
from tests.planner.test_api_publishing import PARKED, held, parked, pause
from tests.planner.web import Web, people_text
from tests.web.reading import Node, read
from tests.web.visiting import browser, form_to, look, send


@pytest.fixture(autouse=True)
def _ops(web: Web) -> None:
    web.people.write_text(web.people.read_text() + "\n" + people_text("ola", roles=("ops",)))


def buttons(form: Node) -> dict[str, Node]:
    return {node.attributes.get("value", ""): node for node in form.all("button")}


async def followed(client: httpx.AsyncClient, answer: httpx.Response) -> Node:
    assert answer.status_code == 303, answer.text
    return await look(client, answer.headers["location"])


@pytest.mark.parametrize("path", ["/", "/posts/new", "/publishing", "/posts/{post}"])
async def test_a_pause_stands_on_every_page_with_its_why(web: Web, path: str) -> None:
    post, _ = await held(web)
    async with browser(web, "bengt") as bengt:
        assert (await look(bengt, path.format(post=post))).all(class_="pauses") == []
        await pause(web)
        banner = (await look(bengt, path.format(post=post))).one(class_="pauses")
    assert "All posts in all channels : Olycka på E4" in banner.text
    assert "Since Mon 23 Nov 2026 10:00, by Anna" in banner.text
    assert banner.one("a").attributes["href"] == "/publishing"


async def test_strangers_are_not_told(web: Web) -> None:
    await pause(web)
    async with browser(web, None) as stranger:
        page = await look(stranger, "/", 401)
    assert page.all(class_="pauses") == []
    assert "Olycka" not in page.text


async def test_a_pause_of_one_channel_is_made_from_the_form(web: Web) -> None:
    async with browser(web, "ola") as ola:
        form = form_to(await look(ola, "/publishing"), "/pause")
        names = {option.attributes["value"] for option in form.all("option")}
        assert names == set(CHANNELS)
        answer = await send(
            ola, form, scope="channel", channel="mastodon", label="glömt", why="Fel konto"
        )
        page = await followed(ola, answer)
    assert page.one(role="status").text.startswith("Publishing is paused.")
    assert "The channel Mastodon : Fel konto" in page.one(class_="pauses").text
    told = web.memory.told[-1]
    assert [(one.scope, one.name) for one in told.fact.pauses] == [("channel", "mastodon")]


@pytest.mark.parametrize("language", ["en", "sv"])
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(web: Web, language: str) -> None:
    async with browser(web, "anna", language) as anna:
        form = form_to(await look(anna, "/publishing"), "/pause")
        answer = await send(anna, form, scope="label", label="", why="Olycka")
        assert answer.status_code == 422
        page = read(answer.text)
    words = {"en": "name – it is missing", "sv": "name – det saknas"}
    assert words[language] in page.one(role="alert").text
    again = form_to(page, "/pause")
    assert again.one("input", name="why").attributes["value"] == "Olycka"
    assert "checked" in again.one("input", id="scope-label").attributes


async def test_a_resume_leads_through_what_was_held(web: Web) -> None:
    first, entry = await held(web, "mastodon")
    second, _ = await held(web, "newsroom")
    await pause(web)
    async with browser(web, "bengt") as bengt:
        page = await look(bengt, "/publishing")
        for form in page.all("form", action="/publishing/decide"):
            assert "disabled" in buttons(form)["send"].attributes
            assert "disabled" not in buttons(form)["drop"].attributes
        before = len(web.memory.told)
        page = await followed(bengt, await send(bengt, form_to(page, "/resume")))
        assert page.all(class_="pauses") == []
        assert web.memory.types()[before:] == ["publishing.resumed.v1"]

        assert [quote.text for quote in page.all("blockquote")] == [
            "Hej från mastodon!",
            "Hej från newsroom!",
        ]
        waiting = page.all("form", action="/publishing/decide")
        assert len(waiting) == 2
        page = await followed(bengt, await send(bengt, waiting[0], choice="send"))
        assert page.one(role="status").text == "The post goes out now."
        page = await followed(
            bengt, await send(bengt, form_to(page, "/publishing/decide"), choice="drop")
        )
        assert page.all("form", action="/publishing/decide") == []
    made = [told.fact for told in web.memory.told if isinstance(told.fact, DecisionMade)]
    assert [(one.post, one.choice) for one in made] == [(first, "send"), (second, "drop")]
    assert (made[0].on, made[0].by) == (entry, "bengt")


async def test_ops_and_readers_see_why_they_may_not_let_go(web: Web) -> None:
    await held(web)
    await pause(web)
    async with browser(web, "ola") as ola:
        page = await look(ola, "/publishing")
        button = form_to(page, "/resume").one("button")
        assert "disabled" in button.attributes
        why = page.one(id=button.attributes["aria-describedby"])
        assert "Ask somebody with the role approver" in why.text
        assert "disabled" not in form_to(page, "/pause").one("button").attributes
        assert (await send(ola, form_to(page, "/resume"))).status_code == 403
    async with browser(web, "doris") as doris:
        page = await look(doris, "/publishing")
        assert "disabled" in form_to(page, "/pause").one("button").attributes
        for choice in buttons(form_to(page, "/publishing/decide")).values():
            assert "disabled" in choice.attributes


async def test_a_page_that_shows_older_pauses_resumes_nothing(web: Web) -> None:
    await pause(web)
    async with browser(web, "bengt") as bengt:
        form = form_to(await look(bengt, "/publishing"), "/resume")
        await pause(web, scope="label", name="humor")
        answer = await send(bengt, form)
    assert answer.status_code == 412
    assert "Somebody has paused or resumed since you looked." in read(answer.text).text
    assert len(web.memory.told[-1].fact.pauses) == 2


async def test_a_parked_message_is_tried_again_from_the_board(web: Web) -> None:
    web.draw(parked(), stream="METRICS")
    async with browser(web, "ola") as ola:
        web.memory.before_telling.append(lambda: web.draw(parked(9), stream="METRICS"))
        form = form_to(await look(ola), f"/parked/{PARKED}/release")
        page = await followed(ola, await send(ola, form))
    assert page.one(role="status").text.startswith("It was tried again and failed again")
    assert web.memory.types() == ["session.opened.v1", "release.asked.v1"]


async def test_a_forged_form_pauses_nothing(web: Web) -> None:
    async with browser(web, "anna") as anna:
        answer = await anna.post(
            "/publishing/pause",
            data={"scope": "all", "why": "x"},
            headers={"Origin": "http://evil.example"},
        )
    assert answer.status_code == 403
    assert web.memory.types() == ["session.opened.v1"]
