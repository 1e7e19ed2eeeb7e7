"""How often a page of the organisation's own newsroom has been read."""

from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from schemas.insights import Measure, Number
from services.metrics.ports import Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import ask, count

VERSION = "newsroom 1"


def _views(value: int | None) -> tuple[Number, ...]:
    return (Number(name=Measure.VIEWS, value=value, platform_metric="views", api_version=VERSION),)


class PageViews:
    """Asks for the `numbers.json` that every page of the newsroom has."""

    missing = _views(None)

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read the views, if they have been counted since the post was published."""
        said = await ask(self._reader, _numbers_of(published.url))
        since = _instant(said.get("since"))
        if since is None or since > published.published_at:
            # The count began later (it was lost, or the newsroom is new): it is not the whole.
            return self.missing
        return _views(count(said.get("views")))


def _numbers_of(page: str) -> str:
    parts = urlsplit(page)
    return urlunsplit((*parts[:2], f"{parts.path.rstrip('/')}/numbers.json", "", ""))


def _instant(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
