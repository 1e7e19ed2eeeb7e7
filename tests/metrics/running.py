"""The metrics service as a process of its own, which can be killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import httpx
from pydantic import TypeAdapter

from tests.harness.broker import Broker
from tests.harness.ports import free_port
from tests.harness.waiting import eventually

T = TypeVar("T")

AGES = (timedelta(seconds=1), timedelta(seconds=3))

_ROOT = Path(__file__).parents[2]
_DURATIONS = TypeAdapter(list[timedelta])


class Service:
    """One replica of metrics, compressed to seconds."""

    def __init__(
        self,
        broker: Broker,
        *,
        ages: Sequence[timedelta] = AGES,
        look_again: timedelta = timedelta(seconds=0.3),
    ) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "METRICS_PORT": str(port),
            "METRICS_NATS_URL": broker.url,
            "METRICS_SECRETS": str(broker.secrets / "metrics"),
            "METRICS_LOG_FORMAT": "terminal",
            "METRICS_WITNESS_AFTER": "PT0.2S",
            "METRICS_AGES": _DURATIONS.dump_json(list(ages)).decode(),
            "METRICS_LOOK_AGAIN": _DURATIONS.dump_json([look_again] * 3).decode(),
            "METRICS_READ_AGAIN": '["PT0.5S"]',
            "METRICS_WATCH_LEAST": "PT1S",
            "METRICS_ANSWER_WITHIN": "PT2S",
        }
        self.log = broker.secrets.parent / "metrics.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it may not be ready yet."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.metrics"],
                cwd=_ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    async def kill(self) -> None:
        """End it at once."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to end, and give its exit status."""
        return await self._end(signal.SIGTERM)

    async def health(self, which: str) -> tuple[int, dict[str, Any]]:
        """Ask `live` or `ready`; status 0 while nobody answers."""
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                answer = await client.get(f"{self.address}/health/{which}")
        except httpx.TransportError:
            return 0, {}
        return answer.status_code, json.loads(answer.content)

    async def counted(self) -> str:
        """Read what it counts for ops."""
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"{self.address}/metrics")).text

    async def ready(self) -> None:
        """Wait until it can do its work."""

        async def is_ready() -> bool:
            return (await self.health("ready"))[0] == 200

        await in_time(is_ready)

    async def _end(self, how: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(how)
        return await asyncio.to_thread(self._process.wait, 20)

    async def clean_up(self) -> None:
        """End it if a test has not."""
        if self._process is not None and self._process.poll() is None:
            await self._end(signal.SIGKILL)


async def in_time(condition: Callable[[], Awaitable[T]]) -> T:
    """Wait for what processes of their own bring about; an error after 20 seconds."""
    return await eventually(cast("Callable[[], Any]", condition), within=20)


@asynccontextmanager
async def running_service(broker: Broker, **set_up: Any) -> AsyncIterator[Service]:
    """Have a replica that is ready, and end it."""
    service = Service(broker, **set_up)
    try:
        service.start()
        await service.ready()
        yield service
    finally:
        await service.clean_up()
