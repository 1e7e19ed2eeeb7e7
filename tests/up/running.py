"""A whole system of a test's own, started by the command as a person would."""

import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import httpx
import psutil

from budkavle.planner import Planner, Stand
from budkavle.ports import Ports
from budkavle.system import readiness
from tests.harness.waiting import eventually
from tests.up.places import free_base

START_LIMIT = 60.0
STOP_LIMIT = 10.0
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "200"}


class Up:
    """`budkavle up` as a process."""

    def __init__(self, place: Path) -> None:
        self.base = free_base()
        self.ports = Ports.on(self.base)
        self.folder = place / "data"
        self._out = place / "out.txt"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def out(self) -> str:
        """What it has printed since its last start."""
        return self._out.read_text()

    @property
    def supervisor(self) -> psutil.Process:
        """The command itself, which starts again what dies."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    async def start(self) -> None:
        """Start, and return when it has said where everything is."""
        arguments = ["up", "--data", str(self.folder), "--port-base", str(self.base)]
        with self._out.open("wb") as out:
            self._process = process = _launch(arguments, out)
        await eventually(
            lambda: "Stop with Ctrl-C." in self.out or process.poll() is not None, START_LIMIT
        )
        assert process.poll() is None, self.out

    def end(self, *, kill: bool = False) -> int:
        """Ask it to stop, or kill it; gives its exit status."""
        assert self._process is not None
        if self._process.poll() is not None:
            return self._process.returncode
        if kill:
            self._process.kill()
        else:
            self._process.terminate()
        return self._process.wait(STOP_LIMIT + 2)

    def pids(self) -> dict[str, int]:
        """Give the number of every program that it keeps running."""
        noted: dict[str, Any] = json.loads((self.folder / "running.json").read_text())
        return {name: each["pid"] for name, each in noted["programs"].items()}

    async def kill(self, name: str) -> None:
        """Kill one program, and return when another runs in its place and is ready."""
        before = self.pids()[name]
        psutil.Process(before).kill()
        await eventually(lambda: self.pids().get(name, before) != before)
        await eventually(lambda: self.ready(name), 20)

    async def ready(self, name: str) -> bool:
        """Ask a program whether it is ready."""
        return not await self.problems(name)

    async def problems(self, name: str) -> list[str]:
        """Ask a program what keeps it from its work."""
        async with httpx.AsyncClient(trust_env=False) as client:
            return await readiness(client, self.ports.url(name))

    @asynccontextmanager
    async def person(self, name: str) -> AsyncIterator[Planner]:
        """Give a person's way to the planner."""
        token = (self.folder / "secrets" / "people" / name).read_text()
        async with Planner(self.ports.url("planner"), token) as planner:
            yield planner

    async def approved(self, title: str, seconds: float) -> Stand:
        """Have a post approved for a moment soon."""
        moment = datetime.now(UTC) + timedelta(seconds=seconds)
        variant = {
            "channel": "newsroom",
            "title": title,
            "text": f"{title}: en text för alla.",
            "publish_at": moment.isoformat(timespec="milliseconds"),
        }
        async with self.person("anna") as anna, self.person("bengt") as bengt:
            stand = await anna.draft({"title": title, "variants": [variant]})
            await anna.submit(stand)
            return await bengt.approve(await bengt.post(stand.id))

    async def out_within(self, post: Stand, seconds: float) -> dict[str, Any]:
        """Wait until a post is out; gives its variant."""
        return await self.comes_to(post, "published", seconds)

    async def comes_to(self, post: Stand, status: str, seconds: float) -> dict[str, Any]:
        """Wait until a post's only variant has this status; gives the variant."""

        async def reached() -> dict[str, Any] | None:
            async with self.person("anna") as anna:
                [variant] = (await anna.post(post.id)).shown["variants"]
            return dict(variant) if variant["status"] == status else None

        return dict(await eventually(reached, seconds) or {})

    async def times_in_newsroom(self, title: str) -> int:
        """Count how often a post stands in the public feed."""
        async with httpx.AsyncClient(trust_env=False) as client:
            feed = (await client.get(f"{self.ports.url('publisher')}/feed.json")).json()
        return sum(item["title"] == title for item in feed["items"])


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "budkavle", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=ENVIRONMENT,
    )


def _launch(arguments: list[str], out: BinaryIO) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-m", "budkavle", *arguments]
    return subprocess.Popen(argv, stdout=out, stderr=out, env=ENVIRONMENT)


@asynccontextmanager
async def up(system: Up) -> AsyncIterator[None]:
    """Run a system for as long as the block runs, or until it is ended in it."""
    try:
        await system.start()
        yield
    finally:
        system.end()


def lateness(variant: dict[str, Any]) -> float:
    """Give how many seconds after its time a variant went out."""
    due = datetime.fromisoformat(variant["out_at"]["instant"])
    return (datetime.fromisoformat(variant["published_at"]) - due).total_seconds()
