"""What the Graph API tells a Page of its posts, under the names that are valid in 2026.

One unknown name fails a whole call, so each insight is a call of its own. Meta has renamed its
numbers twice in a year; name and version stand beside each value, or none could be compared.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

from schemas.insights import Measure, Number
from services.metrics.domain import Page
from services.metrics.ports import NoAnswer, NoToken, Owner, Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import count, understood

_LATER = {1, 2, 4, 17, 32, 341, 613, *range(80_000, 80_010)}
"""Codes of trouble and of too many calls."""

_COUNTED = {
    Measure.SHARES: ("shares", "count"),
    Measure.COMMENTS: ("comments", "summary", "total_count"),
    Measure.REACTIONS: ("reactions", "summary", "total_count"),
}
_FIELDS = "shares,comments.limit(0).summary(true),reactions.limit(0).summary(true)"


class _Graph:
    """Asks for one post of a Page."""

    def __init__(self, owner: Owner, base: str) -> None:
        self._owner = owner
        self._base = base
        self._version = f"graph {base.rpartition('/')[2]}"

    async def _answer(self, published: Publication, what: str) -> tuple[int, Mapping[str, Any]]:
        """Give the status and the object that came, whichever; `NoAnswer` if one may come later."""
        address = f"{self._base}/{published.external_id}{what}"
        page = await self._owner.ask(published.channel, address)
        said = understood(page.body)
        error = said.get("error")
        known = error if isinstance(error, dict) else {}
        if page.status >= 500 or known.get("is_transient") or known.get("code") in _LATER:
            raise NoAnswer(f"{page.status} for {published.external_id}")
        return page.status, said

    async def _ask(self, published: Publication, what: str) -> Mapping[str, Any]:
        """Give what is said of a post; nothing if it will never be said to us."""
        if not published.external_id:
            return {}
        try:
            status, said = await self._answer(published, what)
        except NoToken:
            return {}
        return said if status == 200 and "error" not in said else {}

    def _number(self, name: Measure, metric: str, value: object) -> Number:
        return Number(
            name=name, value=count(value), platform_metric=metric, api_version=self._version
        )


class Engagement(_Graph):
    """What readers have done: fields of the post itself, in one call."""

    missing: tuple[Number, ...]

    def __init__(self, owner: Owner, base: str) -> None:
        super().__init__(owner, base)
        self.missing = self._numbers({})

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read what is counted; a count that the platform leaves out is missing, not zero."""
        return self._numbers(await self._ask(published, f"?fields={_FIELDS}"))

    def _numbers(self, said: Mapping[str, Any]) -> tuple[Number, ...]:
        return tuple(
            self._number(name, path[0], _within(said, *path)) for name, path in _COUNTED.items()
        )


class Insight(_Graph):
    """One number that only the Page is told."""

    missing: tuple[Number, ...]

    def __init__(self, owner: Owner, base: str, name: Measure, metric: str) -> None:
        super().__init__(owner, base)
        self._name = name
        self._metric = metric
        self.missing = (self._number(name, metric, None),)

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read it; the platform is up to a day behind, and silent about small Pages."""
        said = await self._ask(published, f"/insights?metric={self._metric}")
        match said.get("data"):
            case [{"name": self._metric, "values": [{"value": value}, *_]}]:
                return (self._number(self._name, self._metric, value),)
        return self.missing


class PostItself(_Graph):
    """A witness with a token of its own: strangers are asked to sign in before they may read."""

    def __init__(self, owner: Owner, base: str, stranger: Reader) -> None:
        super().__init__(owner, base)
        self._stranger = stranger

    async def see(self, published: Publication) -> Page:
        """Ask the post whether it is public and what it says; without a token, as a stranger."""
        if not published.external_id:
            return await self._stranger.read(published.url)
        try:
            status, said = await self._answer(published, "?fields=is_published,message")
        except NoToken:
            return await self._stranger.read(published.url)
        match said:
            case {"is_published": True} if status == 200:
                return Page(200, escape(str(said.get("message", ""))))
            case {"is_published": False} | {"error": {"code": 100}}:
                return Page(404, "")
        raise NoAnswer(f"{status} for {published.external_id}")


def _within(said: object, *path: str) -> object:
    for name in path:
        said = said.get(name) if isinstance(said, dict) else None
    return said
