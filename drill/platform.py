"""The simulator's plain platform as five channels: one for each kind of repeat-safety."""

from datetime import datetime, timedelta

from pydantic import BaseModel, TypeAdapter

from drill.plain import Listed, PlainChannel, said
from services.publisher.channels.exchange import Reply
from services.publisher.domain.answers import Absent, Answer, Finding, Prepared, Published
from services.publisher.domain.rules import Repeat
from services.publisher.ports import Parcel, Seen, Sought


class _Draft(BaseModel):
    draft: str


class _Status(BaseModel):
    status: str
    id: str | None
    url: str | None


_DRAFT = TypeAdapter(_Draft)
_STATUS = TypeAdapter(_Status)


class OwnIdChannel(PlainChannel):
    """We choose the id, so that sending again puts the same thing in the same place."""

    kind = "plain-own-id"
    by = Repeat.DETERMINISTIC_ID

    async def commit(self, parcel: Parcel) -> Answer:
        """Put the post at its place."""
        path = f"{self._path}/posts/{parcel.key}"
        return await self._make("PUT", path, json=said(parcel.content))

    def _is_ours(self, post: Listed, sought: Sought) -> bool:
        return post.id == sought.key


class TwoPhaseChannel(PlainChannel):
    """A draft that nobody sees becomes public once at most, however often that is asked."""

    kind = "plain-two-phase"
    by = Repeat.TWO_PHASE

    async def prepare(self, parcel: Parcel) -> Answer:
        """Hand the text over as a draft. A draft whose answer is lost is seen by nobody."""
        reply = await self._send("POST", f"{self._path}/drafts", json=said(parcel.content))
        if not isinstance(reply, Reply):
            return reply
        made = reply.read(_DRAFT) if reply.status == 200 else None
        return Prepared(made.draft) if made else self._no(reply)

    async def commit(self, parcel: Parcel) -> Answer:
        """Make the draft public."""
        if parcel.handle is None:
            raise ValueError("prepare it first; its handle stands in the ledger")
        return await self._make("POST", f"{self._path}/drafts/{parcel.handle}/publish")

    async def find(self, sought: Sought) -> Finding:
        """Ask the draft itself; a ledger that does not know it reads the list."""
        if sought.handle is None:
            return await super().find(sought)
        reply = await self._send("GET", f"{self._path}/drafts/{sought.handle}")
        if not isinstance(reply, Reply):
            return self._calls.lost()
        read = reply.read(_STATUS) if reply.status == 200 else None
        match read:
            case _Status(status="published", id=str(post_id), url=str(url)):
                return Published(post_id, url)
            case _Status(status="draft"):
                return Absent()
            case _:
                return self._calls.unclear(reply.status)


class KeyedChannel(PlainChannel):
    """The platform remembers our key for an hour; after half of it, reading decides."""

    kind = "plain-keyed"
    by = Repeat.IDEMPOTENCY_KEY
    window = timedelta(hours=1)

    async def commit(self, parcel: Parcel) -> Answer:
        """Send it under the key that every attempt carries."""
        headers = {"Idempotency-Key": parcel.key}
        path = f"{self._path}/posts"
        return await self._make("POST", path, json=said(parcel.content), headers=headers)


class ListedChannel(PlainChannel):
    """Every call is a new post, and what is public can be read back."""

    kind = "plain-listed"
    by = Repeat.LOOK_UP

    async def commit(self, parcel: Parcel) -> Answer:
        """Send it, without anything that would make a second call harmless."""
        return await self._make("POST", f"{self._path}/posts", json=said(parcel.content))


class MuteChannel(ListedChannel):
    """Every call is a new post, and nothing can be read back: only a person can find out."""

    kind = "plain-mute"
    by = Repeat.NONE
    finds = False

    async def timeline(self, since: datetime) -> list[Seen] | None:  # noqa: ARG002 - the port's
        """Say that there is nothing to read."""
        return None

    async def find(self, sought: Sought) -> Finding:  # noqa: ARG002 - the port's
        """Say that nobody knows."""
        return self._calls.unclear("no list")
