"""Reading JSON answers that may be anything: what is not a count is missing, never zero."""

import json
from collections.abc import Mapping
from typing import Any

from services.metrics.ports import NoAnswer, Reader

_LATER = {408, 425, 429}


async def ask(reader: Reader, url: str) -> Mapping[str, Any]:
    """Fetch a JSON object; empty if the answer is none, `NoAnswer` if one may come later."""
    page = await reader.read(url)
    if page.status in _LATER or page.status >= 500:
        raise NoAnswer(f"{page.status} at {url}")
    if page.status != 200:
        return {}
    try:
        said = json.loads(page.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def count(value: object) -> int | None:
    """Take a number that counts something; anything else is missing."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None
