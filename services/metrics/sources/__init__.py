"""Where numbers are read, by kind of channel; one file per kind."""

from schemas.insights import Measure
from services.metrics.ports import Owner, Reader, Source, Witness
from services.metrics.sources.bluesky import PostCounts
from services.metrics.sources.facebook import Engagement, Insight, PostItself
from services.metrics.sources.linkedin import Api, ShareStatistics, WrittenPost
from services.metrics.sources.mastodon import StatusCounts
from services.metrics.sources.newsroom import PageViews
from services.metrics.sources.wordpress import CommentCount
from services.metrics.sources.x import PostAsTold, PublicMetrics


def sources(
    reader: Reader, owner: Owner, graph: str, linkedin: Api, x: str
) -> dict[str, tuple[Source, ...]]:
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
        "linkedin": (ShareStatistics(owner, linkedin),),
        "x": (PublicMetrics(owner, x),),
        "wordpress": (CommentCount(reader),),
        "newsroom": (PageViews(reader),),
    }


def witnesses(
    reader: Reader, owner: Owner, graph: str, linkedin: Api, x: str
) -> dict[str, Witness]:
    """Give those who see what no stranger is shown; all other kinds are read as pages."""
    return {
        "facebook": PostItself(owner, graph, reader),
        "linkedin": WrittenPost(owner, linkedin, reader),
        "x": PostAsTold(owner, x, reader),
    }
