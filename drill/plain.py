"""What every channel to the simulator's plain platform does alike: read, change, take away."""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, TypeAdapter

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.posts import Content
from services.publisher.channels.calls import Calls, Unexpected
from services.publisher.channels.exchange import AnswerLost, Exchange, NeverSent, Reply
from services.publisher.channels.likeness import is_whole
from services.publisher.channels.mastodon_answers import words_of
from services.publisher.channels.wording import with_link
from services.publisher.domain.answers import (
    Absent,
    Answer,
    Finding,
    NotNow,
    Published,
    Refused,
    Unclear,
)
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import Parcel, Readiness, Seen, Sought

_LIMITS = Limits(characters=5000, link_in_text=True, pictures=0)
_DOCUMENTED_REFUSALS = {400, 404, 413, 422}
_PAGE = 100
_PAGES = 200
_MARGIN = timedelta(seconds=2)
"""The platform's clock may be this much behind ours."""


class _Post(BaseModel):
    id: str
    url: str


class Listed(_Post):
    """A post as the list shows it."""

    text: str
    created_at: AwareDatetime


_POST = TypeAdapter(_Post)
_LISTED = TypeAdapter(list[Listed])


class PlainChannel(ABC):
    """What the five have in common: everything but the way to publish."""

    kind: str
    by: Repeat
    window: timedelta | None = None
    finds = True
    keeps_content = False
    amends: Amends = "change"

    def __init__(
        self,
        name: str,
        title: str,
        origin: str,
        answer_within: timedelta,
    ) -> None:
        self.name = name
        self.title = title
        self.url = f"{origin}/plain/@{name}"
        self.repeat_safety = RepeatSafety(self.by, self.window, self.finds)
        self.answer_safety = None
        self._path = f"/plain/{name}"
        self._calls = Calls(
            Exchange(origin, {"Authorization": f"Bearer {name}"}),
            title,
            answer_within.total_seconds(),
            refused=self._refused,
        )

    @abstractmethod
    async def commit(self, parcel: Parcel) -> Answer:
        """Make it public, in one call."""

    async def find(self, sought: Sought) -> Finding:
        """Read our own posts, newest first, back to before the first attempt."""
        posts = await self._calls.seen(self._read_back(sought.since))
        if isinstance(posts, Unclear):
            return posts
        found = [post for post in posts if self._is_ours(post, sought)]
        # The oldest is the one that the first attempt made.
        return Published(found[-1].id, found[-1].url) if found else Absent()

    async def timeline(self, since: datetime) -> list[Seen] | None:
        """Read everything that is public on the account since then."""
        posts = await self._calls.seen(self._read_back(since))
        if isinstance(posts, Unclear):
            return None
        return [Seen(post.id, post.url, post.created_at, post.text) for post in posts]

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        """Change the text of what is public. The same change twice is one."""
        return await self._make("PATCH", self._post(proof), json=said(parcel.content))

    async def retract(self, proof: Proof) -> Answer:
        """Take away what is public. What is gone stays gone."""
        reply = await self._send("DELETE", self._post(proof))
        if not isinstance(reply, Reply):
            return reply
        if reply.status == 204:
            return Published(proof.external_id, proof.url)
        return self._no(reply)

    async def check(self) -> Readiness:
        """Ask whether the account answers."""
        try:
            reply = await self._calls.read(f"{self._path}/posts?limit=1")
        except (NeverSent, AnswerLost):
            return Readiness(_LIMITS, Code.CHANNEL_UNREACHABLE, self._calls.named())
        if reply.status == 200:
            return Readiness(_LIMITS)
        return Readiness(_LIMITS, Code.CHANNEL_BUSY, self._calls.named(status=reply.status))

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()

    async def _make(self, method: str, path: str, **content: Any) -> Answer:
        """Send the one call that makes or changes what is public."""
        reply = await self._send(method, path, **content)
        if not isinstance(reply, Reply):
            return reply
        post = reply.read(_POST) if 200 <= reply.status < 300 else None
        return Published(post.id, post.url) if post else self._no(reply)

    async def _send(self, method: str, path: str, **content: Any) -> Reply | NotNow | Unclear:
        return await self._calls.visible(method, path, self._calls.patience, **content)

    def _refused(self, reply: Reply) -> Refused | None:
        if reply.status not in _DOCUMENTED_REFUSALS:
            return None
        return Refused(Code.CHANNEL_REFUSED, self._calls.named(why=words_of(reply)))

    def _no(self, reply: Reply) -> Refused | Unclear:
        return self._refused(reply) or self._calls.unclear(reply.status)

    async def _read_back(self, since: datetime) -> list[Listed]:
        """Read from the newest post back to before a moment; whatever hinders that raises."""
        since -= _MARGIN
        posts: list[Listed] = []
        asked: dict[str, str | int] = {"limit": _PAGE}
        for _ in range(_PAGES):
            reply = await self._calls.read(f"{self._path}/posts", params=asked)
            page = reply.read(_LISTED) if reply.status == 200 else None
            if page is None:
                raise Unexpected(reply.status)
            posts += (post for post in page if post.created_at >= since)
            if not page or page[-1].created_at < since:
                return posts
            asked["before"] = page[-1].id
        raise Unexpected("too many posts")

    def _is_ours(self, post: Listed, sought: Sought) -> bool:
        if sought.words is None:
            raise Unexpected("no words to look for")
        return is_whole(post.text, sought.words)

    def _post(self, proof: Proof) -> str:
        # A person who found it knows its address only; the id is the last part of it.
        return f"{self._path}/posts/{proof.external_id or proof.url.rpartition('/')[2]}"


def said(content: Content) -> dict[str, str]:
    """Give the body of a post."""
    return {"text": with_link(content)}
