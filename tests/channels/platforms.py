"""The accounts on which the same behaviours are tried: kinds of channel on kinds of server."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar, Protocol

import httpx

from services.publisher.channels.bluesky.channel import BlueskyChannel
from services.publisher.channels.bluesky.record import COLLECTION
from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.channels.webhook import WebhookChannel
from services.publisher.ports import Channel
from simulator.graph.desk import account_of, page_id
from tests.channels import fault_server
from tests.channels.fault_server import Fault, FaultServer
from tests.channels.receiver import SECRET, Receiver
from tests.harness.ports import free_port
from tests.harness.proxy import FROZEN, RESET_AFTER, RESET_BEFORE, Proxy
from tests.harness.waiting import eventually

HANDLE = "regionen.test"
_REAL = Path(__file__).parents[1] / "real"


class Break(Enum):
    """How the next publication goes wrong."""

    REFUSES_BEFORE = "503, not applied"
    THROTTLES = "429 with Retry-After 7"
    FAILS_AFTER = "applied, then 500"
    CUTS_BEFORE = "cut, not applied"
    CUTS_AFTER = "applied, then cut"
    HANGS = "says nothing, not applied"


class Platform(Protocol):
    """One running server with one account of one kind."""

    changes: bool
    """Whether what is public can be changed there."""

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        """Make the adapter that speaks to it."""

    async def breaks(self, how: Break) -> None:
        """Let the next publication fail so."""

    async def texts(self) -> list[str]:
        """List what is public, as plain words."""


class MastodonServer:
    """Something that speaks Mastodon's API."""

    changes = True
    base_url: str
    token: str

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        span = timedelta(seconds=within)
        return MastodonChannel("channel", "Kanalen", self.base_url, token or self.token, span)


class Own(MastodonServer):
    """Our own small fault server."""

    token = fault_server.TOKEN
    changes = False  # it has no way to; the real ones are asked
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
    """One dialect of the project's simulator, which is a process of its own."""

    origin: str
    token: str = "regionen-token"
    path = ""

    _FAULTS: ClassVar[Mapping[Break, Mapping[str, Any]]] = {
        Break.REFUSES_BEFORE: {"kind": "status", "status": 503},
        Break.THROTTLES: {"kind": "throttle", "retry_after": 7},
        Break.FAILS_AFTER: {"kind": "applied-then-status", "status": 500},
        Break.CUTS_BEFORE: {"kind": "reset-before"},
        Break.CUTS_AFTER: {"kind": "reset-after"},
        Break.HANGS: {"kind": "hang", "seconds": 30},
    }

    async def breaks(self, how: Break) -> None:
        await self.strikes(self.path, self._FAULTS[how])

    async def strikes(self, path: str, effect: Mapping[str, Any]) -> None:
        """Let the next writing call there go wrong."""
        rule = {"method": "POST", "path": path, "effect": effect, "count": 1}
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.origin}/faults", json=rule)
        answer.raise_for_status()

    async def texts(self) -> list[str]:
        async with httpx.AsyncClient() as client:
            record = (await client.get(f"{self.origin}/record")).text
        entries = [json.loads(line) for line in record.splitlines()]
        return [entry["text"] for entry in entries if entry["what"] == "published"]


@dataclass
class SimulatedMastodon(Simulated, MastodonServer):
    """Mastodon."""

    path = "/mastodon/api/v1/statuses"

    @property
    def base_url(self) -> str:  # type: ignore[override]  # read only
        return f"{self.origin}/mastodon"


@dataclass
class SimulatedBluesky(Simulated):
    """Bluesky."""

    changes = False
    path = "/bluesky/xrpc/com.atproto.repo.putRecord"

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        base = f"{self.origin}/bluesky"
        span = timedelta(seconds=within)
        return BlueskyChannel(
            "channel", "Kanalen", base, HANDLE, token or self.token, span, public_url=base
        )


@dataclass
class SimulatedFacebook(Simulated):
    """A Facebook Page."""

    changes = True
    page = page_id(account_of("regionen"))
    # The publishing of what lies ready, which is a call to the post itself.
    path = f"/graph/v26.0/{page}_"

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        base, span = f"{self.origin}/graph/v26.0", timedelta(seconds=within)
        return FacebookChannel(
            "channel", "Kanalen", self.page, token or self.token, span, base_url=base
        )


@dataclass
class BlueskyServer:
    """A real server, behind a network that fails on demand."""

    changes = False
    proxy: Proxy
    password: str

    _FAULTS = {
        Break.CUTS_BEFORE: RESET_BEFORE,
        Break.CUTS_AFTER: RESET_AFTER,
        Break.HANGS: FROZEN,
    }

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.proxy.port}"

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        span, password = timedelta(seconds=within), token or self.password
        base = self.base_url
        return BlueskyChannel("channel", "Kanalen", base, HANDLE, password, span, public_url=base)

    async def breaks(self, how: Break) -> None:
        self.proxy.strike(self._FAULTS[how])

    async def texts(self) -> list[str]:
        asked: dict[str, str | int] = {"repo": HANDLE, "collection": COLLECTION, "limit": 100}
        async with httpx.AsyncClient(base_url=self.base_url) as client:
            listed = (await client.get("/xrpc/com.atproto.repo.listRecords", params=asked)).json()
        return [record["value"]["text"] for record in listed["records"]]


class Hook:
    """A receiver of webhooks that has promised to know a message again."""

    changes = True
    _FAULTS = {how: fault._replace(path="/hook") for how, fault in Own._FAULTS.items()}

    def __init__(self, server: Receiver) -> None:
        self.server = server

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        return WebhookChannel(
            "channel",
            "Kanalen",
            f"{self.server.url}/hook",
            token.encode() if token else SECRET,
            timedelta(seconds=within),
            public_url=f"{self.server.url}/nyheter",
            remembers=timedelta(days=1),
        )

    async def breaks(self, how: Break) -> None:
        self.server.faults.append(self._FAULTS[how])

    async def texts(self) -> list[str]:
        return [str(data["text"]) for data in self.server.posts()]


@dataclass
class Mocked(MastodonServer):
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
    "mastodon_own": frozenset(Break),
    "mastodon_simulator": frozenset(Break),
    "mastodon_mock": frozenset(Mocked._FAULTS),
    "bluesky_simulator": frozenset(Break),
    "facebook_simulator": frozenset(Break),
    "webhook_receiver": frozenset(Break),
    "bluesky_server": frozenset(BlueskyServer._FAULTS),
}
"""Which failures each can be asked for."""

REAL = {"bluesky_server"}
"""Those that `make test-real` installs."""


@asynccontextmanager
async def own() -> AsyncIterator[Own]:
    server = FaultServer(free_port())
    await server.start()
    try:
        yield Own(server)
    finally:
        await server.stop()


@asynccontextmanager
async def hook() -> AsyncIterator[Hook]:
    server = Receiver(free_port())
    await server.start()
    try:
        yield Hook(server)
    finally:
        await server.stop()


@contextmanager
def mock(folder: Path) -> Iterator[Mocked]:
    port = free_port()
    world = replace(Mocked(""), base_url=f"http://127.0.0.1:{port}")
    arguments = ["serve", "--in-memory", "--port", str(port), "--domain", f"127.0.0.1:{port}"]
    command = [sys.executable, "-m", "mastodon_mock", *arguments]
    with _running(folder, command, {}, f"{world.base_url}/api/v2/instance"):
        yield world


@contextmanager
def bluesky_server(folder: Path) -> Iterator[int]:
    """Run a real server with our account on it; gives its port."""
    directory, port = free_port(), free_port()
    command = ["node", "server.cjs", str(directory), str(port)]
    base = f"http://127.0.0.1:{port}"
    ready = f"{base}/xrpc/com.atproto.server.describeServer"
    with _running(folder, command, {"LOG_ENABLED": "false"}, ready, cwd=_REAL / "bluesky"):
        account = {"handle": HANDLE, "email": "press@regionsolviken.example"}
        made = httpx.post(
            f"{base}/xrpc/com.atproto.server.createAccount",
            json={**account, "password": Simulated.token},
        )
        made.raise_for_status()
        yield port


@contextmanager
def _running(
    folder: Path,
    command: list[str],
    environment: dict[str, str],
    address: str,
    cwd: Path | None = None,
) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=out, stderr=out, cwd=cwd
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
