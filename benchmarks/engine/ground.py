"""A broker that syncs every write, the simulated platform, and two consumers: all real programs."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import psutil
from nats.aio.client import Client

from benchmarks.engine.replica import CHANNELS
from budkavle.children import end
from budkavle.waiting import comes_true
from schemas.flow import Durable, dues, heard, hop_of
from schemas.posts import OrderApproved
from tests.harness.broker import Broker, running_broker
from tests.harness.ports import free_port

Kind = Literal["replica", "bare"]

_READY_WITHIN = 60.0
_STOP_WITHIN = 15.0
ROOM = "16GB"


def order_durables() -> tuple[Durable, ...]:
    """List the durables through which the publisher hears orders."""
    return tuple(heard("publisher", hop_of(OrderApproved), name) for name in CHANNELS)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the measurements stand on."""

    broker: Broker
    operator: Client
    programs: Mapping[str, psutil.Process]
    origin: str
    """Where the platform is."""

    def cpu(self) -> dict[str, float]:
        """Give the processor time that each program has used so far, in seconds."""
        times = {name: program.cpu_times() for name, program in self.programs.items()}
        return {name: time.user + time.system for name, time in times.items()}

    def complain(self) -> None:
        """Raise if a program has ended."""
        for name, program in self.programs.items():
            if not program.is_running() or program.status() == psutil.STATUS_ZOMBIE:
                raise RuntimeError(f"{name} has ended in the middle of a measurement")

    def resident(self) -> dict[str, int]:
        """Give the resident memory of each program, in bytes."""
        return {name: program.memory_info().rss for name, program in self.programs.items()}

    async def ask(self, what: str, question: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Ask the broker's management interface."""
        return await ask(self.operator, what, question)

    async def stored(self, stream: str) -> int:
        """Give the last sequence of a stream."""
        return int((await self.ask(f"STREAM.INFO.{stream}"))["state"]["last_seq"])

    async def hold_orders(self, until: datetime) -> None:
        """Let no order come to anybody before a moment."""
        said = {"pause_until": until.astimezone(UTC).isoformat().replace("+00:00", "Z")}
        for durable in order_durables():
            await self.ask(f"CONSUMER.PAUSE.{durable.stream}.{durable.name}", said)

    async def all_listen(self, listeners: int) -> None:
        """Wait until so many programs ask for messages on every durable."""
        ears = (*order_durables(), *(dues("publisher", name) for name in CHANNELS))

        async def listening() -> bool:
            states = [await self.ask(f"CONSUMER.INFO.{ear.stream}.{ear.name}") for ear in ears]
            return all(state["num_waiting"] >= listeners for state in states)

        if not await comes_true(listening, _READY_WITHIN, every=0.2):
            raise RuntimeError("the consumers do not listen")


async def ask(
    operator: Client, what: str, question: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Ask the broker's management interface, with every right."""
    payload = json.dumps(question).encode() if question else b""
    answer = await operator.request(f"$JS.API.{what}", payload, timeout=30)
    said: dict[str, Any] = json.loads(answer.data)
    if "error" in said:
        raise RuntimeError(f"{what}: {said['error'].get('description')}")
    return said


@asynccontextmanager
async def ground(
    kind: Kind, consumers: int = 2, store: Path | None = None
) -> AsyncIterator[Ground]:
    """Run it in a folder of its own, somewhere else than usual if said, until the block ends."""
    async with AsyncExitStack() as stack:
        made = TemporaryDirectory(prefix="budkavle-bench-", dir=store)
        folder = Path(stack.enter_context(made))
        broker = await stack.enter_async_context(running_broker(folder, CHANNELS, room=ROOM))
        yield await stack.enter_async_context(standing_on(broker, folder, kind, consumers))


@asynccontextmanager
async def standing_on(
    broker: Broker, folder: Path, kind: Kind, consumers: int = 2
) -> AsyncIterator[Ground]:
    """Run platform and consumers beside a broker that is there."""
    async with AsyncExitStack() as stack:
        operator = await stack.enter_async_context(broker.operator())
        brokers = (each for each in psutil.Process().children() if "nats-server" in each.name())
        broker_program = max(brokers, key=psutil.Process.create_time)
        programs = {"broker": broker_program}
        port = free_port()
        origin = f"http://127.0.0.1:{port}"
        platform = {"SIMULATOR_PORT": str(port), "SIMULATOR_DATA_FOLDER": str(folder / "platform")}
        programs["platform"] = await stack.enter_async_context(
            _program(folder, "platform", "simulator", platform)
        )
        await _answers(port)
        for number in range(1, consumers + 1):
            name = f"{kind}-{number}"
            (folder / name).mkdir()
            told = {
                "PUBLISHER_NATS_URL": broker.url,
                "PUBLISHER_SECRETS": str(broker.secrets / "publisher"),
                "PUBLISHER_DATA": str(folder / name),
                "PUBLISHER_PORT": str(free_port()),
                "PUBLISHER_PLATFORM": origin,
            }
            programs[name] = await stack.enter_async_context(
                _program(folder, name, f"benchmarks.engine.{kind}", told)
            )
        made = Ground(broker, operator, programs, origin)
        await made.all_listen(consumers)
        yield made


async def _answers(port: int) -> None:
    async def connects() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    if not await comes_true(connects, _READY_WITHIN, every=0.1):
        raise RuntimeError("the platform does not answer")


@asynccontextmanager
async def _program(
    folder: Path, name: str, module: str, told: Mapping[str, str]
) -> AsyncIterator[psutil.Process]:
    """Run a program of ours, and end it."""
    with (folder / f"{name}.log").open("wb") as log:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module),
            env={**os.environ, **told},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            yield psutil.Process(child.pid)
        finally:
            await end(child, _STOP_WITHIN)
