"""Single values in others' alerts: words, names, moments."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from schemas.codes import Code
from services.publisher.siren.cap.tree import Element, shown
from services.publisher.siren.domain.refusals import Refusal

W = TypeVar("W", bound=str)

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)
_NAME = re.compile(r"[^\s,<>&]+")


def text_of(element: Element) -> str:
    """Give the text of an element that has to have one, and nothing else."""
    if element.children:
        raise Refusal(Code.CAP_MISPLACED, element=shown(element.children[0].name))
    if not element.text:
        raise Refusal(Code.CAP_MISSING, element=element.name)
    return element.text


def perhaps(elements: Sequence[Element]) -> str:
    """Give the text of an element that may be left out, or stand there empty."""
    return text_of(elements[0]) if elements and (elements[0].children or elements[0].text) else ""


def name(element: Element) -> str:
    """Give a word that others refer to: it holds no spaces and no commas."""
    text = text_of(element)
    if not _NAME.fullmatch(text):
        raise Refusal(Code.CAP_VALUE, element=element.name, value=shown(text))
    return text


def one_of(element: Element, words: tuple[W, ...]) -> W:
    """Give one of the words that the standard has for this element."""
    text = text_of(element)
    for word in words:
        if word == text:
            return word
    raise Refusal(Code.CAP_VALUE, element=element.name, value=shown(text))


def moment(element: Element) -> datetime:
    """Give a moment in UTC; the standard wants whole seconds and an offset, and takes no Z."""
    text = text_of(element)
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refusal(Code.CAP_TIME, element=element.name, value=shown(text))
