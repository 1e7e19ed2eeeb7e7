"""Answers to comments beneath the page's posts: made, found again, changed and taken away.

No answer has more than one comment above it: what answers an answer stands beside that.
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from schemas.deliveries import Proof
from services.publisher.channels.answering import addressee, pictured, standing
from services.publisher.channels.calls import Calls, Unexpected, Unready
from services.publisher.channels.exchange import Reply
from services.publisher.channels.likeness import ours_among
from services.publisher.channels.linkedin.answers import failure_of, instant
from services.publisher.channels.linkedin.refusals import refused
from services.publisher.channels.wording import with_link
from services.publisher.domain.answers import Absent, Answer, Published
from services.publisher.ports import Parcel, Sought

_PATTERN = r"urn:li:comment:\((urn:li:[A-Za-z]{1,50}:[0-9]{1,30}),([0-9]{1,30})\)"
_URN = re.compile(_PATTERN)
_PAGE = 100
_PAGES = 10
_MARGIN = timedelta(seconds=60)
"""The platform's clock may be this much behind ours."""

_Urn = Annotated[str, Field(pattern=rf"^{_PATTERN}$")]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class _Comment(_Said):
    above: Annotated[_Urn | None, Field(alias="parentComment")] = None


class _Words(_Said):
    text: str = ""


class _Created(_Said):
    time: Annotated[AwareDatetime, BeforeValidator(instant)]


class _Listed(_Said):
    urn: Annotated[_Urn, Field(alias="commentUrn")]
    actor: str
    created: _Created
    message: _Words = _Words()


class _Listing(_Said):
    elements: list[_Listed]


_COMMENT = TypeAdapter(_Comment)
_LISTING = TypeAdapter(_Listing)


def named(proof: Proof) -> re.Match[str] | None:
    """Give what names an answer; None: it is a post."""
    return _URN.fullmatch(proof.external_id)


@dataclass(frozen=True, slots=True)
class Comments:
    """The answers of one page."""

    calls: Calls
    author: str
    public_url: str

    async def publish(self, parcel: Parcel) -> Answer:
        """See that the comment stands, and answer it, once."""
        clock = asyncio.get_running_loop().time
        began, answers = clock(), addressee(parcel)
        if (no := pictured(parcel, self.calls)) is not None:
            return no
        top = await self.calls.ready(self._top(answers.external_id))
        if not isinstance(top, str):
            return top
        said = {
            "actor": self.author,
            "object": answers.beneath,
            "message": {"text": with_link(parcel.content)},
            "parentComment": top,
        }
        patience = self.calls.patience - (clock() - began)
        reply = await self.calls.visible("POST", _path(top), patience, json=said)
        return self._made(reply, top, answers.beneath) if isinstance(reply, Reply) else reply

    def _made(self, reply: Reply, top: str, beneath: str) -> Answer:
        number, above = reply.headers.get("x-restli-id", ""), _URN.fullmatch(top)
        if reply.status == 201 and above and re.fullmatch(r"[0-9]{1,30}", number):
            return self._published(f"urn:li:comment:({above[1]},{number})", beneath)
        if _is_gone(reply):
            return self.calls.comment_gone()
        return refused(reply, self.calls) or self.calls.unclear(reply.status)

    async def find(self, sought: Sought) -> Published | Absent:
        """Read what we have answered beneath the comment; with the comment it would be gone."""
        answers = addressee(sought)
        top = await standing(self._top(answers.external_id), self.calls)
        if top is None:
            return Absent()
        listed = await self._listed(top, sought.since - _MARGIN)
        told = ((each, each.message.text) for each in listed)
        ours = ours_among(told, sought.opening, sought.words)
        return self._published(ours.urn, answers.beneath) if ours else Absent()

    async def change(self, parcel: Parcel, proof: Proof) -> Answer:
        """Change the words."""
        said = {"patch": {"message": {"$set": {"text": with_link(parcel.content)}}}}
        return await self._tell("POST", "PARTIAL_UPDATE", proof, json=said)

    async def take_away(self, proof: Proof) -> Answer:
        """Delete it; one that is gone already counts as deleted."""
        return await self._tell("DELETE", "DELETE", proof)

    async def _top(self, comment: str) -> str:
        """See that a comment stands, and name the one beneath which its answers stand."""
        found = _URN.fullmatch(comment)
        if found is None:
            raise Unready(self.calls.comment_gone())
        reply = await self.calls.answered(_path(*found.groups()), _is_gone)
        read = reply.read(_COMMENT)
        if read is None:
            raise Unready(self.calls.busy(reply))
        return read.above or comment

    async def _tell(self, method: str, meaning: str, proof: Proof, **content: object) -> Answer:
        found = named(proof)
        if found is None:
            raise ValueError("it is not the name of an answer")
        reply = await self.calls.visible(
            method,
            _path(*found.groups()),
            self.calls.patience,
            params={"actor": self.author},
            headers={"X-RestLi-Method": meaning},
            **content,
        )
        if not isinstance(reply, Reply):
            return reply
        if reply.status in {200, 204} or (meaning == "DELETE" and _is_gone(reply)):
            return Published(proof.external_id, proof.url)
        return refused(reply, self.calls) or self.calls.unclear(reply.status)

    async def _listed(self, top: str, since: datetime) -> list[_Listed]:
        """List our answers since then, the newest first; raises where it cannot read them all."""
        listed: list[_Listed] = []
        for _ in range(_PAGES):
            asked: dict[str, Any] = {"start": len(listed), "count": _PAGE}
            reply = await self.calls.read(_path(top), params=asked)
            page = reply.read(_LISTING) if reply.status == 200 else None
            if page is None:
                raise Unexpected(reply.status)
            listed += page.elements
            # A page may be short without being the last one.
            if not page.elements:
                ours = [each for each in listed if each.actor == self.author]
                recent = [each for each in ours if each.created.time >= since]
                return sorted(recent, key=lambda each: each.created.time, reverse=True)
        raise Unexpected("too many comments")

    def _published(self, urn: str, beneath: str) -> Published:
        asked = f"?commentUrn={quote(urn, safe='')}"
        return Published(urn, f"{self.public_url}/feed/update/{beneath}/{asked}")


def _path(urn: str, *number: str) -> str:
    place = f"/rest/socialActions/{quote(urn, safe='')}/comments"
    return "/".join([place, *number])


def _is_gone(reply: Reply) -> bool:
    return reply.status == 404 and failure_of(reply) is not None
