"""Whether a text that a platform shows is one that we wrote, whatever it has made of it."""

import unicodedata
from html.parser import HTMLParser


def begins_alike(shown: str, opening: str) -> bool:
    """Whether a plain text begins with our opening, apart from white space and composition."""
    return bool(opening.strip()) and plain(shown).startswith(plain(opening))


def plain(text: str) -> str:
    """Give a text in one way of writing it: composed characters and single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def without_markup(html: str) -> str:
    """Give the words of an HTML fragment as a reader sees them."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "".join(reader.words)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, _: list[tuple[str, str | None]]) -> None:
        # Only these part words from each other; a link's `span` stands in the middle of one.
        if tag in {"br", "p"}:
            self.words.append("\n")
