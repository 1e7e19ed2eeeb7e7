"""Servers that speak Mastodon's API."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.ports import Channel
from tests.channels import fault_server
from tests.channels.fault_server import Fault, FaultServer
from tests.channels.platforms.base import Break, Platform, Simulated
from tests.channels.platforms.process import running_process
from tests.harness.ports import free_port

FAULTS = {
    Break.REFUSES_BEFORE: Fault(status=503),
    Break.THROTTLES: Fault(status=429, headers=(("Retry-After", "7"),)),
    Break.FAILS_AFTER: Fault(applied=True, status=500),
    Break.CUTS_BEFORE: Fault(status=None),
    Break.CUTS_AFTER: Fault(applied=True, status=None),
    Break.HANGS: Fault(hang=True),
    Break.REFUSES_TOKEN: Fault(status=401),
    Break.FORBIDS: Fault(status=403),
    Break.THROTTLES_MUTELY: Fault(status=429),
}
"""What our own small fault server can be asked for."""


class MastodonServer(Platform):
    """Something that speaks Mastodon's API."""

    characters = 500
    base_url: str
    token: str

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        span = timedelta(seconds=within)
        return MastodonChannel("channel", "Kanalen", self.base_url, token or self.token, span)


class Own(MastodonServer):
    """Our own small fault server."""

    token = fault_server.TOKEN
    changes = False  # it has no way to; the real ones are asked
    looks_at_pictures = False

    def __init__(self, server: FaultServer) -> None:
        self.server = server
        self.base_url = server.url

    async def breaks(self, how: Break) -> None:
        self.server.faults.append(FAULTS[how])

    async def texts(self) -> list[str]:
        return [known["sent"] for known in self.server.statuses]


@dataclass
class SimulatedMastodon(Simulated, MastodonServer):
    """Mastodon."""

    path = "/mastodon/api/v1/statuses"
    pins_by = ("POST", f"{path}/")

    @property
    def base_url(self) -> str:  # type: ignore[override]  # read only
        return f"{self.origin}/mastodon"


@dataclass
class Mocked(MastodonServer):
    """The public mastodon-mock package. It can fail, but never after applying."""

    keeps_marks = False
    looks_at_pictures = False
    base_url: str
    token: str = "mock_token"

    FAULTS = {
        Break.REFUSES_BEFORE: {"type": "status", "status": 503},
        Break.THROTTLES: {"type": "ratelimit", "headers": {"Retry-After": "7"}},
        Break.HANGS: {"type": "timeout"},
    }

    async def breaks(self, how: Break) -> None:
        match = {"methods": ["POST"], "path": "/api/v1/statuses"}
        rule = {"match": match, "effect": self.FAULTS[how], "count": 1}
        async with httpx.AsyncClient(base_url=self.base_url) as client:
            (await client.post("/api/v1/_mock/faults", json=rule)).raise_for_status()

    async def texts(self) -> list[str]:
        bearer = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(base_url=self.base_url, headers=bearer) as client:
            me = (await client.get("/api/v1/accounts/verify_credentials")).json()["id"]
            listed: list[dict[str, Any]] = (
                await client.get(f"/api/v1/accounts/{me}/statuses")
            ).json()
        return [status["content"] for status in listed]


@asynccontextmanager
async def own() -> AsyncIterator[Own]:
    server = FaultServer(free_port())
    await server.start()
    try:
        yield Own(server)
    finally:
        await server.stop()


@contextmanager
def mock(folder: Path) -> Iterator[Mocked]:
    port = free_port()
    world = replace(Mocked(""), base_url=f"http://127.0.0.1:{port}")
    arguments = ["serve", "--in-memory", "--port", str(port), "--domain", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "mastodon_mock", *arguments]
    with running_process(folder, command, {}, f"{world.base_url}/api/v2/instance"):
        yield world
