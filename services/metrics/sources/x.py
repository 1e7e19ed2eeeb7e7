"""What X counts of a post for whoever pays for asking. It does not count reach."""

from collections.abc import Mapping
from html import escape
from typing import Any

from schemas.insights import Measure, Number
from services.metrics.domain import Page
from services.metrics.ports import NoAnswer, NoToken, Owner, Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import numbers, understood

VERSION = "x 2"

_COUNTS = {
    Measure.VIEWS: "impression_count",
    Measure.SHARES: "retweet_count",
    Measure.COMMENTS: "reply_count",
    Measure.REACTIONS: "like_count",
}


class _X:
    """Asks for one post."""

    def __init__(self, owner: Owner, base: str) -> None:
        self._owner = owner
        self._base = base

    async def _ask(self, published: Publication, fields: str) -> tuple[int, Mapping[str, Any]]:
        """Give the status and the object that came; `NoAnswer` if one may come later."""
        address = f"{self._base}/2/tweets?ids={published.external_id}&tweet.fields={fields}"
        page = await self._owner.ask(published.channel, address)
        if page.status == 429 or page.status >= 500:
            raise NoAnswer(f"{page.status} for {published.external_id}")
        return page.status, understood(page.body)


class PublicMetrics(_X):
    """All numbers in one call, which costs what one read costs."""

    missing: tuple[Number, ...] = numbers({}, _COUNTS, VERSION)

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read them; a post that is gone stands among the errors of a good answer."""
        if not published.external_id.isdecimal():
            return self.missing
        try:
            _, said = await self._ask(published, "public_metrics")
        except NoToken:
            return self.missing
        match said.get("data"):
            case [{"id": published.external_id, "public_metrics": dict(told)}]:
                return numbers(told, _COUNTS, VERSION)
        return self.missing


class PostAsTold(_X):
    """A witness with a token of its own: strangers are shown a page without words."""

    def __init__(self, owner: Owner, base: str, stranger: Reader) -> None:
        super().__init__(owner, base)
        self._stranger = stranger

    async def see(self, published: Publication) -> Page:
        """Ask for the post; without a token, as a stranger."""
        if not published.external_id.isdecimal():
            return await self._stranger.read(published.url)
        try:
            status, said = await self._ask(published, "entities")
        except NoToken:
            return await self._stranger.read(published.url)
        match said:
            case {"data": [{"id": published.external_id, "text": str() as text, **more}]}:
                return Page(200, _shown(text, more.get("entities")))
            case {"errors": [{"type": str() as kind}]} if kind.endswith("/resource-not-found"):
                return Page(404, "")
        raise NoAnswer(f"{status} for {published.external_id}")


def _shown(text: str, entities: object) -> str:
    """Give the words as HTML, as which X escapes them, with addresses as readers see them."""
    match entities:
        case {"urls": [*links]}:
            for link in links:
                match link:
                    case {"url": str() as short, "display_url": str() as shown}:
                        text = text.replace(short, escape(shown))
    return text
