"""A planner of a test's own, served on a free port, over a real broker."""

import asyncio
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from schemas.envelope import Fact
from services.kit.bus import Bus
from services.planner.app import create_app
from services.planner.desk import Desk
from services.planner.settings import Settings
from tests.harness.broker import Broker
from tests.harness.ports import free_port
from tests.harness.waiting import eventually
from tests.planner.samples import CHANNELS


@dataclass
class Running:
    """The planner's address, its parts and its first people's tokens."""

    url: str
    app: FastAPI
    desk: Desk
    tokens: Mapping[str, str]

    def client(self, person: str | None = "anna", **headers: str) -> httpx.AsyncClient:
        """Make a client that speaks as a person."""
        if person:
            headers["Authorization"] = f"Bearer {self.tokens[person]}"
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=20)


def settings_for(broker: Broker, folder: Path, **changes: Any) -> Settings:
    """Give a planner's settings for a broker."""
    return Settings(
        nats_url=broker.url,
        secrets=broker.secrets / "planner",
        data=folder,
        port=free_port(),
        **changes,
    )


@asynccontextmanager
async def running_planner(
    broker: Broker, folder: Path, *, ready: bool = True, **changes: Any
) -> AsyncIterator[Running]:
    """Serve a planner; it has read its memory when `ready`."""
    settings = settings_for(broker, folder, **changes)
    app = create_app(settings)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            port=settings.port,
            http="h11",
            log_config=None,
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
    )
    serving = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started, within=5)
        running = Running(
            f"http://127.0.0.1:{settings.port}", app, app.state.desk, tokens_of(broker)
        )
        if ready:
            await eventually(lambda: running.desk.following.caught_up, within=10)
        yield running
    finally:
        server.should_exit = True
        async with asyncio.timeout(15):
            await serving


def tokens_of(broker: Broker) -> dict[str, str]:
    """Read the first people's tokens."""
    people = tomllib.loads((broker.secrets / "planner" / "people.toml").read_text())["people"]
    return {name: (broker.secrets / "people" / name).read_text().strip() for name in people}


@asynccontextmanager
async def publisher_of(broker: Broker) -> AsyncIterator[Bus]:
    """Stand in for the publisher: tell its channels, and what a test wants told."""
    async with broker.listening(broker.bus("publisher")) as bus:
        for channel in CHANNELS.values():
            await next_fact(bus, channel)
        yield bus


async def next_fact(bus: Bus, fact: Fact) -> int:
    """Tell the next fact of its thing."""
    earlier = await bus.facts.newest(fact.subject)
    return await bus.facts.tell(fact, earlier.sequence if earlier else 0)
