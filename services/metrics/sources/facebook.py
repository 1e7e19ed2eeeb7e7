"""What the Graph API tells a Page of its posts, under the names that are valid in 2026."""

from collections.abc import Mapping
from html import escape
from typing import Any

from schemas.insights import Measure, Number
from services.metrics.domain import Page
from services.metrics.ports import Owner
from services.metrics.publications import Publication
from services.metrics.sources.graph import Api, Graph, PostItself

_COUNTED = {
    Measure.SHARES: ("shares", "count"),
    Measure.COMMENTS: ("comments", "summary", "total_count"),
    Measure.REACTIONS: ("reactions", "summary", "total_count"),
}
_FIELDS = "shares,comments.limit(0).summary(true),reactions.limit(0).summary(true)"

INSIGHTS = {
    Measure.VIEWS: "post_media_view",
    Measure.REACH: "post_total_media_view_unique",
    Measure.CLICKS: "post_clicks",
}


class Engagement(Graph):
    """What readers have done: fields of the post itself, in one call."""

    missing: tuple[Number, ...]

    def __init__(self, owner: Owner, api: Api) -> None:
        super().__init__(owner, api)
        self.missing = self._numbers({})

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read what is counted; a count that the platform leaves out is missing, not zero."""
        return self._numbers(await self.ask(published, f"?fields={_FIELDS}"))

    def _numbers(self, said: Mapping[str, Any]) -> tuple[Number, ...]:
        return tuple(
            self.number(name, path[0], _within(said, *path)) for name, path in _COUNTED.items()
        )


class PagePost(PostItself):
    """A post of a Page, public or not."""

    fields = "is_published,message"

    def page(self, said: Mapping[str, Any]) -> Page | None:
        """Give its text; one that is not public has none."""
        match said:
            case {"is_published": True}:
                return Page(200, escape(str(said.get("message", ""))))
            case {"is_published": False}:
                return Page(404, "")
        return None


def _within(said: object, *path: str) -> object:
    for name in path:
        said = said.get(name) if isinstance(said, dict) else None
    return said
