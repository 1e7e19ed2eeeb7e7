"""What the Graph API tells an Instagram account of its posts, under its own names."""

from collections.abc import Mapping
from html import escape
from typing import Any

from schemas.insights import Measure
from services.metrics.domain import Page
from services.metrics.sources.graph import PostItself

INSIGHTS = {
    Measure.VIEWS: "views",
    Measure.REACH: "reach",
    Measure.SHARES: "shares",
    Measure.COMMENTS: "comments",
    Measure.REACTIONS: "likes",
    Measure.SAVES: "saved",
}


class MediaItself(PostItself):
    """A post of an account; only what is public has an address."""

    text = "caption"
    fields = "permalink,caption"

    def page(self, said: Mapping[str, Any]) -> Page | None:
        """Give its words."""
        match said:
            case {"permalink": str()}:
                return Page(200, escape(str(said.get(self.text, ""))))
        return None
