"""Answers to comments on the site. The site refuses the same words beneath the same comment.

It takes an answer to a comment that is not there, and shows it beneath the post; so we look first.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas.codes import Code
from schemas.deliveries import Proof
from services.kit.texts import plain
from services.publisher.channels.answering import addressee, pictured, standing
from services.publisher.channels.calls import Calls, Unexpected, Unready
from services.publisher.channels.exchange import Reply
from services.publisher.channels.likeness import ours_among, without_markup
from services.publisher.channels.wordpress import answers
from services.publisher.channels.wordpress.words import remark
from services.publisher.domain.answers import Absent, Answer, Published, Refused, Unclear
from services.publisher.ports import Parcel, Sought

_PUBLIC = "approved"
_PAGE = 100
_PAGES = 10
_MARGIN = timedelta(seconds=60)
"""The site's clock may be this much behind ours."""

_FIELDS = answers.fields(answers.Comment)


def is_comment(proof: Proof) -> bool:
    """Whether it is a comment, and not a post, whose address names no comment."""
    return "#comment-" in proof.url


@dataclass(frozen=True, slots=True)
class Comments:
    """The answers of our user."""

    calls: Calls

    async def publish(self, parcel: Parcel) -> Answer:
        """See that the comment stands, and answer it, once."""
        clock = asyncio.get_running_loop().time
        began, asked = clock(), addressee(parcel)
        if (no := pictured(parcel, self.calls)) is not None:
            return no
        above = await self.calls.ready(self._above(asked.external_id))
        if not isinstance(above, answers.Comment):
            return above
        said = {"post": above.post, "parent": above.id, "content": remark(parcel.content)}
        return await self._tell("/comments", 201, said, self.calls.patience - (clock() - began))

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Read what stands beneath the comment; with the comment it would be gone."""
        return await self.calls.seen(self._look(sought))

    async def change(self, parcel: Parcel, proof: Proof) -> Answer:
        """Change the words."""
        if not proof.external_id:
            # A person found it; its address may be another site's.
            return Refused(Code.CORRECTION_UNABLE, self.calls.named())
        path, said = f"/comments/{proof.external_id}", {"content": remark(parcel.content)}
        return await self._tell(path, 200, said, self.calls.patience)

    async def throw_away(self, proof: Proof) -> Answer:
        """Put it into the trash; what is gone already counts as thrown away."""
        if not proof.external_id:
            return Refused(Code.RETRACTION_UNABLE, self.calls.named())
        path, asked = f"/comments/{proof.external_id}", {"_fields": f"{_FIELDS},deleted"}
        reply = await self.calls.visible("DELETE", path, self.calls.patience, params=asked)
        if isinstance(reply, Reply) and answers.has_no_trash(reply):
            asked["force"] = "true"
            reply = await self.calls.visible("DELETE", path, self.calls.patience, params=asked)
        if not isinstance(reply, Reply):
            return reply
        trashed = reply.read(answers.COMMENT) if reply.status == 200 else None
        deleted = reply.read(answers.DELETED) if reply.status == 200 else None
        done = (trashed and trashed.status == "trash") or (deleted and deleted.deleted)
        if done or answers.has_no_comment(reply):
            return Published(proof.external_id, proof.url)
        return self.calls.unclear(reply.status)

    async def _tell(self, path: str, good: int, said: dict[str, Any], patience: float) -> Answer:
        """Make the call that readers see; what waits for somebody's approval they do not see."""
        asked = {"_fields": _FIELDS}
        reply = await self.calls.visible("POST", path, patience, params=asked, json=said)
        if not isinstance(reply, Reply):
            return reply
        made = reply.read(answers.COMMENT) if reply.status == good else None
        if made is None:
            return answers.refused(reply, self.calls) or self.calls.unclear(reply.status)
        return _published(made) if made.status == _PUBLIC else self.calls.unclear(made.status)

    async def _look(self, sought: Sought) -> Published | Absent:
        asked = addressee(sought)
        above = await standing(self._above(asked.external_id), self.calls)
        if above is None:
            return Absent()
        since = sought.since - _MARGIN
        told = [
            (each, plain(without_markup(each.content.rendered)))
            for each in await self._beneath(above)
            if each.date_gmt >= since
        ]
        ours = ours_among(told, sought.opening, sought.words)
        if ours is not None and ours.status != _PUBLIC:
            raise Unexpected(ours.status)
        return _published(ours) if ours else Absent()

    async def _above(self, comment: str) -> answers.Comment:
        path, asked = f"/comments/{comment}", {"_fields": _FIELDS}
        reply = await self.calls.answered(path, answers.has_no_comment, params=asked)
        read = reply.read(answers.COMMENT)
        if read is None:
            raise Unready(self.calls.busy(reply))
        if read.status == "trash":
            raise Unready(self.calls.comment_gone())
        return read

    async def _beneath(self, above: answers.Comment) -> list[answers.Comment]:
        """List what answers the comment, the newest first, also what waits for approval."""
        asked: dict[str, str | int] = {
            "post": above.post,
            "parent": above.id,
            "status": "all",
            "per_page": _PAGE,
            "_fields": _FIELDS,
        }
        found: list[answers.Comment] = []
        for page in range(1, _PAGES + 1):
            reply = await self.calls.unseen("GET", "/comments", params={**asked, "page": page})
            shown, pages = reply.read(answers.COMMENTS), reply.headers.get("X-WP-TotalPages")
            if shown is None or pages is None:
                raise Unexpected(reply.status)
            found += shown
            if pages in {"0", str(page)}:
                return found
        raise Unexpected("too many comments")


def _published(comment: answers.Comment) -> Published:
    return Published(str(comment.id), comment.link)
