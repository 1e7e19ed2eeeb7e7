"""Where numbers are read, by kind of channel; one file per kind."""

from services.metrics.ports import Reader, Source
from services.metrics.sources.bluesky import PostCounts
from services.metrics.sources.mastodon import StatusCounts
from services.metrics.sources.newsroom import PageViews


def sources(reader: Reader) -> dict[str, tuple[Source, ...]]:
    """Give the sources of every kind of channel that metrics can read."""
    return {
        "mastodon": (StatusCounts(reader),),
        "bluesky": (PostCounts(reader),),
        "newsroom": (PageViews(reader),),
    }
