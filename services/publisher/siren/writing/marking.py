"""An older post, changed in its place so that it opens with the word that there is a newer one."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal

from schemas.alerts import Bulletin, Kind
from schemas.channels import Limits
from schemas.posts import Content
from services.publisher.siren.writing.channel_texts import fits, said_in
from services.publisher.siren.writing.phrases import (
    MARKS,
    Tongue,
    bare,
    beginning,
    clock,
    ending,
)
from services.publisher.siren.writing.sentences import ended, units

Later = Literal["update", "correction", "all_clear"]

_SAID: Mapping[Kind, Mapping[Tongue, str]] = {
    "update": {"sv": "UPPDATERAT", "en": "UPDATED"},
    "correction": {"sv": "RÄTTAT", "en": "CORRECTED"},
    "all_clear": {"sv": "FARAN ÖVER", "en": "DANGER OVER"},
}
_MARKED = re.compile(
    rf"(?:{'|'.join(said['sv'] for said in _SAID.values())}) kl\. \d\d\.\d\d: .*(?:\n.+)?\n\n"
)
_SEE = {"sv": "Läs det nya inlägget.", "en": "See the new post."}


def marked(content: Content, newest: Bulletin, limits: Limits, at: datetime) -> Content:
    """Give the older post as it shall stand from `at`, when the newest word was accepted.

    `limits` are those of its channel. Asked again about what is marked, it changes the mark alone.
    """
    first = beginning(newest.status, "sv")
    older = _MARKED.sub("", content.text.removeprefix(first), count=1)
    alts = [picture.alt for picture in content.pictures]
    for text in _shorter_and_shorter(older, newest, at):
        if fits(text, content.link, limits, alts):
            break
    return content.model_copy(update={"text": text, "title": _titled(content.title, newest, at)})


def _shorter_and_shorter(older: str, newest: Bulletin, at: datetime) -> Iterator[str]:
    first, last = beginning(newest.status, "sv"), ending(newest.status, "sv")
    mark = first + _mark(newest, at, "sv")
    in_english = _mark(newest, at, "en")
    pieces = units(older)
    yield f"{mark}\n{in_english}\n\n{older}"
    yield f"{mark}\n\n{older}"
    kept = _protected(pieces, newest)
    for shorter in _without_last(pieces, kept):
        yield f"{mark}\n\n{shorter}"
    short = f"{first}{_said(newest, at, 'sv')}: {_SEE['sv']}"
    for shorter in _without_last(pieces, kept):
        yield f"{short}\n\n{shorter}"
    yield "\n\n".join(filter(None, (short, last)))


def _without_last(pieces: list[str], kept: set[int]) -> Iterator[str]:
    """Leave out one sentence after the other from the end, but none that must stay."""
    left = list(range(len(pieces)))
    for place in reversed(range(len(pieces))):
        if place not in kept:
            left.remove(place)
            yield "".join(pieces[each] for each in left).strip()


def _protected(pieces: list[str], newest: Bulletin) -> set[int]:
    words = {newest.reference, *MARKS[newest.status].values()} - {""}
    return {place for place, piece in enumerate(pieces) if any(word in piece for word in words)}


def _mark(newest: Bulletin, at: datetime, tongue: Tongue) -> str:
    headline = bare(said_in(newest, tongue).headline, tongue)
    return f"{_said(newest, at, tongue)}: {ended(headline)}"


def _said(newest: Bulletin, at: datetime, tongue: Tongue) -> str:
    return f"{_SAID[newest.kind][tongue]} {clock(at, tongue)}"


def _titled(title: str, newest: Bulletin, at: datetime) -> str:
    if not title:
        return ""
    first = beginning(newest.status, "sv")
    older = title.removeprefix(first)
    for said in _SAID.values():
        older = re.sub(rf"^{said['sv']} kl\. \d\d\.\d\d: ", "", older)
    return f"{first}{_said(newest, at, 'sv')}: {older}"
