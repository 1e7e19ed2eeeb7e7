"""The notices that are open, followed from the planner's own facts and kept in memory."""

from collections import OrderedDict
from collections.abc import Sequence
from uuid import UUID

from schemas.envelope import Fact
from schemas.notices import NoticeFact, NoticeRead, NoticeSettled
from services.kit.boards import Position
from services.kit.messages import Told

_SETTLED = 2_000
"""How many settled ones are remembered; an older one is looked up if its trouble comes back."""


class Noticeboard:
    """Newest fact of each notice. Bounded by what is open, for what is over is let go."""

    def __init__(self) -> None:
        self._positions: dict[str, Position] = {}
        self._open: dict[UUID, Told[NoticeFact]] = {}
        self._settled: OrderedDict[UUID, Told[NoticeFact]] = OrderedDict()

    def position(self, stream: str) -> Position | None:
        """Say how far a stream has been followed; only the planner's is."""
        return self._positions.get(stream)

    def apply(self, stream: str, page: Sequence[Told[Fact]], position: Position) -> None:
        """Take in a page of facts."""
        for told in page:
            if isinstance(told.fact, NoticeFact):
                self.take(Told(told.fact, told.sequence, told.stored_at))
        self._positions[stream] = position

    def clear(self) -> None:
        """Forget everything."""
        self._positions.clear()
        self._open.clear()
        self._settled.clear()

    def take(self, told: Told[NoticeFact]) -> None:
        """Take in a fact, be it one of our own that has not come back yet; older ones are not."""
        problem = told.fact.problem
        known = self.newest(problem)
        if known is not None and known.sequence >= told.sequence:
            return
        self._open.pop(problem, None)
        self._settled.pop(problem, None)
        if isinstance(told.fact, NoticeSettled):
            self._settled[problem] = told
            if len(self._settled) > _SETTLED:
                self._settled.popitem(last=False)
        else:
            self._open[problem] = told

    def newest(self, problem: UUID) -> Told[NoticeFact] | None:
        """Give the newest fact of a notice, if it is remembered here."""
        return self._open.get(problem) or self._settled.get(problem)

    def open(self) -> list[Told[NoticeFact]]:
        """List what is not settled, oldest first."""
        return sorted(self._open.values(), key=lambda told: (told.fact.since, told.sequence))

    def unread(self) -> list[Told[NoticeFact]]:
        """List what nobody has read."""
        return [told for told in self.open() if not isinstance(told.fact, NoticeRead)]
