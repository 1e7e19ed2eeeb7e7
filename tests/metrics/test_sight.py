"""What a stranger can read of a page, and what it takes to have seen a post there."""

import pytest

from schemas.codes import Code
from services.metrics.domain import Page, Unseen, judge
from services.metrics.sight import readable_texts

SHOWN = {
    "as it was written": "<p>Hej på dig, du!</p>",
    "with entities": "<p>Hej p&aring; dig,&nbsp;du!</p>",
    "over several lines": "<p>Hej\n   på\t dig,\n du!</p>",
    "parted by blocks": "<p>Hej på<br>dig,</p><p>du!</p>",
    "with words in inline tags": "<p>Hej <b>p</b>å <a href='/'>dig</a>, <span>du</span>!</p>",
    "with decomposed letters": "<p>Hej pa\u030a dig, du!</p>",
    "in the page's summary": "<meta property='og:description' content='Hej p&#229; dig, du!'>",
    "in the page's description": "<meta NAME='Description' content='Hej på dig, du!'><p>Sida</p>",
    "in text that is not HTML": "Hej på dig, du!",
    "after tags that are never closed": "<div><ul><li>Nytt<p>Hej på dig, du!",
    "after a closing tag that was never opened": "</script></template><p>Hej på dig, du!</p>",
    "after a script": "<script>if (a < b) {}</script><p>Hej på dig, du!</p>",
}

HIDDEN = {
    "only a script has it": "<script>const text = 'Hej på dig, du!'</script>",
    "only a style sheet has it": "<style>p::before { content: 'Hej på dig, du!' }</style>",
    "only a template has it": "<template><p>Hej på dig, du!</p></template><p>Tomt</p>",
    "only the title has it": "<title>Hej på dig, du!</title><p>Tomt</p>",
    "only a comment has it": "<!-- Hej på dig, du! --><p>Tomt</p>",
    "only an attribute has it": "<img alt='Hej på dig, du!'>",
    "half of it is in the text and half in the summary": (
        "<meta name='description' content='dig, du!'><p>Hej på</p>"
    ),
    "the page is empty": "",
    "the page says something else": "<p>Sidan finns inte längre.</p>",
    "a word is missing": "<p>Hej på, du!</p>",
}


@pytest.mark.parametrize("html", SHOWN.values(), ids=SHOWN)
def test_a_post_is_seen(html: str) -> None:
    assert judge(Page(200, html), " Hej  på dig, du!\n") is None


@pytest.mark.parametrize("html", HIDDEN.values(), ids=HIDDEN)
def test_a_post_is_not_seen_when(html: str) -> None:
    assert judge(Page(200, html), "Hej på dig, du!") == Unseen(Code.PAGE_WITHOUT_TEXT, {})


@pytest.mark.parametrize("status", [204, 302, 403, 404, 410, 500, 503])
def test_a_page_with_another_status_does_not_show_the_post(status: int) -> None:
    shown = Page(status, "<p>Hej på dig, du!</p>")
    assert judge(shown, "Hej på dig, du!") == Unseen(Code.PAGE_GONE, {"status": status})


def test_a_post_without_words_is_seen_when_its_page_is_there() -> None:
    assert judge(Page(200, "<img src='/bild.jpg'>"), "") is None
    assert judge(Page(404, ""), "") == Unseen(Code.PAGE_GONE, {"status": 404})


def test_the_text_comes_before_the_summaries() -> None:
    html = "<meta name=description content=' Kort '><h1>Lång</h1><p>text</p>"
    assert readable_texts(html) == ("Lång text", "Kort")
