"""What Meta's APIs tell an account of its posts, and how they are asked.

One unknown name fails a whole call, so each insight is a call of its own. Meta has renamed its
numbers twice in a year; name and version stand beside each value, or none could be compared.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from schemas.insights import Measure, Number
from services.metrics.domain import Page
from services.metrics.ports import NoAnswer, NoToken, Owner, Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import count, understood

_LATER = {1, 2, 4, 17, 32, 341, 613, *range(80_000, 80_010)}
"""Codes of trouble and of too many calls."""


@dataclass(frozen=True, slots=True)
class Api:
    """One of Meta's APIs, and where it is asked; the version is the last part of that."""

    name: str
    base: str

    @property
    def version(self) -> str:
        """Say which one a number is of."""
        return f"{self.name} {self.base.rpartition('/')[2]}"


class Graph:
    """Asks for one post of an account."""

    def __init__(self, owner: Owner, api: Api) -> None:
        self._owner = owner
        self._api = api

    async def answer(self, published: Publication, what: str) -> tuple[int, Mapping[str, Any]]:
        """Give the status and the object that came, whichever; `NoAnswer` if one may come later."""
        address = f"{self._api.base}/{published.external_id}{what}"
        page = await self._owner.ask(published.channel, address)
        said = understood(page.body)
        error = said.get("error")
        known = error if isinstance(error, dict) else {}
        if page.status >= 500 or known.get("is_transient") or known.get("code") in _LATER:
            raise NoAnswer(f"{page.status} for {published.external_id}")
        return page.status, said

    async def ask(self, published: Publication, what: str) -> Mapping[str, Any]:
        """Give what is said of a post; nothing if it will never be said to us."""
        if not published.external_id:
            return {}
        try:
            status, said = await self.answer(published, what)
        except NoToken:
            return {}
        return said if status == 200 and "error" not in said else {}

    def number(self, name: Measure, metric: str, value: object) -> Number:
        """Give one number with its definition."""
        return Number(
            name=name, value=count(value), platform_metric=metric, api_version=self._api.version
        )


class Insight(Graph):
    """One number that only the account is told, or the sum of several."""

    missing: tuple[Number, ...]

    def __init__(self, owner: Owner, api: Api, name: Measure, *metrics: str) -> None:
        super().__init__(owner, api)
        self._name = name
        self._metrics = metrics
        self.missing = (self._told(None),)

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read it; the platform is up to two days behind, and silent about small accounts."""
        values = [await self._value(published, metric) for metric in self._metrics]
        known = [value for value in values if value is not None]
        # A sum without one of its parts would be another number.
        return (self._told(sum(known)),) if len(known) == len(values) else self.missing

    async def _value(self, published: Publication, metric: str) -> int | None:
        said = await self.ask(published, f"/insights?metric={metric}")
        match said.get("data"):
            case [{"name": name, "values": [{"value": value}, *_]}] if name == metric:
                return count(value)
        return None

    def _told(self, value: int | None) -> Number:
        return self.number(self._name, "+".join(self._metrics), value)


class PostItself(Graph, ABC):
    """A witness with a token of its own: strangers are asked to sign in before they may read."""

    fields: ClassVar[str]

    def __init__(self, owner: Owner, api: Api, stranger: Reader) -> None:
        super().__init__(owner, api)
        self._stranger = stranger

    @abstractmethod
    def page(self, said: Mapping[str, Any]) -> Page | None:
        """Give what readers are shown; None if that was not said."""

    async def see(self, published: Publication) -> Page:
        """Ask the post whether it is public and what it says; without a token, as a stranger."""
        if not published.external_id:
            return await self._stranger.read(published.url)
        try:
            status, said = await self.answer(published, f"?fields={self.fields}")
        except NoToken:
            return await self._stranger.read(published.url)
        if status == 200 and (page := self.page(said)) is not None:
            return page
        match said:
            case {"error": {"code": 100}}:
                return Page(404, "")
        raise NoAnswer(f"{status} for {published.external_id}")
