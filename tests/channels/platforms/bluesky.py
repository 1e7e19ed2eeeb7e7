"""Bluesky: the simulator's, and a real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from services.publisher.channels.bluesky.channel import BlueskyChannel
from services.publisher.channels.bluesky.record import COLLECTION
from services.publisher.domain.answers import Published
from services.publisher.ports import Channel, Target
from simulator.bluesky.names import comment_key, uri_of
from tests.channels.platforms.base import HANDLE, Break, Platform, Simulated
from tests.channels.platforms.process import REAL, running_process
from tests.harness.ports import free_port
from tests.harness.proxy import FROZEN, RESET_AFTER, RESET_BEFORE, Proxy


@dataclass
class SimulatedBluesky(Simulated):
    """Bluesky."""

    changes = False
    characters = 300
    path = "/bluesky/xrpc/com.atproto.repo.putRecord"
    hides_by = pins_by = ("POST", path)
    knows_gone = False  # whoever is hidden stands in a list of ours

    def comment(self, number: str, post: Published) -> Target:
        return Target(uri_of("reader.test", comment_key(number)), post.external_id)

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        base = f"{self.origin}/bluesky"
        span = timedelta(seconds=within)
        return BlueskyChannel(
            "channel", "Kanalen", base, HANDLE, token or self.token, span, public_url=base
        )


@dataclass
class BlueskyServer(Platform):
    """A real server, behind a network that fails on demand."""

    changes = False
    looks_at_pictures = False
    characters = 300
    proxy: Proxy
    password: str

    FAULTS = {
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
        self.proxy.strike(self.FAULTS[how])

    async def texts(self) -> list[str]:
        asked: dict[str, str | int] = {"repo": HANDLE, "collection": COLLECTION, "limit": 100}
        async with httpx.AsyncClient(base_url=self.base_url) as client:
            listed = (await client.get("/xrpc/com.atproto.repo.listRecords", params=asked)).json()
        return [record["value"]["text"] for record in listed["records"]]


@contextmanager
def bluesky_server(folder: Path, *view: str) -> Iterator[int]:
    """Run a real server with our account on it, and the view if its port and database are told."""
    directory, port = free_port(), free_port()
    command = ["node", "server.cjs", str(directory), str(port), *view]
    base = f"http://127.0.0.1:{port}"
    ready = f"{base}/xrpc/com.atproto.server.describeServer"
    with running_process(folder, command, {"LOG_ENABLED": "false"}, ready, cwd=REAL / "bluesky"):
        account = {"handle": HANDLE, "email": "press@regionsolviken.example"}
        made = httpx.post(
            f"{base}/xrpc/com.atproto.server.createAccount",
            json={**account, "password": Simulated.token},
        )
        made.raise_for_status()
        yield port
