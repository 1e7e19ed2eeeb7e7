"""What has just changed on the board, for those who look at it: a bounded ring of changes."""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

REMEMBERED = 1_000
QUEUED = 256
LISTENERS = 256


@dataclass(frozen=True, slots=True)
class Change:
    """Something on the board is not as it was."""

    kind: str
    """`post`, `comment`, `channel`, `stranger`, `parked`, `publishing`, `alert`; `reset`: all."""
    type: str = ""
    """The fact that changed it."""
    post: UUID | None = None
    channel: str | None = None


class Cut(Exception):
    """This listener was too slow, or too many came after it; it has to begin anew."""


class Listener:
    """One reader's own bounded queue."""

    def __init__(self, first: Iterable[tuple[str, Change]]) -> None:
        self._queue: asyncio.Queue[tuple[str, Change]] = asyncio.Queue()
        self._cut = False
        for item in first:
            self._queue.put_nowait(item)

    def offer(self, item: tuple[str, Change]) -> None:
        """Queue a change, unless the reader has stopped reading."""
        if self._queue.qsize() >= QUEUED:
            self.cut()
        else:
            self._queue.put_nowait(item)

    def cut(self) -> None:
        """Let go of this reader; it finds out when it has read what is queued."""
        if not self._cut:
            self._cut = True
            self._queue.put_nowait(("", Change("reset")))

    async def next(self, patience: float) -> tuple[str, Change] | None:
        """Give the next change with its id; None if there is none in `patience` seconds."""
        try:
            async with asyncio.timeout(patience):
                item = await self._queue.get()
        except TimeoutError:
            return None
        if self._cut and not item[0]:
            raise Cut
        return item


class Live:
    """Tells listeners of changes, and lets one that comes back go on where it was."""

    def __init__(self) -> None:
        self._boot = uuid4().hex[:8]
        self._count = 0
        self._ring: deque[tuple[str, Change]] = deque(maxlen=REMEMBERED)
        self._listeners: list[Listener] = []

    def tell(self, changes: Sequence[Change]) -> None:
        """Pass changes on."""
        for change in changes:
            self._count += 1
            item = (f"{self._boot}-{self._count}", change)
            self._ring.append(item)
            for listener in self._listeners:
                listener.offer(item)

    @contextmanager
    def listen(self, last: str | None = None) -> Iterator[Listener]:
        """Listen from now on, or from after the change with the id `last`."""
        listener = Listener(self._since(last) if last else ())
        self._listeners.append(listener)
        if len(self._listeners) > LISTENERS:
            self._listeners.pop(0).cut()
        try:
            yield listener
        finally:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def _since(self, last: str) -> list[tuple[str, Change]]:
        ids = [name for name, _ in self._ring]
        later = list(self._ring)[ids.index(last) + 1 :] if last in ids else None
        if later is None or len(later) > QUEUED:
            return [(f"{self._boot}-{self._count}", Change("reset"))]
        return later
