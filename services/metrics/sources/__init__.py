"""Where numbers are read, by kind of channel; one file per kind."""

from services.metrics.ports import Owner, Reader, Source, Witness
from services.metrics.sources import facebook, instagram, threads
from services.metrics.sources.bluesky import PostCounts
from services.metrics.sources.graph import Api, Insight
from services.metrics.sources.mastodon import StatusCounts
from services.metrics.sources.newsroom import PageViews


def sources(
    reader: Reader, owner: Owner, graph_url: str, threads_url: str
) -> dict[str, tuple[Source, ...]]:
    """Give the sources of every kind of channel that metrics can read."""
    graph, profile = Api("graph", graph_url), Api("threads", threads_url)
    return {
        "mastodon": (StatusCounts(reader),),
        "bluesky": (PostCounts(reader),),
        "facebook": (
            facebook.Engagement(owner, graph),
            *(Insight(owner, graph, *insight) for insight in facebook.INSIGHTS.items()),
        ),
        "instagram": tuple(
            Insight(owner, graph, *insight) for insight in instagram.INSIGHTS.items()
        ),
        "threads": tuple(
            Insight(owner, profile, measure, *metrics)
            for measure, metrics in threads.INSIGHTS.items()
        ),
        "newsroom": (PageViews(reader),),
    }


def witnesses(reader: Reader, owner: Owner, graph_url: str, threads_url: str) -> dict[str, Witness]:
    """Give those who see what no stranger is shown; all other kinds are read as pages."""
    graph, profile = Api("graph", graph_url), Api("threads", threads_url)
    return {
        "facebook": facebook.PagePost(owner, graph, reader),
        "instagram": instagram.MediaItself(owner, graph, reader),
        "threads": threads.ThreadItself(owner, profile, reader),
    }
