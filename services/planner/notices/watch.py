"""Looks at the board for what needs a person: at each change, and at everything once a minute."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from schemas.notices import NoticeFact, NoticeRaised
from services.planner.live import Change, Cut, Listener, Live
from services.planner.notices.handlers import MOST_OPEN, Notices
from services.planner.notices.troubles import Trouble

log = structlog.get_logger()

SWEEP = 60.0
"""Seconds between two looks at everything: time alone makes trouble too."""

_GATHERED = 200
_PAUSE = 0.5
"""Seconds in which changes are gathered: one post's come close together."""

_TROUBLING = frozenset(
    f"{fact}.v1"
    for fact in (
        "delivery.failed",
        "delivery.expired",
        "delivery.uncertain",
        "delivery.held",
        "post.missed",
        "post.unseen",
    )
)
"""Facts that are worth a look at once; whatever else there is, the sweep finds."""


class Finding(Protocol):
    """What the board shows of troubles."""

    def positions(self) -> Mapping[str, int]:
        """Say how far each stream has been read."""

    def all(self, now: datetime) -> Sequence[Trouble]:
        """List everything that needs a person."""

    def of_post(self, post: UUID, now: datetime) -> Sequence[Trouble]:
        """List what needs a person about one post."""


class Watch:
    """One for each replica; what several see at once is raised once."""

    def __init__(
        self, notices: Notices, finding: Finding, live: Live, is_level: Callable[[], bool]
    ) -> None:
        self._notices = notices
        self._finding = finding
        self._live = live
        self._is_level = is_level
        """Whether the boards show everything; while they do not, what is missing means nothing."""

    async def run(self) -> None:
        """Look until the listener is cut off or the boards are drawn anew; then it begins again."""
        clock = asyncio.get_running_loop().time
        with self._live.listen() as listener:
            while self._is_level():
                await self.look_at_all()
                sweep_at = clock() + SWEEP
                while self._is_level() and (left := sweep_at - clock()) > 0:
                    try:
                        changes = await _gathered(listener, left)
                    except Cut:
                        return
                    if self._is_level():
                        await self._look_at_changed(changes)

    async def look_at_all(self) -> None:
        """Compare everything on the board with the notices there are."""
        positions = self._finding.positions()
        now = self._notices.now()
        troubles = list(self._finding.all(now))
        # The board lists the newest; one that is not on its list need not be over.
        listed = {trouble.post for trouble in troubles}
        for post in self._noticed() - listed:
            troubles += self._finding.of_post(post, now)
        if len(troubles) > MOST_OPEN:
            log.error("notices.too_many", troubles=len(troubles), raised=MOST_OPEN)
        self._report(await self._notices.compare(troubles, positions))

    async def look_at(self, post: UUID) -> None:
        """Compare one post."""
        positions = self._finding.positions()
        troubles = self._finding.of_post(post, self._notices.now())
        self._report(await self._notices.compare(troubles, positions, post))

    async def _look_at_changed(self, changes: Sequence[Change]) -> None:
        if any(change.post is None for change in changes):
            await self.look_at_all()
            return
        noticed = self._noticed()
        posts = {
            change.post
            for change in changes
            if change.post and (change.type in _TROUBLING or change.post in noticed)
        }
        for post in posts:
            await self.look_at(post)

    def _noticed(self) -> set[UUID]:
        notices = (told.fact for told in self._notices.noticeboard.open())
        return {notice.post for notice in notices if notice.post}

    def _report(self, facts: Sequence[NoticeFact]) -> None:
        for fact in facts:
            event = "notice.raised" if isinstance(fact, NoticeRaised) else "notice.settled"
            log.warning(event, kind=fact.kind, about=fact.about, problem=str(fact.problem))


async def _gathered(listener: Listener, patience: float) -> list[Change]:
    """Wait for a change, and take with it those that come right after."""
    changes: list[Change] = []
    item = await listener.next(patience)
    while item is not None and len(changes) < _GATHERED:
        changes.append(item[1])
        item = await listener.next(_PAUSE)
    return changes
