"""Where numbers are read, by kind of channel; one file per kind."""

from schemas.insights import Measure
from services.metrics.ports import Owner, Reader, Source, Witness
from services.metrics.sources.bluesky import PostCounts
from services.metrics.sources.facebook import Engagement, Insight, PostItself
from services.metrics.sources.mastodon import StatusCounts
from services.metrics.sources.newsroom import PageViews
from services.metrics.sources.wordpress import CommentCount


def sources(reader: Reader, owner: Owner, graph: str) -> dict[str, tuple[Source, ...]]:
    """Give the sources of every kind of channel that metrics can read."""
    return {
        "mastodon": (StatusCounts(reader),),
        "bluesky": (PostCounts(reader),),
        "facebook": (
            Engagement(owner, graph),
            Insight(owner, graph, Measure.VIEWS, "post_media_view"),
            Insight(owner, graph, Measure.REACH, "post_total_media_view_unique"),
            Insight(owner, graph, Measure.CLICKS, "post_clicks"),
        ),
        "wordpress": (CommentCount(reader),),
        "newsroom": (PageViews(reader),),
    }


def witnesses(reader: Reader, owner: Owner, graph: str) -> dict[str, Witness]:
    """Give those who see what no stranger is shown; all other kinds are read as pages."""
    return {"facebook": PostItself(owner, graph, reader)}
