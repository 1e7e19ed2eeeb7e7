"""The life of one store: a fresh broker on a fresh disk, at work, cut off again and again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from drill.disk.frozen import FrozenDisk, frozen_disk
from drill.power.judge import Verdict, judge
from drill.power.notes import Notes
from drill.power.writers import Writers
from services.kit.connection import Connection
from services.provision.keys import write_keys
from tests.harness.broker import CHANNELS, Broker
from tests.harness.server import Server
from tests.harness.waiting import eventually

_BACK_WITHIN = 10.0
_GOES_ON_WITHIN = 15.0


@dataclass(frozen=True, slots=True)
class Cut:
    """When one cut comes, and what it leaves."""

    after: int
    """Writes, fsyncs and other changes on the disk."""
    scatter: int | None
    """Seed by which some pages survive that nobody had made durable; None: no such page does."""
    again_after: int | None
    """A second cut, so many changes into the broker's recovery from the first."""


def cuts(seed: int, number: int) -> list[Cut]:
    """Draw them from a seed."""
    chance = Random(seed)
    return [
        Cut(
            after=chance.randint(50, 2500),
            scatter=chance.randrange(1 << 30) if chance.random() < 0.5 else None,
            again_after=chance.randint(1, 30) if chance.random() < 0.25 else None,
        )
        for _ in range(number)
    ]


class LazyServer(Server):
    """A broker with the setting it has when nobody sets it: it fsyncs every two minutes."""

    def _config(self) -> str:
        return super()._config().replace("  sync_interval: always\n", "")


class Life:
    """A running broker on a frozen disk, with writers."""

    def __init__(
        self,
        disk: FrozenDisk,
        server: Server,
        connections: tuple[Connection, Connection],
        seed: int,
    ) -> None:
        self._disk = disk
        self._server = server
        self._connections = connections
        self.notes = Notes()
        self._writers = Writers(*connections, self.notes, seed)
        self._work: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Let the writers live, over every cut."""
        self._work = asyncio.create_task(self._writers.work())
        try:
            yield
        finally:
            self._writers.end()
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    async def suffer(self, cut: Cut) -> Verdict:
        """Work, be cut off at any moment, come back, and be judged."""
        self._writers.gate.set()
        await self._disk.cut_after(cut.after)
        await self._die(cut.scatter)
        starting = asyncio.create_task(self._server.start())
        if cut.again_after is not None:
            await self._second_cut(cut.again_after, starting)
            await self._die(cut.scatter)
            # It died while it was starting, or soon after.
            await asyncio.gather(starting, return_exceptions=True)
            starting = asyncio.create_task(self._server.start())
        await starting
        await eventually(self._connected, _BACK_WITHIN)
        return await judge(self.notes.copy(), *self._connections)

    async def go_on(self) -> None:
        """See that every kind of write is acknowledged again."""
        before = self._counts()
        self._writers.gate.set()

        def more() -> bool:
            if self._work is not None and self._work.done():
                self._work.result()
            return all(new > old for new, old in zip(self._counts(), before, strict=True))

        await eventually(more, _GOES_ON_WITHIN)

    async def _die(self, scatter: int | None) -> None:
        """End the broker at once, and mount what the cut left.

        The signal goes first; a broker that waits for the dark disk ends when that is mounted anew.
        """
        self._writers.gate.clear()
        await asyncio.gather(self._server.kill(), self._disk.back(scatter))

    async def _second_cut(self, after: int, starting: asyncio.Task[None]) -> None:
        dark = asyncio.create_task(self._disk.cut_after(after))
        await asyncio.wait({dark, starting}, return_when=asyncio.FIRST_COMPLETED)
        # A recovery that asks less of the disk is cut off at its first work.
        self._writers.gate.set()
        await dark

    def _connected(self) -> bool:
        return all(connection.connected for connection in self._connections)

    def _counts(self) -> tuple[int, int, int]:
        ours = sum(fact.stream == "PUBLISHER" for fact in self.notes.facts)
        return ours, len(self.notes.facts) - ours, len(self.notes.timers)


@asynccontextmanager
async def life(
    seed: int, kind: type[Server] = Server, *, lying: bool = False
) -> AsyncIterator[Life]:
    """Give a store of its own, on a disk that can be made to lie about what is durable."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="budkavle-power-")))
        secrets = folder / "secrets"
        write_keys(secrets)
        server = kind(folder / "broker", secrets / "broker" / "users.conf")
        # Ended after the disk: a broker that waits for a dark disk does not end.
        stack.push_async_callback(server.kill)
        disk = await stack.enter_async_context(frozen_disk(folder / "broker" / "store"))
        broker = Broker([server], secrets)
        await broker.start()
        await broker.provision(CHANNELS)
        publisher = await stack.enter_async_context(broker.connection("publisher"))
        planner = await stack.enter_async_context(broker.connection("planner"))
        if lying:
            await disk.lie(seed)
        begun = Life(disk, server, (publisher, planner), seed)
        await stack.enter_async_context(begun.at_work())
        yield begun
