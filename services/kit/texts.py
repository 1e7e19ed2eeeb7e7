"""Knowing a text again, whatever a platform has made of its white space and its links."""

import hashlib
import re
import unicodedata

_OPENING = 60
_OPENING_AT_LEAST = 12


def plain(text: str) -> str:
    """Give a text in one way of writing it: composed characters and single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def opening(text: str) -> str:
    """Give the first words of a text, without what platforms rewrite (links, tags, mentions)."""
    text = plain(text)
    untouched = re.split(r"https?://|#|@", text, maxsplit=1)[0].strip()
    chosen = untouched if len(untouched) >= _OPENING_AT_LEAST else text
    if len(chosen) <= _OPENING:
        return chosen
    return chosen[: _OPENING + 1].rsplit(" ", 1)[0][:_OPENING]


def words_digest(text: str) -> str:
    """Name a whole text, to know it from one that begins alike."""
    return hashlib.sha256(plain(text).encode()).hexdigest()
