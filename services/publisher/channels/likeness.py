"""Whether a text that a platform shows is one that we wrote, whatever it has made of it."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import TypeVar

from services.kit.texts import plain, words_digest
from services.publisher.channels.calls import Unexpected
from services.publisher.channels.wording import IN_ENGLISH, IN_SWEDISH

P = TypeVar("P")

_DESCRIBED = re.compile(f" (?:{IN_SWEDISH}|{IN_ENGLISH}): ")


def ours_among(told: Iterable[tuple[P, str]], opening: str, words: str | None) -> P | None:
    """Give the oldest post that is the delivery, of a list from the newest back; None: none is.

    `Unexpected` where one begins alike and is not the whole: it may be ours, cut short or changed;
    and where it is not known what to look for.
    """
    if not opening.strip():
        raise Unexpected("no words to look for")
    alike = [(post, text) for post, text in told if begins_alike(text, opening)]
    ours = [post for post, text in alike if not words or is_whole(text, words)]
    if alike and not ours:
        raise Unexpected("a post alike")
    return ours[-1] if ours else None


def begins_alike(shown: str, opening: str) -> bool:
    """Whether a plain text begins with our opening, apart from white space and composition."""
    return bool(opening.strip()) and plain(shown).startswith(plain(opening))


def is_whole(source: str, words: str) -> bool:
    """Whether a source is the text of this digest, alone or with what we put after it.

    That is a link, a video's description, or both.
    """
    shown = plain(source)
    before = [shown[: found.start()] for found in _DESCRIBED.finditer(shown)]
    return any(_is_alone(each, words) for each in (shown, *before))


def _is_alone(shown: str, words: str) -> bool:
    without_last, _, last = shown.rpartition(" ")
    return words_digest(shown) == words or ("://" in last and words_digest(without_last) == words)


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
