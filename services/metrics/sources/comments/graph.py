"""Lists of comments at Meta's APIs: pages that lead to the next by a cursor."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

from services.metrics.comments import Thread
from services.metrics.ports import NotTold
from services.metrics.publications import Publication
from services.metrics.sources.comments.reading import PAGES, Gathering, items, part
from services.metrics.sources.graph import Graph


@dataclass(frozen=True, slots=True)
class Above:
    """The post beneath which comments stand, and what the API calls its account."""

    published: Publication
    us: str


class GraphComments(Graph, ABC):
    """Asks page after page."""

    edge: ClassVar[str]
    """What is asked for, with everything but the cursor."""

    @abstractmethod
    def take(self, gathering: Gathering, said: Mapping[str, Any], above: Above) -> None:
        """Keep one entry of the list, if it is for readers and not of our own."""

    async def us(self, published: Publication) -> str:  # noqa: ARG002 - some have to ask
        """Say by what name the API calls the account."""
        return ""

    async def comments(self, published: Publication) -> Thread:
        """Read them, the newest first."""
        above = Above(published, await self.us(published))
        gathering, cursor = Gathering(), ""
        for _ in range(PAGES):
            said = await self.told(published, f"/{self.edge}{cursor}")
            if not isinstance(said.get("data"), list):
                raise NotTold(f"no comments of {published.external_id}")
            for each in items(said["data"]):
                self.take(gathering, each, above)
            after = part(said, "paging", "cursors", "after")
            if part(said, "paging", "next") is None:
                return gathering.thread()
            if gathering.full or not isinstance(after, str):
                break
            cursor = f"&after={quote(after, safe='')}"
        gathering.break_off()
        return gathering.thread()

    async def told(self, published: Publication, what: str) -> Mapping[str, Any]:
        """Give what is said of a post; a refusal is `NotTold`."""
        status, said = await self.answer(published, what)
        if status != 200 or "error" in said:
            raise NotTold(f"{status} for {published.external_id}")
        return said
