"""What a Mastodon server counts for anybody who asks. It counts neither views nor reach."""

from urllib.parse import quote

from schemas.insights import Measure, Number
from services.metrics.ports import Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import ask, numbers

VERSION = "mastodon v1"

_COUNTS = {
    Measure.SHARES: "reblogs_count",
    Measure.COMMENTS: "replies_count",
    Measure.REACTIONS: "favourites_count",
}


class StatusCounts:
    """Asks for the public status, without a token."""

    missing: tuple[Number, ...]

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.missing = numbers({}, _COUNTS, VERSION)

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read all counts in one call."""
        server, mark, _ = published.url.partition("/@")
        if not mark:
            return self.missing
        status = quote(published.external_id, safe="")
        said = await ask(self._reader, f"{server}/api/v1/statuses/{status}")
        return numbers(said, _COUNTS, VERSION)
