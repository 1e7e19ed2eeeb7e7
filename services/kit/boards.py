"""Boards: pictures of streams, kept for reading, rebuilt at will, never the truth."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, Protocol

import structlog
from nats.aio.msg import Msg
from nats.errors import Error

from schemas.envelope import Fact
from services.kit.bus import Bus
from services.kit.ending import end
from services.kit.facts import Unreadable
from services.kit.messages import BrokerAway, Told

log = structlog.get_logger()


class Position(NamedTuple):
    """How far a board has followed one making of a stream."""

    created: str
    sequence: int


class Board(Protocol):
    """A picture of some streams."""

    def position(self, stream: str) -> Position | None:
        """Say how far this stream has been followed."""

    def apply(self, stream: str, page: Sequence[Told[Fact]], position: Position) -> None:
        """Draw a page of facts and remember the position, in one go."""

    def clear(self) -> None:
        """Forget everything: the stream is not the one that was followed."""


class Follower:
    """Keeps a board up to date: live by a nudge, and every second in case a nudge was lost."""

    def __init__(self, bus: Bus, board: Board, patterns: Mapping[str, str]) -> None:
        self._bus = bus
        self._board = board
        self._patterns = patterns
        self._nudged = {stream: asyncio.Event() for stream in patterns}
        self._moved = asyncio.Condition()
        self._behind = set(patterns)
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def caught_up(self) -> bool:
        """Whether the board has once been level with every stream."""
        return not self._behind

    async def start(self) -> None:
        """Begin to follow; gives control back at once."""
        self._tasks = [asyncio.create_task(self._follow(stream)) for stream in self._patterns]

    async def stop(self) -> None:
        """Stop following."""
        await end(*self._tasks)

    async def reach(self, stream: str, sequence: int, patience: float) -> bool:
        """Wait until the board shows a write; False if that takes over `patience` seconds."""
        self._nudged[stream].set()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience), self._moved:
                await self._moved.wait_for(lambda: self._sequence(stream) >= sequence)
                return True
        return False

    def _sequence(self, stream: str) -> int:
        position = self._board.position(stream)
        return position.sequence if position else 0

    async def _follow(self, stream: str) -> None:
        await self._bus.started.wait()

        async def nudge(_: Msg) -> None:
            self._nudged[stream].set()

        subscription = None
        while True:
            try:
                if subscription is None:
                    subscription = await self._bus.connection.client.subscribe(
                        self._patterns[stream], cb=nudge
                    )
                await self._catch_up(stream)
            except (BrokerAway, Error) as error:
                log.info("board.waits", stream=stream, why=str(error))
            except Exception:
                log.exception("board.failed", stream=stream)
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._nudged[stream].wait()
            self._nudged[stream].clear()

    async def _catch_up(self, stream: str) -> None:
        drawn = position = self._board.position(stream)
        if position is None or stream in self._behind:
            created, last = await self._bus.facts.stream(stream)
            if position is None or position.created != created or position.sequence > last:
                if position is not None:
                    log.warning("board.rebuilt", stream=stream, was=position, now=(created, last))
                    self._board.clear()
                    self._behind = set(self._patterns)
                drawn, position = None, Position(created, 0)
        while page := await self._bus.facts.page(
            stream, self._patterns[stream], position.sequence + 1
        ):
            facts = []
            for kept in page:
                try:
                    told = self._bus.facts.read(kept)
                except Unreadable as error:
                    log.warning("board.skips", subject=kept.subject, why=str(error))
                    continue
                if told is not None:
                    facts.append(told)
            if self._board.position(stream) != drawn:
                # Its file was taken away meanwhile: what comes next would hide what is missing.
                return
            drawn = position = Position(position.created, page[-1].sequence)
            self._board.apply(stream, facts, position)
            async with self._moved:
                self._moved.notify_all()
            await asyncio.sleep(0)
        if drawn is None and self._board.position(stream) is None:
            self._board.apply(stream, (), position)
        self._behind.discard(stream)
