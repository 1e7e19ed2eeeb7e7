"""Every page speaks whole Swedish or whole English, in the words of docs/words.md."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import services.planner.web
from services.planner import wording
from services.planner.web.pages import DONE
from services.planner.web.spoken import MEASURES
from tests.planner.asking import approve, submit
from tests.planner.deliveries import delivery
from tests.planner.samples import picture, variant, written
from tests.planner.signs import rested, stranger
from tests.planner.web import Web
from tests.web.reading import read
from tests.web.visiting import HTML, browser, look

PAGES = Path(services.planner.web.__file__).parent
WORDS = Path(__file__).parents[2] / "docs" / "words.md"

LABELS = {
    "alt text": "Alt text",
    "author": "Author",
    "clicks": "Clicks",
    "saves": "Saves",
    "comments": "Comments",
    "comment": "Comment",
    "answered": "Answered",
    "hidden": "Hidden",
    "open": "Open",
    "pinned": "Pin at the top",
    "reason": "Reason",
    "insight": "Insight",
    "label": "Label",
    "link": "Link",
    "missing number": "Missing number",
    "needs a person": "Needs a person",
    "not ready": "Not ready",
    "stranger": "Stranger",
    "twin": "Stands there twice",
    "now": "Now",
    "parked message": "Parked message",
    "picture": "Picture",
    "reach": "Reach",
    "reactions": "Reactions",
    "revision": "Revision",
    "series": "Series",
    "shares": "Shares",
    "slot": "Slot",
    "title": "Title",
    "unseen": "Unseen",
    "views": "Views",
    "week board": "Week board",
} | wording.STATES
"""Terms of docs/words.md, and what the pages call them in English."""


def extracted() -> set[str]:
    found = extract_from_dir(
        str(PAGES),
        [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")],
        keywords={"_": None, "speech": None},
    )
    return {str(message) for _, _, message, _, _ in found}


def swedish() -> dict[str, str]:
    with (PAGES.parent / "locale" / "sv.po").open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def labels() -> dict[str, str]:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", WORDS.read_text(), re.MULTILINE)
    return dict(rows)


def test_every_text_of_the_pages_is_there_in_swedish() -> None:
    texts = extracted()
    assert len(texts) > 50
    assert texts | set(MEASURES.values()) | set(DONE.values()) <= set(swedish())


@pytest.mark.parametrize("term", LABELS)
def test_labels_are_those_of_the_word_list(term: str) -> None:
    assert swedish()[LABELS[term]] == labels()[term]


async def test_no_english_is_left_on_a_swedish_page(web: Web) -> None:
    # What people wrote is no word of ours, so a page of nothing but words shows what was missed.
    english = {text for text, said in swedish().items() if text != said and len(text) > 6}
    async with browser(web, language="sv") as anna, web.client() as client:
        sent = await submit(client)
        post = sent.json()["id"]
        paths = ["/", f"/posts/{post}", f"/posts/{post}/withdraw", "/posts/new"]
        pages = [await look(anna, path) for path in paths]
        await approve(web, sent)
        web.told(delivery("uncertain", post=UUID(post)))
        web.draw(stranger(), rested())
        pages += [await look(anna, path) for path in paths[:2]]
        choices = pages[-1].one("ul", class_="choices").all("a")
        pages += [await look(anna, link.attributes["href"]) for link in choices]
        web.told(delivery("published", post=UUID(post)))
        pages += [await look(anna, path) for path in (f"/posts/{post}/edit", *paths[1:3])]
    assert len(pages) == 12
    for page in pages:
        assert page.one("html").attributes["lang"] == "sv"
        assert not english & set(_pieces(page.text)), page.one("title").text


def _pieces(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[a:b]) for a in range(len(words)) for b in range(a + 1, a + 25)]


async def test_the_link_changes_the_language_and_the_browser_remembers(web: Web) -> None:
    async with browser(web, language="sv") as anna:
        page = await look(anna, "/?week=2026-W50")
        switch = page.one("a", hreflang="en", lang="en", href="?week=2026-W50&lang=en")
        assert switch.text == "English"
        assert "Week 50" in (await look(anna, f"/{switch.attributes['href']}")).text
        assert "Week 48" in (await look(anna, "/")).text
        again = await look(anna, "/posts/new")
        assert again.one("a", hreflang="sv").attributes["href"] == "?lang=sv"


async def test_a_language_that_we_do_not_speak_changes_nothing(web: Web) -> None:
    async with browser(web, language="fi") as anna:
        answer = await anna.get("/?lang=fi")
    assert read(answer.text).one("html").attributes["lang"] == "sv"
    assert "set-cookie" not in answer.headers


async def test_errors_are_told_in_the_language_of_the_page(web: Web) -> None:
    async with web.client(None, **HTML | {"Accept-Language": "sv"}) as stranger:
        swedish = await look(stranger, "/sign-in?code=x.1.y.z", 403)
        english = await look(stranger, "/nowhere?lang=en", 404)
    assert swedish.one("h1").text == "Inloggningslänken är redan använd eller för gammal."
    assert english.one("h1").text == "There is nothing at this address."


async def test_every_picture_has_its_words_in_its_own_language(web: Web) -> None:
    async with web.client() as client:
        digest = (await client.post("/api/v1/pictures", content=picture())).json()["digest"]
        shown = [{"digest": digest, "alt": "A red window"}]
        post = await submit(client, written(variant(pictures=shown, language="en")))
    async with browser(web, "bengt", language="sv") as bengt:
        for path in ("/", f"/posts/{post.json()['id']}"):
            images = (await look(bengt, path)).all("img")
            assert [i.attributes["alt"] for i in images] == ["A red window"]
            assert {i.attributes["lang"] for i in images} == {"en"}
