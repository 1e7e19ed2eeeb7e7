"""What a Mastodon server counts for anybody who asks. It counts neither views nor reach."""

from urllib.parse import quote

from schemas.insights import Measure, Number
from services.metrics.ports import Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import ask, count

VERSION = "mastodon v1"

_COUNTS = {
    Measure.SHARES: "reblogs_count",
    Measure.COMMENTS: "replies_count",
    Measure.REACTIONS: "favourites_count",
}
_NEVER_SAID = (Measure.VIEWS, Measure.REACH)


class StatusCounts:
    """Asks for the public status, without a token."""

    missing: tuple[Number, ...]

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.missing = _numbers({})

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read all counts in one call."""
        server, mark, _ = published.url.partition("/@")
        if not mark:
            return self.missing
        status = quote(published.external_id, safe="")
        said = await ask(self._reader, f"{server}/api/v1/statuses/{status}")
        return _numbers({metric: count(said.get(metric)) for metric in _COUNTS.values()})


def _numbers(values: dict[str, int | None]) -> tuple[Number, ...]:
    counted = (
        Number(name=name, value=values.get(metric), platform_metric=metric, api_version=VERSION)
        for name, metric in _COUNTS.items()
    )
    uncounted = (
        Number(name=name, value=None, platform_metric="", api_version=VERSION)
        for name in _NEVER_SAID
    )
    return (*counted, *uncounted)
