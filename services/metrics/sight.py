"""What a stranger can read on a page: its visible words, and the summary it gives to others."""

import unicodedata
from html.parser import HTMLParser

_UNSEEN = {"script", "style", "template", "title"}
_SUMMARIES = {"og:description", "description"}
# An inline element joins words (`#<span>tagg</span>`); any other one parts them.
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
    "wbr",
}  # fmt: skip


def tidy(text: str) -> str:
    """Bring text into the one form in which it is compared: composed letters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def readable_texts(html: str) -> tuple[str, ...]:
    """Give the page's visible text and each summary in its head, all of them tidy."""
    page = _Page()
    page.feed(html)
    page.close()
    return tuple(tidy(text) for text in ("".join(page.words), *page.summaries))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.summaries: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._hidden.append(tag)
        if tag == "meta":
            named = dict(attrs)
            if (named.get("property") or named.get("name") or "").lower() in _SUMMARIES:
                self.summaries.append(named.get("content") or "")
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    def _part(self, tag: str) -> None:
        if tag not in _INLINE:
            self.words.append(" ")
