"""Answers to comments on Facebook and Instagram: one call, and a list beneath the comment.

What answers an answer stands in the same place as that, so it is sent there and looked for there.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import AliasChoices, Field, TypeAdapter

from services.publisher.channels.answering import addressee, pictured, standing
from services.publisher.channels.calls import Calls, Unexpected, Unready
from services.publisher.channels.exchange import Reply
from services.publisher.channels.likeness import ours_among
from services.publisher.channels.meta import graph
from services.publisher.channels.meta.lists import Paging
from services.publisher.channels.meta.shapes import MADE, Id, Moment, Said, Url
from services.publisher.channels.wording import with_link
from services.publisher.domain.answers import Absent, Answer, Published, Refused, Unclear
from services.publisher.ports import Parcel, Sought

_PAGE = 100
_PAGES = 10
_MARGIN = timedelta(seconds=60)
"""The platform's clock may be this much behind ours."""


class _Named(Said):
    id: Id


class _Comment(Said):
    id: Id
    parent: _Named | None = None
    parent_id: Id | None = None

    @property
    def top(self) -> str:
        """The comment right beneath the post to which it belongs, or itself."""
        return self.parent.id if self.parent else self.parent_id or self.id


class _Listed(Said):
    id: Id
    at: Moment = Field(validation_alias=AliasChoices("created_time", "timestamp"))
    text: str = Field(default="", validation_alias=AliasChoices("message", "text"))
    writer: _Named | None = Field(default=None, alias="from")


class _Listing(Said):
    data: list[_Listed]
    paging: Paging = Paging()


class _Address(Said):
    url: Url = Field(validation_alias=AliasChoices("permalink_url", "permalink"))


_COMMENT = TypeAdapter(_Comment)
_LISTING = TypeAdapter(_Listing)
_ADDRESS = TypeAdapter(_Address)


@dataclass(frozen=True, slots=True)
class Edge:
    """What one platform calls the things that both have."""

    name: str
    parent: str
    """The field that names the comment above."""
    fields: str
    address: str
    addresses_answers: bool
    """Whether an answer has an address, and not only the post above it."""
    own: str | None = None
    """What the list calls us; None: it does not say so surely enough."""
    refuses: bool = True
    """Whether an error about the words proves that nothing was made."""


@dataclass(frozen=True, slots=True)
class Replies:
    """The answers of one account."""

    calls: Calls
    edge: Edge

    async def publish(self, parcel: Parcel) -> Answer:
        """See that the comment stands, and answer it, once."""
        clock = asyncio.get_running_loop().time
        ends = clock() + self.calls.patience
        answers = addressee(parcel)
        if (no := pictured(parcel, self.calls)) is not None:
            return no
        top = await self.calls.ready(self._top(answers.external_id))
        if not isinstance(top, str):
            return top
        fields = {"message": with_link(parcel.content)}
        path = f"/{top}/{self.edge.name}"
        reply = await self.calls.visible("POST", path, ends - clock(), data=fields)
        if not isinstance(reply, Reply):
            return reply
        made = reply.read(MADE) if reply.status == 200 else None
        if made is None:
            return self._unmade(reply)
        # It is out; where it stands the look-up will say, if we cannot read it now.
        shown = self._shown(made.id, answers.beneath)
        return await self.calls.seen(shown, max(0.0, ends - clock()))

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Read what we have answered beneath the comment; with the comment it would be gone."""
        return await self.calls.seen(self._look(sought))

    def _unmade(self, reply: Reply) -> Refused | Unclear:
        if graph.names_nothing(reply):
            return self.calls.comment_gone()
        refused = graph.refused(reply, self.calls) if self.edge.refuses else None
        return refused or self.calls.unclear(reply.status)

    async def _look(self, sought: Sought) -> Published | Absent:
        answers = addressee(sought)
        top = await standing(self._top(answers.external_id), self.calls)
        if top is None:
            return Absent()
        listed = await self._listed(top, sought.since - _MARGIN)
        ours = ours_among(((each, each.text) for each in listed), sought.opening, sought.words)
        return await self._shown(ours.id, answers.beneath) if ours else Absent()

    async def _top(self, comment: str) -> str:
        asked = {"fields": f"id,{self.edge.parent}"}
        reply = await self.calls.answered(f"/{comment}", graph.names_nothing, params=asked)
        read = reply.read(_COMMENT)
        if read is None:
            raise Unready(self.calls.busy(reply))
        return read.top

    async def _listed(self, top: str, since: datetime) -> list[_Listed]:
        """List our answers since then, the newest first; raises where it cannot read them all."""
        asked: dict[str, str | int] = {"fields": self.edge.fields, "limit": _PAGE}
        listed: list[_Listed] = []
        for _ in range(_PAGES):
            reply = await self.calls.read(f"/{top}/{self.edge.name}", params=asked)
            page = reply.read(_LISTING) if reply.status == 200 else None
            if page is None:
                raise Unexpected(reply.status)
            listed += [each for each in page.data if each.at >= since and self._may_be_ours(each)]
            if page.paging.next is None or page.paging.cursors is None:
                return sorted(listed, key=lambda each: each.at, reverse=True)
            asked["after"] = page.paging.cursors.after
        raise Unexpected("too many comments")

    def _may_be_ours(self, listed: _Listed) -> bool:
        """Whoever is not named may be us."""
        return not (self.edge.own and listed.writer and listed.writer.id != self.edge.own)

    async def _shown(self, answer: str, beneath: str) -> Published:
        node = answer if self.edge.addresses_answers else beneath
        reply = await self.calls.read(f"/{node}", params={"fields": self.edge.address})
        shown = reply.read(_ADDRESS) if reply.status == 200 else None
        if shown is None:
            raise Unexpected(reply.status)
        return Published(answer, shown.url)
