"""The servers on which the same behaviours are tried: our own, the simulator and mastodon-mock."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

import httpx

from tests.channels import fault_server
from tests.channels.fault_server import Fault, FaultServer
from tests.harness.ports import free_port
from tests.harness.waiting import eventually


class Break(Enum):
    """How the next publication goes wrong."""

    REFUSES_BEFORE = "503, not applied"
    THROTTLES = "429 with Retry-After 7"
    FAILS_AFTER = "applied, then 500"
    CUTS_BEFORE = "cut, not applied"
    CUTS_AFTER = "applied, then cut"
    HANGS = "says nothing, not applied"


class Platform(Protocol):
    """One running server with one account."""

    base_url: str
    token: str

    async def breaks(self, how: Break) -> None:
        """Let the next publication fail so."""

    async def texts(self) -> list[str]:
        """List what is public, as plain words."""


class Own:
    """Our own small fault server."""

    token = fault_server.TOKEN
    _FAULTS = {
        Break.REFUSES_BEFORE: Fault(status=503),
        Break.THROTTLES: Fault(status=429, headers=(("Retry-After", "7"),)),
        Break.FAILS_AFTER: Fault(applied=True, status=500),
        Break.CUTS_BEFORE: Fault(status=None),
        Break.CUTS_AFTER: Fault(applied=True, status=None),
        Break.HANGS: Fault(hang=True),
    }

    def __init__(self, server: FaultServer) -> None:
        self.server = server
        self.base_url = server.url

    async def breaks(self, how: Break) -> None:
        self.server.faults.append(self._FAULTS[how])

    async def texts(self) -> list[str]:
        return [known["sent"] for known in self.server.statuses]


@dataclass
class Simulated:
    """The project's simulator, as a process of its own."""

    origin: str
    token: str = "simulator-token"

    _FAULTS = {
        Break.REFUSES_BEFORE: {"kind": "status", "status": 503},
        Break.THROTTLES: {"kind": "throttle", "retry_after": 7},
        Break.FAILS_AFTER: {"kind": "applied-then-status", "status": 500},
        Break.CUTS_BEFORE: {"kind": "reset-before"},
        Break.CUTS_AFTER: {"kind": "reset-after"},
        Break.HANGS: {"kind": "hang", "seconds": 30},
    }

    @property
    def base_url(self) -> str:
        return f"{self.origin}/mastodon"

    async def breaks(self, how: Break) -> None:
        path = "/mastodon/api/v1/statuses"
        rule = {"method": "POST", "path": path, "effect": self._FAULTS[how], "count": 1}
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.origin}/faults", json=rule)
        answer.raise_for_status()

    async def texts(self) -> list[str]:
        async with httpx.AsyncClient() as client:
            record = (await client.get(f"{self.origin}/record")).text
        entries = [json.loads(line) for line in record.splitlines()]
        return [entry["text"] for entry in entries if entry["what"] == "published"]


@dataclass
class Mocked:
    """The public mastodon-mock package. It can fail, but never after applying."""

    base_url: str
    token: str = "mock_token"

    _FAULTS = {
        Break.REFUSES_BEFORE: {"type": "status", "status": 503},
        Break.THROTTLES: {"type": "ratelimit", "headers": {"Retry-After": "7"}},
        Break.HANGS: {"type": "timeout"},
    }

    async def breaks(self, how: Break) -> None:
        match = {"methods": ["POST"], "path": "/api/v1/statuses"}
        rule = {"match": match, "effect": self._FAULTS[how], "count": 1}
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


CAN: dict[str, frozenset[Break]] = {
    "own": frozenset(Break),
    "simulator": frozenset(Break),
    "mock": frozenset(Mocked._FAULTS),
}
"""Which failures each server can be asked for."""


@asynccontextmanager
async def own() -> AsyncIterator[Own]:
    server = FaultServer(free_port())
    await server.start()
    try:
        yield Own(server)
    finally:
        await server.stop()


@contextmanager
def simulator(folder: Path) -> Iterator[Simulated]:
    port = free_port()
    world = Simulated(f"http://127.0.0.1:{port}")
    environment = {
        "SIMULATOR_PORT": str(port),
        "SIMULATOR_DATA_FOLDER": str(folder / "data"),
        "SIMULATOR_TOKENS": json.dumps({world.token: "regionen"}),
    }
    with _running(
        folder, [sys.executable, "-m", "simulator"], environment, f"{world.origin}/record"
    ):
        yield world


@contextmanager
def mock(folder: Path) -> Iterator[Mocked]:
    port = free_port()
    world = replace(Mocked(""), base_url=f"http://127.0.0.1:{port}")
    arguments = ["serve", "--in-memory", "--port", str(port), "--domain", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "mastodon_mock", *arguments]
    with _running(folder, command, {}, f"{world.base_url}/api/v2/instance"):
        yield world


@contextmanager
def _running(
    folder: Path, command: list[str], environment: dict[str, str], address: str
) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=out, stderr=out
        )
    try:
        asyncio.run(eventually(lambda: process.poll() is not None or _answers(address), within=60))
        assert process.poll() is None, log.read_text()
        yield
    finally:
        # Nothing of it is wanted later, and a hanging request would hold up an orderly end.
        process.kill()
        process.wait(10)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
