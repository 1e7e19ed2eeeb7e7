"""Hiding and pinning on Bluesky: records beside the posts, which are read, changed and put back."""

import asyncio
from typing import Any

from schemas.codes import Code
from schemas.envelope import now
from schemas.moderation import Action
from services.publisher.channels.bluesky import answers
from services.publisher.channels.bluesky.record import COLLECTION
from services.publisher.channels.bluesky.session import Session, SessionKeeper
from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.exchange import Reply
from services.publisher.domain.answers import Answer, NotNow, Published, Refused
from services.publisher.ports import Target

ACTIONS: tuple[Action, ...] = ("hide", "unhide", "pin", "unpin")

_GATE = "app.bsky.feed.threadgate"
_PROFILE = "app.bsky.actor.profile"
_REPO = "/xrpc/com.atproto.repo"

_Write = tuple[Session, dict[str, Any]]


class Marks:
    """Marks comments and posts of one account; what others wrote into a record stays in it."""

    def __init__(self, calls: Calls, sessions: SessionKeeper) -> None:
        self._calls = calls
        self._sessions = sessions

    async def put(self, action: Action, target: Target) -> Answer:
        """Let it be so, in one call; none if it is so already."""
        clock = asyncio.get_running_loop().time
        ends = clock() + self._calls.patience
        hides = action in {"hide", "unhide"}
        write = await self._calls.ready(
            self._gate(action, target) if hides else self._profile(action, target)
        )
        if write is None:
            return Published(target.external_id, target.url)
        if isinstance(write, NotNow | Refused):
            return write
        session, written = write
        reply = await self._calls.visible(
            "POST", f"{_REPO}.putRecord", ends - clock(), json=written, headers=session.headers
        )
        if not isinstance(reply, Reply):
            return reply
        if reply.status == 200 and reply.read(answers.WRITTEN) is not None:
            return Published(target.external_id, target.url)
        if reply.status == 400 and answers.error_of(reply) == "InvalidSwap":
            # Somebody else has written there since we read it.
            return self._calls.busy(reply)
        return self._calls.unclear(reply.status)

    async def _gate(self, action: Action, target: Target) -> _Write | None:
        """Say what a thread's gate has to be; its place is named as the post's own."""
        if not target.beneath:
            raise Unready(Refused(Code.MODERATION_UNABLE, self._calls.named()))
        session = await self._sessions.open()
        place = _place(session, _GATE, target.beneath)
        known = await self._read(place)
        new = {"$type": _GATE, "post": target.beneath, "createdAt": now().isoformat()}
        value = known.value if known else new
        hidden = list(value.get("hiddenReplies", []))
        if (target.external_id in hidden) == (action == "hide"):
            return None
        others = [each for each in hidden if each != target.external_id]
        wanted = [*others, target.external_id] if action == "hide" else others
        return session, _swapped(place, {**value, "hiddenReplies": wanted}, known)

    async def _profile(self, action: Action, target: Target) -> _Write | None:
        """Say what the profile has to be: it has room for one pinned post."""
        session, pin = await self._sessions.open(), {}
        if action == "pin":
            post = await self._read(_place(session, COLLECTION, target.external_id))
            if post is None:
                raise Unready(Refused(Code.POST_GONE, self._calls.named()))
            pin = {"pinnedPost": {"uri": target.external_id, "cid": post.cid}}
        place = _place(session, _PROFILE, "self")
        known = await self._read(place)
        value = known.value if known else {"$type": _PROFILE}
        pinned = value.get("pinnedPost")
        is_pinned = isinstance(pinned, dict) and pinned.get("uri") == target.external_id
        if is_pinned == (action == "pin"):
            return None
        rest = {name: said for name, said in value.items() if name != "pinnedPost"}
        return session, _swapped(place, {**rest, **pin}, known)

    async def _read(self, place: dict[str, str]) -> answers.Kept | None:
        reply = await self._calls.told("GET", f"{_REPO}.getRecord", params=place)
        if reply.status == 400 and answers.error_of(reply) == "RecordNotFound":
            return None
        kept = reply.read(answers.KEPT) if reply.status == 200 else None
        if kept is None:
            raise Unready(self._calls.busy(reply))
        return kept


def _place(session: Session, collection: str, uri: str) -> dict[str, str]:
    key = uri.rpartition("/")[2]
    return {"repo": session.account.did, "collection": collection, "rkey": key}


def _swapped(
    place: dict[str, str], value: dict[str, Any], known: answers.Kept | None
) -> dict[str, Any]:
    """Put it there only if nobody has written there since it was read."""
    return {**place, "swapRecord": known.cid if known else None, "record": value}
