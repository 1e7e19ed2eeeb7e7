"""An account's own posts, as Meta's APIs list them: the newest first, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AliasChoices, Field, TypeAdapter

from services.publisher.channels.calls import Calls, Unexpected
from services.publisher.channels.likeness import ours_among
from services.publisher.channels.meta.shapes import Id, Moment, Said, Url
from services.publisher.domain.answers import Absent, Published, Unclear
from services.publisher.ports import Seen

_PAGE = 100
_PAGES = 6
"""The API gives about 600 posts of a year."""

_MARGIN = timedelta(seconds=60)
"""The platform's clock may be this much behind ours."""


class _Named(Said):
    id: Id


class Listed(Said):
    """A post in the list; each platform has its own names for the same."""

    id: Id
    at: Moment = Field(validation_alias=AliasChoices("created_time", "timestamp"))
    url: Url = Field(validation_alias=AliasChoices("permalink_url", "permalink"))
    text: str = Field(default="", validation_alias=AliasChoices("message", "caption", "text"))
    replied_to: _Named | None = None


class _Cursors(Said):
    after: str


class Paging(Said):
    """Where a list goes on."""

    cursors: _Cursors | None = None
    next: str | None = None


class _Listing(Said):
    data: list[Listed]
    paging: Paging = Paging()


_LISTING = TypeAdapter(_Listing)


@dataclass(frozen=True, slots=True)
class OwnPosts:
    """The list of one account."""

    calls: Calls
    path: str
    fields: str

    async def seen(self, since: datetime) -> Sequence[Seen] | None:
        """Read what is public back to then; None: it cannot be read now."""
        listed = await self.calls.seen(self._pages(since - _MARGIN))
        if isinstance(listed, Unclear):
            return None
        return [Seen(post.id, post.url, post.at, post.text) for post in listed]

    async def find(
        self, opening: str, words: str | None, since: datetime, answered: str | None = None
    ) -> Published | Absent | Unclear:
        """Look for a text; one that only begins alike may be ours, changed by somebody there.

        `answered`: only among what answers this, in a list where everything answers something.
        """
        ours = await self.calls.seen(self._ours(opening, words, since, answered))
        if isinstance(ours, Unclear):
            return ours
        return Published(ours.id, ours.url) if ours else Absent()

    async def _ours(
        self, opening: str, words: str | None, since: datetime, answered: str | None
    ) -> Listed | None:
        listed = await self._pages(since - _MARGIN)
        if answered is not None:
            if any(post.replied_to is None for post in listed):
                raise Unexpected("an answer to nothing")
            listed = [post for post in listed if post.replied_to == _Named(id=answered)]
        return ours_among(((post, post.text) for post in listed), opening, words)

    async def _pages(self, since: datetime) -> list[Listed]:
        asked: dict[str, str | int] = {
            "fields": self.fields,
            "since": int(since.timestamp()),
            "limit": _PAGE,
        }
        listed: list[Listed] = []
        for _ in range(_PAGES):
            reply = await self.calls.read(self.path, params=asked)
            page = reply.read(_LISTING) if reply.status == 200 else None
            if page is None:
                raise Unexpected(reply.status)
            recent = [post for post in page.data if post.at >= since]
            listed += recent
            # Not every list heeds `since`, and one older post says little of those that follow.
            past = page.data and not recent
            if past or page.paging.next is None or page.paging.cursors is None:
                return listed
            asked["after"] = page.paging.cursors.after
        raise Unexpected("too many posts")
