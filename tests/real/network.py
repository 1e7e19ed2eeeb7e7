"""A real Bluesky server with our account on it, and the real view that reads from it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.channels.platforms.base import HANDLE
from tests.channels.platforms.bluesky import bluesky_server
from tests.harness.ports import free_port
from tests.harness.postgres import programs, running_postgres
from tests.harness.waiting import eventually

WANTED = pytest.mark.skipif(programs() is None, reason="the view needs Debian's postgresql")


@dataclass(frozen=True, slots=True)
class Network:
    """Where both are."""

    server: str
    view: str

    def knows_us(self) -> bool:
        """Whether the view has heard of our account."""
        address = f"{self.view}/xrpc/app.bsky.actor.getProfile"
        return httpx.get(address, params={"actor": HANDLE}, timeout=10).status_code == 200


@contextmanager
def running_network(folder: Path) -> Iterator[Network]:
    """Run both, on a database of their own."""
    view = free_port()
    with (
        running_postgres() as database,
        bluesky_server(folder, str(view), database) as port,
    ):
        network = Network(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{view}")
        # It hears of the account from the server, some time later.
        asyncio.run(eventually(network.knows_us, within=20))
        yield network
