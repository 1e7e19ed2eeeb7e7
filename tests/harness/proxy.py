"""A small TCP proxy: one port, one target, and a network between them that fails on demand."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from tests.harness.ports import free_port


@dataclass(frozen=True, slots=True)
class Flow:
    """How bytes go in one direction."""

    passes: bool = True
    """False: they are held, and nobody is told."""
    cut_after: int | None = None
    """Both ends get a reset once this many bytes have been passed on."""
    pause: float = 0.0
    """Seconds before each piece is passed on."""
    piece: int = 65536
    """Bytes passed on at once, at most."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to a connection."""

    requests: Flow = Flow()
    answers: Flow = Flow()

    @property
    def holds(self) -> bool:
        """Whether something of a connection under this rule never arrives."""
        return not (self.requests.passes and self.answers.passes)


HELD = Flow(passes=False)

PASS = Rule()
FROZEN = Rule(HELD, HELD)
"""Half-open: nothing arrives, nothing is closed; new connections are accepted and ignored."""
ANSWERS_LOST = Rule(answers=HELD)
RESET_BEFORE = Rule(requests=Flow(cut_after=0))
"""Reset as soon as the caller says something; nothing is passed on."""
RESET_AFTER = Rule(answers=Flow(cut_after=0))
"""The request arrives; reset as soon as the target answers."""


def cut_answer_after(count: int) -> Rule:
    """Reset in the middle of the answer."""
    return Rule(answers=Flow(cut_after=count))


def slow_answer(pause: float) -> Rule:
    """Let the answer come one byte at a time."""
    return Rule(answers=Flow(pause=pause, piece=1))


def delayed(pause: float) -> Rule:
    """Let everything arrive later."""
    return Rule(Flow(pause=pause), Flow(pause=pause))


class Proxy:
    """Connections to `port` arrive at `target`, as far as the rule in force lets them."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self.accepted = 0
        """Connections so far."""
        self._target = target
        self._rule = PASS
        self._coming: list[Rule] = []
        self._server: asyncio.Server | None = None
        self._lines: dict[_Line, asyncio.Task[None]] = {}

    @property
    def open_ends(self) -> int:
        """How many callers have not gone."""
        return sum(not line.left for line in self._lines)

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Listen no more and reset what is open."""
        await self.refuse()
        tasks = list(self._lines.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def impose(self, rule: Rule) -> None:
        """Put every connection, present and coming, under a rule; bytes count from here on."""
        self._rule = rule
        for line in self._lines:
            line.follow(rule)

    def strike(self, rule: Rule, after: int = 0) -> None:
        """Put the next connection under a rule, or one after that, and no other."""
        self._coming = [self._rule] * after + [rule]

    async def heal(self) -> None:
        """Let new connections pass. What was held stays dead, as after a firewall's restart."""
        self._rule = PASS
        for line in self._lines:
            if not line.rule.holds:
                line.follow(PASS)
        if self._server is None:
            await self.start()

    def thaw(self) -> None:
        """Let everything pass, also what was held till now."""
        self._coming.clear()
        self.impose(PASS)

    def cut(self) -> None:
        """Reset every connection there is."""
        for line in self._lines:
            line.cut()

    async def refuse(self) -> None:
        """Close the port, and reset every connection there is."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None
        self.cut()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.accepted += 1
        rule = self._coming.pop(0) if self._coming else self._rule
        line = _Line(reader, writer, self._target, rule)
        self._lines[line] = task
        try:
            await line.run()
        except* (OSError, asyncio.CancelledError):
            pass  # an end went away, or was cut off
        finally:
            line.cut()
            del self._lines[line]


class _Line:
    """One connection through the proxy."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: int, rule: Rule
    ) -> None:
        self.rule = rule
        self._reader = reader
        self._writer = writer
        self._target = target
        self._writers = [writer]
        self._passed = {"requests": 0, "answers": 0}
        self._changed = asyncio.Event()

    @property
    def left(self) -> bool:
        """Whether the caller has gone."""
        return self._reader.at_eof() or self._reader.exception() is not None

    def follow(self, rule: Rule) -> None:
        """Go on under another rule."""
        self.rule = rule
        self._passed = dict.fromkeys(self._passed, 0)
        self._changed.set()
        self._changed = asyncio.Event()

    def cut(self) -> None:
        """Reset both ends."""
        for writer in self._writers:
            plug: socket.socket = writer.get_extra_info("socket")
            with suppress(OSError):
                plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def run(self) -> None:
        """Carry bytes both ways until both ends are done."""
        while not self.rule.requests.passes:
            await self._changed.wait()
        reader, writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers.append(writer)
        async with asyncio.TaskGroup() as both:
            both.create_task(self._carry("requests", self._reader, writer))
            both.create_task(self._carry("answers", reader, self._writer))

    async def _carry(
        self, way: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while said := await reader.read(65536):
            while said:
                flow = await self._open(way)
                piece, said = said[: flow.piece], said[flow.piece :]
                await asyncio.sleep(flow.pause)
                if flow.cut_after is not None:
                    piece = piece[: flow.cut_after - self._passed[way]]
                self._passed[way] += len(piece)
                writer.write(piece)
                await writer.drain()
                if self._passed[way] == flow.cut_after:
                    raise ConnectionResetError("asked to cut here")
        await self._open(way)
        writer.write_eof()

    async def _open(self, way: str) -> Flow:
        while True:
            flow: Flow = getattr(self.rule, way)
            if flow.passes:
                return flow
            await self._changed.wait()


@asynccontextmanager
async def running_proxy(target: int) -> AsyncIterator[Proxy]:
    """Stand before a port of this machine until the block ends."""
    proxy = Proxy(target)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
