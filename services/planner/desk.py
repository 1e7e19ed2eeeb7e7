"""Everything that a door to the planner needs, be it the API or the pages."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from schemas.codes import Code
from services.planner.board import Alerts, Inbox, Reader
from services.planner.domain.comments import Comment
from services.planner.domain.needs import needs_of
from services.planner.domain.refusals import refused
from services.planner.domain.shown import Shown
from services.planner.handlers import Answer, Planner
from services.planner.live import Cut, Live
from services.planner.moderating import Moderating
from services.planner.notices.handlers import Notices
from services.planner.people import People
from services.planner.pictures import StoredPictures
from services.planner.publishing import Publishing
from services.planner.sessions import Sessions
from services.planner.settings import Settings
from services.planner.videos import StoredVideos
from services.planner.words import Words

_READ_OWN_WRITES = 2.0
"""Seconds to wait for the board to show what a person has just done."""


class Following(Protocol):
    """How far the board has come."""

    @property
    def caught_up(self) -> bool:
        """Whether the board has once been level with every stream."""

    async def reach(self, stream: str, sequence: int, patience: float) -> bool:
        """Wait until the board shows a write."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The planner's parts, for its doors."""

    settings: Settings
    planner: Planner
    publishing: Publishing
    moderating: Moderating
    notices: Notices
    pictures: StoredPictures
    videos: StoredVideos
    people: People
    sessions: Sessions
    board: Reader
    inbox: Inbox
    alerts: Alerts
    words: Words
    following: Following
    live: Live
    connected: Callable[[], bool]
    now: Callable[[], datetime]

    def reader(self) -> Reader:
        """Give the board, once it shows everything."""
        if not self.following.caught_up:
            raise refused(Code.CATCHING_UP if self.connected() else Code.BROKER_AWAY)
        return self.board

    def post(self, post: UUID) -> Shown:
        """Find one post on the board."""
        shown = self.reader().post(post)
        if shown is None:
            raise refused(Code.POST_NOT_FOUND)
        # What needs a person because nothing has happened for too long is news as well.
        late = sum(1 for _ in needs_of(shown, self.now()))
        return replace(shown, mark=f"{shown.mark}-{late}") if late and shown.mark else shown

    def comments(self) -> Inbox:
        """Give the comments, once the board shows everything."""
        self.reader()
        return self.inbox

    def comment(self, channel: str, post: UUID, comment: UUID) -> Comment:
        """Find one comment on the board."""
        found = self.comments().one(channel, post, comment)
        if found is None:
            raise refused(Code.COMMENT_NOT_FOUND)
        return found

    async def shown(self, answer: Answer) -> Shown:
        """Show a post as a write has left it, on the board if it gets there in time."""
        await self.written(answer.sequence)
        shown = self.board.post(answer.post.post)
        if shown is not None and shown.post.version >= answer.post.version:
            return shown
        return Shown(answer.post, answer.sequence)

    async def written(self, sequence: int) -> None:
        """Wait for a while until every page shows what stands there in the planner's stream."""
        await self.following.reach("PLANNER", sequence, _READ_OWN_WRITES)

    async def changed(self, post: UUID, seen: str | None, patience: float) -> Shown:
        """Wait until a post is not as it was seen, for a while; then give it as it is."""
        clock = asyncio.get_running_loop().time
        until = clock() + patience
        with self.live.listen() as listener:
            shown = self.post(post)
            while etag(shown) == seen and clock() < until:
                try:
                    await listener.next(until - clock())
                except Cut:
                    break
                shown = self.post(post)
        return shown


def etag(shown: Shown) -> str:
    """Name what is shown: first the content that an approval binds, then everything else.

    People decide about content, so If-Match compares the first part alone: that a delivery went
    on meanwhile is no reason to read the post again.
    """
    return f'"{shown.post.digest}.{shown.mark or f"facts-{shown.sequence}"}"'


def seen_content(if_match: str | None) -> str | None:
    """Read the content digest of an If-Match header; None if it names none."""
    for name in (if_match or "").split(","):
        digest = name.strip().removeprefix("W/").strip('"').split(".")[0]
        if digest and digest != "*":
            return digest
    return None
