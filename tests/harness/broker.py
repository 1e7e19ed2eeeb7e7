"""A provisioned broker of a test's own, alone or as a cluster of three."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import nats
from nats.aio.client import Client

from services.kit.bus import Bus
from services.kit.connection import Connection
from services.kit.ending import end
from services.kit.settings import ServiceSettings
from services.provision.keys import write_keys
from services.provision.layout import ACK_WAIT
from services.provision.permissions import PROVISION
from services.provision.streams import Outcome, provision_streams
from tests.harness.server import OPERATOR, Server

CHANNELS = ("newsroom", "mastodon")


class Broker:
    """One server, or three that are one, with users, streams and durables in place."""

    def __init__(self, servers: Sequence[Server], secrets: Path) -> None:
        self.servers = servers
        self.secrets = secrets
        """The folder of all secrets, as `provision keys` makes it."""

    @property
    def url(self) -> str:
        """Where clients connect; a cluster's addresses are separated by commas."""
        return ",".join(server.url for server in self.servers)

    async def start(self) -> None:
        """Start what is not running, on the same stores and ports."""
        await asyncio.gather(*(s.start() for s in self.servers if not s.running))

    async def stop(self) -> None:
        """End every server in good order."""
        await asyncio.gather(*(server.stop() for server in self.servers))

    async def kill(self) -> None:
        """End every server at once (SIGKILL)."""
        await asyncio.gather(*(server.kill() for server in self.servers))

    async def restart(self) -> None:
        """Kill and start again."""
        await self.kill()
        await self.start()

    def pause(self) -> None:
        """Freeze every server (SIGSTOP)."""
        for server in self.servers:
            server.pause()

    def resume(self) -> None:
        """Let frozen servers go on (SIGCONT)."""
        for server in self.servers:
            server.resume()

    def settings(self, service: str) -> ServiceSettings:
        """Give what every service's settings have, for one service and this broker."""
        return ServiceSettings(
            nats_url=self.url,
            secrets=self.secrets / service,
            port=0,
            log_format="terminal",
            log_level="debug",
        )

    def bus(self, service: str) -> Bus:
        """Make a bus with a service's own identity; not started yet."""
        return Bus(self.settings(service), service)

    @asynccontextmanager
    async def listening(self, bus: Bus) -> AsyncIterator[Bus]:
        """Start a bus and stop it in the end, or a bus that never came to be started."""
        starting = asyncio.create_task(bus.start())
        try:
            async with asyncio.timeout(15):
                await asyncio.shield(starting)
            yield bus
        finally:
            await end(starting)
            await bus.stop()

    @asynccontextmanager
    async def connection(self, identity: str) -> AsyncIterator[Connection]:
        """Connect with an identity's own key, and nothing more."""
        seed = (self.secrets / identity / "nkey").read_text().strip()
        tellers = self.secrets / "planner" / "tellers.toml"
        signing = self.secrets / identity / "signing.key"
        connection = Connection(
            self.url,
            identity,
            seed,
            tellers,
            signing.read_text().strip() if signing.exists() else None,
        )
        async with asyncio.timeout(15):
            await connection.connect()
        try:
            yield connection
        finally:
            await connection.stop()

    @asynccontextmanager
    async def operator(self) -> AsyncIterator[Client]:
        """Connect with every right, to delete and break what no service could."""
        client = await nats.connect(self.servers[0].url, user=OPERATOR, password=OPERATOR)
        try:
            yield client
        finally:
            await client.close()

    async def provision(
        self, channels: Sequence[str], *, replicas: int = 1, ack_wait: timedelta = ACK_WAIT
    ) -> Outcome:
        """Make streams and durables, as `provision streams` does."""
        async with self.connection(PROVISION) as connection:
            return await provision_streams(
                connection, channels, replicas=replicas, ack_wait=ack_wait
            )


@asynccontextmanager
async def running_broker(
    folder: Path,
    channels: Sequence[str] = CHANNELS,
    *,
    ack_wait: timedelta = ACK_WAIT,
    nodes: int = 1,
    room: str = "2GB",
) -> AsyncIterator[Broker]:
    """Run a broker of one's own in a folder; `nodes=3` is a cluster that keeps three copies.

    `room` is what the store may hold, for a test of a full one.
    """
    secrets = folder / "secrets"
    write_keys(secrets)
    users = secrets / "broker" / "users.conf"
    folders = [folder / f"broker-{number}" for number in range(1, nodes + 1)]
    servers = [Server(place, users, room=room) for place in folders]
    for server in servers:
        server.join(servers if nodes > 1 else ())
    broker = Broker(servers, secrets)
    try:
        await broker.start()
        await broker.provision(channels, replicas=nodes, ack_wait=ack_wait)
        yield broker
    finally:
        await broker.stop()
