"""What people write beneath a post of a WordPress site, as far as the site shows it to anybody."""

import json
from typing import Any

from services.metrics.comments import Remark, Thread
from services.metrics.ports import NotTold, Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import ask, fetch
from services.metrics.sources.comments.reading import (
    PAGES,
    Gathering,
    instant,
    items,
    part,
    plain,
    remark,
)
from services.metrics.sources.wordpress import VERSION, api_of

_PAGE = 100


class SiteComments:
    """Asks the API that the post's own page names; what waits for approval is not shown."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def comments(self, published: Publication) -> Thread:
        """Read them, the newest first; what the post's own writer answers is ours."""
        post = published.external_id
        shown = await fetch(self._reader, published.url)
        api = api_of(shown, published.url)
        if api is None or shown.status != 200 or not post.isdecimal():
            raise NotTold(f"no API of {published.url}")
        us = (await ask(self._reader, f"{api}{VERSION}/posts/{post}?_fields=author")).get("author")
        if us is None:
            raise NotTold(f"nobody's post: {published.url}")
        gathering = Gathering()
        for number in range(1, PAGES + 1):
            page = await self._page(f"{api}{VERSION}/comments", post, number)
            for each in page:
                if each.get("author") != us:
                    gathering.take(_remark(each))
            if len(page) < _PAGE:
                return gathering.thread()
            if gathering.full:
                break
        gathering.break_off()
        return gathering.thread()

    async def _page(self, address: str, post: str, number: int) -> list[dict[str, Any]]:
        fields = "id,parent,author,author_name,date_gmt,content,link"
        asked = f"post={post}&per_page={_PAGE}&page={number}&orderby=date_gmt&order=desc"
        page = await fetch(self._reader, f"{address}?{asked}&_fields={fields}")
        if page.status == 400 and number > 1:
            # There were exactly as many as fill the pages before.
            return []
        try:
            said = json.loads(page.body) if page.status == 200 else None
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, list):
            raise NotTold(f"{page.status} for the comments of {post}")
        return list(items(said))


def _remark(said: dict[str, Any]) -> Remark | None:
    name, parent = said.get("id"), said.get("parent")
    return remark(
        external_id=str(name) if isinstance(name, int) else "",
        parent=str(parent) if parent else "",
        author=plain(said.get("author_name")),
        text=plain(part(said, "content", "rendered")),
        written_at=instant(said.get("date_gmt")),
        url=said.get("link"),
    )
