"""What members write beneath the posts of a LinkedIn page. It does not say what they are called."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from services.metrics.comments import Remark, Thread
from services.metrics.ports import NotTold
from services.metrics.publications import Publication
from services.metrics.sources.comments.reading import (
    PAGES,
    Gathering,
    items,
    moment_of,
    part,
    remark,
)
from services.metrics.sources.linkedin import Linkedin

_PAGE = 100
_ANSWERED = 20
"""So many comments of one post are asked for what answers them."""


class SocialActions(Linkedin):
    """Asks for the comments, and then for what answers each."""

    async def comments(self, published: Publication) -> Thread:
        """Read them; first of all whose post it is."""
        post = await self._told(published, f"/rest/posts/{_encoded(published.external_id)}")
        if (us := post.get("author")) is None:
            raise NotTold(f"nobody's post: {published.external_id}")
        gathering = Gathering()
        answered = await self._list(gathering, published, published.external_id, us)
        for comment in answered[:_ANSWERED]:
            await self._list(gathering, published, comment, us)
        if answered[_ANSWERED:]:
            gathering.break_off()
        return gathering.thread()

    async def _list(
        self, gathering: Gathering, published: Publication, urn: str, us: object
    ) -> list[str]:
        """Keep what answers a post or a comment; gives those that are answered themselves."""
        answered: list[str] = []
        for number in range(PAGES):
            place = f"start={number * _PAGE}&count={_PAGE}"
            path = f"/rest/socialActions/{_encoded(urn)}/comments?{place}"
            elements = (await self._told(published, path)).get("elements")
            if not isinstance(elements, list):
                raise NotTold(f"no comments of {published.external_id}")
            page = list(items(elements))
            for each in page:
                name = each.get("commentUrn")
                answers = part(each, "commentsSummary", "aggregatedTotalComments")
                if isinstance(name, str) and isinstance(answers, int) and answers > 0:
                    answered.append(name)
                if each.get("actor") != us:
                    gathering.take(_remark(published, each))
            if len(page) < _PAGE:
                return answered
            if gathering.full:
                break
        gathering.break_off()
        return answered

    async def _told(self, published: Publication, path: str) -> Mapping[str, Any]:
        status, said = await self.answer(published, path)
        if status != 200:
            raise NotTold(f"{status} for {published.external_id}")
        return said


def _remark(published: Publication, said: Mapping[str, Any]) -> Remark | None:
    urn = said.get("commentUrn")
    return remark(
        external_id=urn,
        parent=said.get("parentComment"),
        author="",
        text=part(said, "message", "text"),
        written_at=moment_of(part(said, "created", "time")),
        url=f"{published.url}?commentUrn={quote(urn, safe='')}" if isinstance(urn, str) else "",
    )


def _encoded(urn: str) -> str:
    return quote(urn, safe="")
