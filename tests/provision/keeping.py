"""Making copies and putting them back, as an operator does it."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from schemas.deliveries import DeliveryPublished
from schemas.envelope import now
from services.kit.bus import Bus
from services.provision.snapshots import info
from tests.harness.broker import Broker, running_broker
from tests.kit.builders import scheduled


async def backup(broker: Broker, to: Path, *more: str) -> str:
    """Copy what a broker remembers; gives what was said."""
    done = await _run("backup", broker, "--to", str(to), *more)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def restore(broker: Broker, *more: str | Path) -> str:
    """Put a copy into a broker; gives what was said."""
    done = await _run("restore", broker, *map(str, more))
    assert done.returncode == 0, done.stderr
    return done.stdout


async def refused(verb: str, broker: Broker, *more: str | Path) -> str:
    """Ask for what is refused; gives the one sentence that says why."""
    done = await _run(verb, broker, *map(str, more))
    assert done.returncode == 2, done.stdout
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


async def stream(broker: Broker, name: str) -> dict[str, Any]:
    """Ask the broker about a stream."""
    async with broker.connection("provision") as connection:
        said = await info(connection, name)
    assert said is not None
    return said


def published(post: UUID | None = None) -> DeliveryPublished:
    """Make a delivery that has come to rest."""
    begun = scheduled(post).model_dump(exclude={"type", "event_id"})
    return DeliveryPublished(
        **begun,
        kind="newsroom",
        external_id="1",
        url="http://127.0.0.1/1",
        published_at=now(),
        known_by="answer",
    )


def named(folder: Path, pattern: str) -> list[Path]:
    """List the files of a folder that are called so."""
    return list(folder.glob(pattern))


@asynccontextmanager
async def connected(broker: Broker, service: str) -> AsyncIterator[Bus]:
    """Give a service's bus that looks up and tells, and hears nothing."""
    bus = broker.bus(service)
    async with asyncio.timeout(15):
        await bus.connection.connect()
    try:
        yield bus
    finally:
        await bus.connection.stop()


@asynccontextmanager
async def broker_elsewhere(folder: Path, secrets: Path) -> AsyncIterator[Broker]:
    """Run another broker, with the same secrets and streams that are empty."""
    shutil.copytree(secrets, folder / "secrets")
    async with running_broker(folder) as broker:
        yield broker


async def _run(verb: str, broker: Broker, *more: str) -> "subprocess.CompletedProcess[str]":
    said = [verb, "--secrets", str(broker.secrets), "--nats-url", broker.url, *more]
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "services.provision", *said],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        env={},
    )
