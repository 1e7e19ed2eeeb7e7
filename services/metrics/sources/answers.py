"""Reading JSON answers that may be anything: what is not a count is missing, never zero."""

import json
from collections.abc import Mapping
from typing import Any

from schemas.insights import Measure, Number
from services.metrics.domain import Page
from services.metrics.ports import NoAnswer, Reader

_LATER = {408, 425, 429}


async def fetch(reader: Reader, url: str) -> Page:
    """Fetch an address; `NoAnswer` if a better answer may come later."""
    page = await reader.read(url)
    if page.status in _LATER or page.status >= 500:
        raise NoAnswer(f"{page.status} at {url}")
    return page


async def ask(reader: Reader, url: str) -> Mapping[str, Any]:
    """Fetch a JSON object; empty if the answer is none, `NoAnswer` if one may come later."""
    page = await fetch(reader, url)
    return understood(page.body) if page.status == 200 else {}


def understood(body: str) -> Mapping[str, Any]:
    """Read a JSON object; empty if it is none."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def count(value: object) -> int | None:
    """Take a number that counts something; anything else is missing."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None


def numbers(
    said: Mapping[str, Any], counts: Mapping[Measure, str], version: str
) -> tuple[Number, ...]:
    """Give what was said under the platform's own names; views and reach always stand there.

    A number that is not there, or is none, has no value; a measure that the platform never tells
    has no name of the platform's either.
    """
    told = (
        Number(name=name, value=count(said.get(own)), platform_metric=own, api_version=version)
        for name, own in counts.items()
    )
    never = (
        Number(name=name, value=None, platform_metric="", api_version=version)
        for name in (Measure.VIEWS, Measure.REACH)
        if name not in counts
    )
    return (*told, *never)
