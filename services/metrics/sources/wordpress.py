"""What a WordPress site counts for anybody who asks: comments, and neither views nor reach."""

import re
from html import unescape
from urllib.parse import urlsplit

from schemas.insights import Measure, Number
from services.metrics.domain import Page
from services.metrics.ports import Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import fetch, numbers

VERSION = "wp/v2"

_TOTAL = "X-WP-Total"
_API = re.compile(r"<link rel=['\"]https://api\.w\.org/['\"] href=['\"]([^'\"<>]+)['\"]")


class CommentCount:
    """Asks the API that the post's own page names."""

    missing: tuple[Number, ...]

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.missing = _comments(None)

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read how many comments there are; those of a post that is gone are not zero."""
        shown = await fetch(self._reader, published.url)
        api = api_of(shown, published.url)
        if api is None or shown.status != 200 or not published.external_id.isdecimal():
            return self.missing
        asked = f"post={published.external_id}&per_page=1&_fields=id"
        counted = await fetch(self._reader, f"{api}{VERSION}/comments?{asked}")
        total = counted.headers.get(_TOTAL, "")
        is_count = counted.status == 200 and re.fullmatch(r"[0-9]{1,9}", total)
        return _comments(int(total)) if is_count else self.missing


def _comments(count: int | None) -> tuple[Number, ...]:
    return numbers({_TOTAL: count}, {Measure.COMMENTS: _TOTAL}, VERSION)


def api_of(page: Page, url: str) -> str | None:
    """Give where a page says that its site's API is, if that is on the same site."""
    named = _API.search(page.body)
    api = unescape(named[1]) if named else ""
    return api if urlsplit(api)[:2] == urlsplit(url)[:2] and api.endswith("/") else None
