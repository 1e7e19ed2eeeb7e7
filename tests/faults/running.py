"""A broker that is reached through a failing network, and a publisher on the other side of it."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import httpx

from tests.harness.broker import Broker
from tests.harness.ports import free_port
from tests.harness.proxy import ANSWERS_LOST, FROZEN, RESET_AFTER, Proxy, running_proxy
from tests.harness.waiting import eventually
from tests.simulator.running import Running

_ROOT = Path(__file__).parents[2]


class Behind(Broker):
    """A broker as services see it that have only one way to it."""

    def __init__(self, broker: Broker, proxy: Proxy) -> None:
        super().__init__(broker.servers, broker.secrets)
        self.proxy = proxy

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.proxy.port}"

    async def breaks(self, how: str) -> None:
        """Let the network fail."""
        match how:
            case "reset":
                self.proxy.impose(RESET_AFTER)
                self.proxy.cut()
            case "refused":
                await self.proxy.refuse()
            case "frozen":
                self.proxy.impose(FROZEN)
            case "answers lost":
                self.proxy.impose(ANSWERS_LOST)
            case _:
                raise AssertionError(how)


@asynccontextmanager
async def behind(broker: Broker) -> AsyncIterator[Behind]:
    """Put a network that can fail before a broker."""
    async with running_proxy(broker.servers[0].port) as proxy:
        yield Behind(broker, proxy)


class Publisher:
    """One replica, as a process of its own, with the channels `mastodon` and `kris`."""

    def __init__(self, broker: Broker, folder: Path, addresses: Mapping[str, str]) -> None:
        folder.mkdir(exist_ok=True)
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._log = folder / "publisher.log"
        channels = folder / "channels.toml"
        channels.write_text(
            "\n".join(
                f'[channels.{name}]\nkind = "mastodon"\ntitle = "{name}"\nbase_url = "{url}"\n'
                for name, url in addresses.items()
            )
        )
        for name, token in {"mastodon": "regionen-token", "kris": "kris-token"}.items():
            secret = broker.secrets / "publisher" / f"{name}.token"
            secret.write_text(token)
            secret.chmod(0o600)
        self._environment = {
            "PATH": os.environ["PATH"],
            "PUBLISHER_PORT": str(port),
            "PUBLISHER_NATS_URL": broker.url,
            "PUBLISHER_SECRETS": str(broker.secrets / "publisher"),
            "PUBLISHER_DATA": str(folder / "data"),
            "PUBLISHER_CHANNELS": str(channels),
            "PUBLISHER_LOG_FORMAT": "terminal",
            "PUBLISHER_LOG_LEVEL": "debug",
            "PUBLISHER_ANSWER_WITHIN": "PT1S",
            "PUBLISHER_LEASE": "PT3S",
            "PUBLISHER_SETTLE": "PT4S",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it may not be ready yet."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.publisher"],
                cwd=_ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    async def stop(self) -> int:
        """Ask it to end, and give its exit status."""
        assert self._process is not None
        self._process.terminate()
        try:
            return await asyncio.to_thread(self._process.wait, 30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
            raise


async def is_ready(address: str) -> bool:
    """Whether a service says that it can do its work."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
            return (await client.get(f"{address}/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


async def is_not_ready(address: str) -> bool:
    """Whether a service answers, and says that it cannot do its work."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        return (await client.get(f"{address}/health/ready")).status_code == 503


@asynccontextmanager
async def running_publisher(
    broker: Broker, folder: Path, addresses: Mapping[str, str]
) -> AsyncIterator[Publisher]:
    """Have a replica that is ready, and end it."""
    publisher = Publisher(broker, folder, addresses)
    publisher.start()
    try:
        await eventually(lambda: is_ready(publisher.address), within=20)
        yield publisher
    finally:
        assert await publisher.stop() == -signal.SIGTERM


def shown(platform: Running) -> list[UUID]:
    """List the posts that became public, as often as they did; their text is their id."""
    return [UUID(said["text"]) for said in platform.record() if said["what"] == "published"]


def measured(what: str, **seconds: float) -> None:
    """Print how long things took after healing; `pytest -s` shows it."""
    said = ", ".join(f"{name} {took:.2f} s" for name, took in seconds.items())
    print(f"\n{what}: {said} after healing")  # noqa: T201 – the figure that is promised
