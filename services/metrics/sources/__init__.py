"""Where numbers are read, by kind of channel; one file per kind."""

from dataclasses import dataclass

from services.metrics.ports import Owner, Reader, Source, Witness
from services.metrics.sources import facebook, instagram, linkedin, threads
from services.metrics.sources.bluesky import PostCounts
from services.metrics.sources.graph import Api, Insight
from services.metrics.sources.mastodon import StatusCounts
from services.metrics.sources.newsroom import PageViews
from services.metrics.sources.wordpress import CommentCount
from services.metrics.sources.x import PostAsTold, PublicMetrics


@dataclass(frozen=True, slots=True)
class Places:
    """Where what only an owner is told is asked for."""

    graph: Api
    threads: Api
    linkedin: linkedin.Api
    x: str


def sources(reader: Reader, owner: Owner, places: Places) -> dict[str, tuple[Source, ...]]:
    """Give the sources of every kind of channel that metrics can read."""
    graph = places.graph
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
            Insight(owner, places.threads, measure, *metrics)
            for measure, metrics in threads.INSIGHTS.items()
        ),
        "linkedin": (linkedin.ShareStatistics(owner, places.linkedin),),
        "x": (PublicMetrics(owner, places.x),),
        "wordpress": (CommentCount(reader),),
        "newsroom": (PageViews(reader),),
    }


def witnesses(reader: Reader, owner: Owner, places: Places) -> dict[str, Witness]:
    """Give those who see what no stranger is shown; all other kinds are read as pages."""
    return {
        "facebook": facebook.PagePost(owner, places.graph, reader),
        "instagram": instagram.MediaItself(owner, places.graph, reader),
        "threads": threads.ThreadItself(owner, places.threads, reader),
        "linkedin": linkedin.WrittenPost(owner, places.linkedin, reader),
        "x": PostAsTold(owner, places.x, reader),
    }
