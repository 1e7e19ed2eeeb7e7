"""Makes guessing slow. It never shuts anybody out for longer than a minute: it is a crisis."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

LONGEST = timedelta(minutes=1)
_FREE = 3
"""Wrong tries before there are pauses; people mistype."""
_FORGOTTEN = timedelta(minutes=15)
_PLACES = 4096


@dataclass(slots=True)
class _Tries:
    wrong: int
    last: datetime

    def until(self) -> datetime:
        if self.wrong < _FREE:
            return self.last
        return self.last + min(LONGEST, timedelta(seconds=2 ** min(self.wrong - _FREE, 6)))


class Throttle:
    """Counts wrong tries, for each officer and for each address, in bounded memory.

    An address from which nothing wrong has come is heard at once, whatever others have tried:
    otherwise a stranger's guesses would keep the officer out.
    """

    def __init__(self, places: int = _PLACES) -> None:
        self._places = places
        self._tries: OrderedDict[tuple[str, str], _Tries] = OrderedDict()

    def wait(self, officer: str, address: str, now: datetime) -> int:
        """Say how many seconds must pass before the next try; 0: none."""
        from_there = self._known("address", address, now)
        if from_there is None:
            return 0
        at_them = self._known("officer", officer, now)
        until = max(tries.until() for tries in (from_there, at_them) if tries)
        return max(0, ceil((until - now).total_seconds()))

    def wrong(self, officer: str, address: str, now: datetime) -> None:
        """Count a wrong try."""
        for which in (("officer", officer), ("address", address)):
            before = self._known(*which, now)
            self._tries[which] = _Tries(before.wrong + 1 if before else 1, now)
            self._tries.move_to_end(which)
        while len(self._tries) > self._places:
            self._tries.popitem(last=False)

    def right(self, officer: str, address: str) -> None:
        """Forget what went wrong before it went right."""
        self._tries.pop(("officer", officer), None)
        self._tries.pop(("address", address), None)

    def _known(self, kind: str, name: str, now: datetime) -> _Tries | None:
        tries = self._tries.get((kind, name))
        # A clock that was set back makes no pause longer: what lies ahead of it is forgotten.
        fresh = tries and timedelta(0) <= now - tries.last < _FORGOTTEN
        return tries if fresh else None
