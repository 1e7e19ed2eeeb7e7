"""The simulated channel: what is public, what it remembers, and what may still arrive late."""

from collections.abc import Iterator
from typing import NamedTuple

from services.publisher.domain.rules import Repeat


class Request(NamedTuple):
    """A call on its way: it is applied within `ticks`, or never."""

    aim: str
    revision: int
    handle: str | None
    key: str
    ticks: int


class Channel(NamedTuple):
    """The truth about one channel, which nobody of ours can see at once."""

    publications: int = 0
    """How many times it was made public; 2 is a violation unless it was declared."""
    shown: int = 0
    """The revision that strangers see; 0: nothing."""
    shown_for: int = 0
    """Ticks since it was shown, as far as a look-up may lag."""
    keys: tuple[tuple[str, int], ...] = ()
    """Keys that are remembered, and for how long still."""
    handles: tuple[str, ...] = ()
    """What was prepared and has become public."""
    spent: tuple[str, ...] = ()
    """What was prepared and never can."""
    under_way: tuple[Request, ...] = ()

    def apply(self, request: Request, by: Repeat, window: int) -> "Channel":
        """Do what a request asks, as this kind of channel does it."""
        match request.aim:
            case "retract":
                return self._replace(shown=0, shown_for=0)
            case "correct":
                # What is not there cannot be changed.
                return self._replace(shown=request.revision if self.shown else 0)
            case _:
                return self._publish(request, by, window)

    def _publish(self, request: Request, by: Repeat, window: int) -> "Channel":
        match by:
            case Repeat.IDEMPOTENCY_KEY:
                known = any(key == request.key for key, _ in self.keys)
                keys = (*self.keys, (request.key, window))
                return self if known else self._published(request)._replace(keys=keys)
            case Repeat.TWO_PHASE:
                known = request.handle is None or request.handle in self.handles + self.spent
                handles = (*self.handles, request.handle or "")
                return self if known else self._published(request)._replace(handles=handles)
            case Repeat.DETERMINISTIC_ID if self.publications:
                return self._replace(shown=request.revision)
            case _:
                return self._published(request)

    def _published(self, request: Request) -> "Channel":
        return self._replace(
            publications=min(self.publications + 1, 3), shown=request.revision, shown_for=0
        )

    def spend(self, handle: str) -> "Channel":
        """Let what was prepared come to nothing, as it does after a day; not what is public."""
        if handle in self.handles:
            return self
        return self._replace(spent=tuple(sorted({*self.spent, handle})))

    def send_late(self, request: Request) -> "Channel":
        """Take a request in without doing it yet."""
        return self._replace(under_way=tuple(sorted((*self.under_way, request), key=str)))

    def arrivals(self, by: Repeat, window: int) -> Iterator["Channel"]:
        """Give what happens if one of the late requests arrives now."""
        for request in dict.fromkeys(self.under_way):
            rest = list(self.under_way)
            rest.remove(request)
            yield self._replace(under_way=tuple(rest)).apply(request, by, window)

    def later(self, lag: int) -> "Channel":
        """The same channel one tick on; what was to arrive until now and did not is dropped."""
        return self._replace(
            shown_for=min(self.shown_for + 1, lag) if self.shown else 0,
            keys=tuple((key, left - 1) for key, left in self.keys if left > 1),
            under_way=tuple(
                request._replace(ticks=request.ticks - 1)
                for request in self.under_way
                if request.ticks > 1
            ),
        )
