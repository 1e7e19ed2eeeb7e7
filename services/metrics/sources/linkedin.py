"""What LinkedIn tells an organisation of its posts; strangers are asked to sign in.

Its numbers come some time after the readers. A post that it counts nothing of is left out of the
answer: that may mean nobody, or not yet, so it is missing and not zero.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from schemas.insights import Measure, Number
from services.kit.littletext import unescaped
from services.metrics.domain import Page
from services.metrics.ports import NoAnswer, NoToken, Owner, Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import numbers, understood

_REACH = "uniqueImpressionsCount"
_COUNTS = {
    Measure.VIEWS: "impressionCount",
    Measure.REACH: _REACH,
    Measure.SHARES: "shareCount",
    Measure.COMMENTS: "commentCount",
    Measure.REACTIONS: "likeCount",
    Measure.CLICKS: "clickCount",
}
_POST = re.compile(r"urn:li:(share|ugcPost):[0-9]{1,30}")
_LISTS = {"share": "shares", "ugcPost": "ugcPosts"}


class Api(NamedTuple):
    """Where LinkedIn's API is, and by which of its versions it is asked."""

    base: str
    version: str


class Linkedin:
    """Asks for one post of a page."""

    def __init__(self, owner: Owner, api: Api) -> None:
        self._owner = owner
        self._api = api
        self._version = f"linkedin {api.version}"

    async def answer(self, published: Publication, path: str) -> tuple[int, Mapping[str, Any]]:
        """Give the status and the object that came; `NoAnswer` if one may come later."""
        headers = {"Linkedin-Version": self._api.version, "X-Restli-Protocol-Version": "2.0.0"}
        page = await self._owner.ask(published.channel, f"{self._api.base}{path}", headers)
        if page.status == 429 or page.status >= 500:
            raise NoAnswer(f"{page.status} for {published.external_id}")
        return page.status, understood(page.body)

    async def _post(self, published: Publication) -> tuple[int, Mapping[str, Any]]:
        return await self.answer(published, f"/rest/posts/{_encoded(published.external_id)}")


class ShareStatistics(Linkedin):
    """All numbers of a post, in one call once it is known whose it is."""

    missing: tuple[Number, ...]

    def __init__(self, owner: Owner, api: Api) -> None:
        super().__init__(owner, api)
        self.missing = numbers({}, _COUNTS, self._version)

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read what is counted of a post, by its page."""
        named = _POST.fullmatch(published.external_id)
        if named is None:
            return self.missing
        try:
            _, post = await self._post(published)
            page = str(post.get("author", ""))
            asked = (
                f"?q=organizationalEntity&organizationalEntity={_encoded(page)}"
                f"&{_LISTS[named[1]]}=List({_encoded(published.external_id)})"
            )
            path = f"/rest/organizationalEntityShareStatistics{asked}"
            status, said = await self.answer(published, path) if page else (404, {})
        except NoToken:
            return self.missing
        match said.get("elements"):
            case [{"totalShareStatistics": dict(told), **which}] if (
                status == 200 and which.get(named[1]) == published.external_id
            ):
                # The documentation spells it in both ways.
                reach = told.get(_REACH, told.get(f"{_REACH}s"))
                return numbers({**told, _REACH: reach}, _COUNTS, self._version)
        return self.missing


class WrittenPost(Linkedin):
    """A witness with a token of its own."""

    def __init__(self, owner: Owner, api: Api, stranger: Reader) -> None:
        super().__init__(owner, api)
        self._stranger = stranger

    async def see(self, published: Publication) -> Page:
        """Ask what the post says and whether it is out; without a token, as a stranger."""
        if not _POST.fullmatch(published.external_id):
            return await self._stranger.read(published.url)
        try:
            status, said = await self._post(published)
        except NoToken:
            return await self._stranger.read(published.url)
        match said:
            case {"lifecycleState": "PUBLISHED"} if status == 200:
                return Page(200, escape(unescaped(str(said.get("commentary", "")))))
            case {"lifecycleState": str()} if status == 200:
                return Page(404, "")
        if status == 404:
            return Page(404, "")
        raise NoAnswer(f"{status} for {published.external_id}")


def _encoded(urn: str) -> str:
    return urn.replace(":", "%3A")
