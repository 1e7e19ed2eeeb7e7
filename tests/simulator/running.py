"""Starts a real simulator, or the independent mock, as a process of the test's own."""

import json
import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from tests.harness.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
TOKENS = {"regionen-token": "regionen", "kris-token": "kris"}
OWN = {"Authorization": "Bearer regionen-token"}
STATUSES = "/mastodon/api/v1/statuses"
_START_WITHIN = 30.0


def start(argv: Sequence[str], url: str, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program and wait until it answers there."""
    program = subprocess.Popen(argv, cwd=ROOT, env={**os.environ, **env})
    give_up = time.monotonic() + _START_WITHIN
    while True:
        try:
            httpx.get(url, timeout=2, trust_env=False)
        except httpx.HTTPError:
            if program.poll() is not None or time.monotonic() > give_up:
                program.kill()
                program.wait()
                raise
            time.sleep(0.05)
        else:
            return program


def stop(program: subprocess.Popen[bytes]) -> None:
    """End a program, by force if it does not go."""
    program.terminate()
    try:
        program.wait(10)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


@dataclass
class Running:
    """A simulator that runs."""

    url: str
    env: Mapping[str, str]
    program: subprocess.Popen[bytes]
    since: int = 0
    """After which line of the record this test begins."""

    def kill_and_restart(self) -> None:
        """Take its power away, and start it again on what it had written."""
        self.program.send_signal(signal.SIGKILL)
        self.program.wait()
        self.program = start(ARGV, self.url + "/health/live", self.env)

    def record(self, after: int | None = None) -> list[dict[str, Any]]:
        """What it wrote down."""
        after = self.since if after is None else after
        answer = httpx.get(f"{self.url}/record?after={after}", timeout=5, trust_env=False)
        return [json.loads(line) for line in answer.text.splitlines()]

    def from_now_on(self) -> "Running":
        """Give the same simulator to a test that others have come before."""
        answer = httpx.get(f"{self.url}/record?limit=1", timeout=5, trust_env=False)
        return replace(self, since=int(answer.headers["X-Last"]))

    def client(self) -> httpx.AsyncClient:
        """A client of the account `regionen`."""
        return httpx.AsyncClient(base_url=self.url, headers=OWN, timeout=10, trust_env=False)


ARGV = (sys.executable, "-m", "simulator")


@contextmanager
def running_simulator(folder: Path, **told: str) -> Iterator[Running]:
    """A simulator with its record in this folder."""
    port = free_port()
    env = {
        "SIMULATOR_PORT": str(port),
        "SIMULATOR_DATA_FOLDER": str(folder),
        "SIMULATOR_TOKENS": json.dumps(TOKENS),
        **{f"SIMULATOR_{name.upper()}": value for name, value in told.items()},
    }
    url = f"http://127.0.0.1:{port}"
    running = Running(url, env, start(ARGV, url + "/health/live", env))
    try:
        yield running
    finally:
        stop(running.program)


def png(width: int = 3, height: int = 2) -> bytes:
    """A real, small image."""

    def chunk(name: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x40\x80\xc0" * width) * height
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts
