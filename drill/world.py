"""Everything that a drill runs: broker, platform, planner, metrics and two publisher replicas."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
from pydantic import TypeAdapter

from budkavle.system import readiness
from budkavle.waiting import comes_true
from drill.channels import KEY_WINDOW, Fleet
from drill.desk import Desk
from drill.programs import Ended, Program
from drill.record import Line
from drill.shapes import Pauses, Shape
from tests.harness.broker import Broker, running_broker
from tests.harness.ports import free_port

REPLICAS = ("publisher-a", "publisher-b")
SERVICES = ("planner", "metrics", *REPLICAS)

_READY_WITHIN = 60.0
_PATROL_EVERY = timedelta(seconds=10)


class NotReady(Exception):
    """Something has not come up; the message says what."""


@dataclass(frozen=True, slots=True)
class World:
    """One system with its platform."""

    broker: Broker
    channels: Fleet
    programs: Mapping[str, Program]
    """The services by name. The platform is not among them: it is never harmed."""
    addresses: Mapping[str, str]
    platform: httpx.AsyncClient

    @property
    def origin(self) -> str:
        """Where the platform is."""
        return str(self.platform.base_url).rstrip("/")

    def address(self, channel: str, line: Line) -> str:
        """Give where people read what is public in a channel."""
        drilled = self.channels[channel]
        return self.origin + drilled.page.format(
            account=drilled.account, id=line.id, called=line.called
        )

    @property
    def desk(self) -> Desk:
        """Give a client for people."""
        people = self.broker.secrets / "people"
        tokens = {person.name: person.read_text().strip() for person in people.iterdir()}
        return Desk(self.addresses["planner"], tokens)

    @property
    def ended(self) -> Sequence[Ended]:
        """List what has ended by itself."""
        return [ended for program in self.programs.values() for ended in program.ended]

    async def ready(self) -> None:
        """Wait until every service can do its work."""
        problems: dict[str, list[str]] = {}

        async def all_ready() -> bool:
            for name, program in self.programs.items():
                program.complain()
                problems[name] = await readiness(client, self.addresses[name])
            return not any(problems.values())

        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            if not await comes_true(all_ready, _READY_WITHIN, every=0.2):
                raise NotReady("; ".join(f"{name}: {why}" for name, why in problems.items() if why))

    async def know_each_other(self) -> None:
        """Wait until the planner has heard of every channel."""
        async with self.desk as desk:

            async def heard() -> bool:
                told = (await desk.ask("GET", "/channels")).body["channels"]
                return {each["channel"] for each in told} == set(self.channels)

            if not await comes_true(heard, _READY_WITHIN, every=0.1):
                raise NotReady("the planner has not heard of every channel")


@asynccontextmanager
async def world(shape: Shape, seed: int, folder: Path, defect: str = "") -> AsyncIterator[World]:
    """Run everything in a folder; all of it is ended in the end."""
    async with AsyncExitStack() as stack:
        ports = {name: free_port() for name in (*SERVICES, "platform")}
        addresses = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        logs = folder / "logs"
        logs.mkdir()
        told = _platform(ports["platform"], seed, folder, shape.channels)
        judge = Program("platform", "simulator", told, logs)
        judge.start()
        stack.push_async_callback(judge.stop)
        broker = await stack.enter_async_context(
            running_broker(folder, tuple(shape.channels), ack_wait=shape.ack_wait)
        )
        programs = {}
        for name in SERVICES:
            service = "publisher" if name in REPLICAS else name
            own = _OWN[service](shape, seed, name, addresses, defect)
            told = {
                "NATS_URL": broker.url,
                "SECRETS": str(broker.secrets / service),
                "DATA": str(folder / name),
                "PORT": str(ports[name]),
                "LOG_LEVEL": "warning",
                "LOG_FORMAT": "terminal",
                **own,
            }
            (folder / name).mkdir()
            module = "drill.replica" if service == "publisher" else f"services.{service}"
            environment = {f"{service.upper()}_{key}": value for key, value in told.items()}
            programs[name] = Program(name, module, environment, logs)
            programs[name].start()
            stack.push_async_callback(programs[name].stop)
        platform = await stack.enter_async_context(
            httpx.AsyncClient(base_url=addresses["platform"], timeout=30, trust_env=False)
        )
        made = World(broker, shape.channels, programs, addresses, platform)
        judge.complain()
        await made.ready()
        await made.know_each_other()
        yield made


def _platform(port: int, seed: int, folder: Path, channels: Fleet) -> dict[str, str]:
    return {
        "SIMULATOR_PORT": str(port),
        "SIMULATOR_DATA_FOLDER": str(folder / "platform"),
        "SIMULATOR_TOKENS": json.dumps({name: name for name in channels}),
        # Each life of a replica signs in once more, and here it has hundreds of lives.
        "SIMULATOR_SIGN_INS": "1000000",
        # A drill is a day's posts in minutes.
        "SIMULATOR_POSTS_A_DAY": "1000000",
        "SIMULATOR_SEED": str(seed),
        "SIMULATOR_KEY_WINDOW_SECONDS": str(KEY_WINDOW.total_seconds()),
    }


def _of_publisher(
    shape: Shape, seed: int, name: str, addresses: Mapping[str, str], defect: str
) -> dict[str, str]:
    spans = {
        "ANSWER_WITHIN": shape.timing.answer_within,
        "LEASE": shape.timing.lease,
        "SETTLE": shape.timing.settle,
        "LAG": shape.lag,
        "LONGEST_WORK": shape.longest_work,
        "PATROL_EVERY": _PATROL_EVERY,
    }
    return {
        **{key: f"PT{span.total_seconds()}S" for key, span in spans.items()},
        "PAUSES": TypeAdapter(Pauses).dump_json(shape.pauses).decode(),
        "DEATHS": str(shape.deaths),
        "PLATFORM": addresses["platform"],
        "FLEET": shape.fleet,
        "LUCK": f"{seed} {name}",
        "DEFECT": defect,
    }


def _of_planner(
    _shape: Shape, _seed: int, name: str, addresses: Mapping[str, str], _defect: str
) -> dict[str, str]:
    return {"PUBLIC_URL": addresses[name]}


def _of_metrics(
    _shape: Shape, _seed: int, _name: str, _addresses: Mapping[str, str], _defect: str
) -> dict[str, str]:
    return {"WITNESS_AFTER": "PT2S"}


_OWN = {"publisher": _of_publisher, "planner": _of_planner, "metrics": _of_metrics}
