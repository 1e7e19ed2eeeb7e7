"""What can be read of a room: whether we may write there, and what we have written."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from services.publisher.channels.calls import Calls, Unexpected, Unready
from services.publisher.channels.exchange import Reply
from services.publisher.channels.matrix import answers
from services.publisher.channels.matrix.events import segment

API = "/_matrix/client/v3"
PINS = "state/m.room.pinned_events"

_PAGE = 30
_PAGES = 20
_MARGIN = timedelta(seconds=60)
"""The server's clock may be this much behind ours."""


class Room:
    """One room, as the account that our token opens reads it."""

    def __init__(self, calls: Calls, room: str) -> None:
        self._calls = calls
        self._id = room
        self.path = f"{API}/rooms/{segment(room)}"
        self._user: str | None = None

    async def event(self, event: str) -> answers.Event | None:
        """Read one event; None: the server does not have it."""
        reply = await self.look(f"{self.path}/event/{segment(event)}")
        if reply is None:
            return None
        shown = reply.read(answers.EVENT)
        if shown is None:
            raise Unready(self._calls.busy(reply))
        return shown

    async def own(self, since: datetime) -> AsyncIterator[answers.Event]:
        """Walk through our own posts from the newest back; raises where it cannot read that far."""
        least = since - _MARGIN
        user = self._user or await self._who_we_are()
        wanted = json.dumps({"types": ["m.room.message"], "senders": [user]})
        asked: dict[str, str | int] = {"dir": "b", "limit": _PAGE, "filter": wanted}
        for _ in range(_PAGES):
            reply = await self._calls.read(f"{self.path}/messages", params=asked)
            page = reply.read(answers.PAGE) if reply.status == 200 else None
            if page is None:
                raise Unexpected(reply.status)
            for event in (event for event in page.chunk if event.sender == user):
                if event.sent_at < least:
                    return
                if event.text is not None:
                    yield event
            if page.end is None:
                return
            asked["from"] = page.end
        raise Unexpected("too many posts")

    async def pinned(self) -> list[str]:
        """List the events that are pinned there."""
        reply = await self.look(f"{self.path}/{PINS}")
        if reply is None:
            return []
        said = reply.read(answers.PINNED)
        if said is None:
            raise Unready(self._calls.busy(reply))
        return said.pinned

    async def obstacle(self) -> str | None:
        """Say what keeps us from writing there for everybody; None: nothing."""
        user = await self._who_we_are()
        reply = await self._calls.unseen("GET", f"{API}/joined_rooms")
        joined = reply.read(answers.JOINED)
        if joined is None:
            raise Unready(self._calls.busy(reply))
        if self._id not in joined.joined_rooms:
            return "joined_rooms"
        if await self.look(f"{self.path}/state/m.room.encryption"):
            return "m.room.encryption"
        said = await self.look(f"{self.path}/state/m.room.power_levels")
        levels = said.read(answers.LEVELS) if said else None
        # A room whose id names no server has creators who may do all and stand in no list.
        return levels.missing(user) if levels and ":" in self._id else None

    async def corrections(self, event: str) -> list[str]:
        """List our corrections of an event that stands; when it has gone, the server forgets."""
        standing = await self.event(event)
        if standing is None:
            return []
        room = f"/_matrix/client/v1/rooms/{segment(self._id)}"
        path = f"{room}/relations/{segment(event)}/m.replace"
        reply = await self._calls.unseen("GET", path, params={"limit": _PAGE})
        page = reply.read(answers.PAGE)
        if page is None:
            raise Unready(self._calls.busy(reply))
        return [each.event_id for each in page.chunk if each.sender == standing.sender]

    async def look(self, path: str) -> Reply | None:
        """Ask for something that the server may not have; `Unready` if it does not say."""
        reply = await self._calls.told("GET", path)
        if reply.status == 200:
            return reply
        if answers.is_missing(reply):
            return None
        raise Unready(answers.held_up(reply, self._calls) or self._calls.busy(reply))

    async def _who_we_are(self) -> str:
        reply = await self._calls.unseen("GET", f"{API}/account/whoami")
        account = reply.read(answers.ACCOUNT)
        if account is None:
            raise Unready(self._calls.busy(reply))
        self._user = account.user_id
        return account.user_id
