"""How long a cold start takes, and how much memory the whole stack holds when nothing happens."""

import asyncio
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil

from budkavle.ports import HOST, free

_WITHIN = 60.0
_SETTLE = 10.0


async def cold_starts(times: int) -> dict[str, Any]:
    """Start `budkavle up` in an empty folder; from exec until every service is ready."""
    seconds = [await _cold_start() for _ in range(times)]
    return {"seconds": [round(one, 2) for one in seconds], "worst_s": round(max(seconds), 2)}


async def _cold_start() -> float:
    base = _base()
    with TemporaryDirectory(prefix="budkavle-bench-") as folder:
        began = time.monotonic()
        up = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).parent / "budkavle"), "up"),
            *("--data", folder, "--port-base", str(base)),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
                for port in (base, base + 1, base + 3):
                    await _ready(client, f"http://{HOST}:{port}/health/ready", began + _WITHIN)
            return time.monotonic() - began
        finally:
            up.terminate()
            await up.wait()


async def _ready(client: httpx.AsyncClient, url: str, give_up: float) -> None:
    while time.monotonic() < give_up:
        try:
            if (await client.get(url)).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.05)
    raise TimeoutError(url)


def _base() -> int:
    for base in range(21_000, 60_000, 100):
        if all(free(base + offset) for offset in (0, 1, 3, 10, 22, 23)):
            return base
    raise RuntimeError("no free ports")


async def resident() -> dict[str, Any]:
    """Add up the resident memory of what an idle system runs, in MB; the simulator stands apart."""
    await asyncio.sleep(_SETTLE)
    parts: dict[str, float] = {}
    for child in psutil.Process().children(recursive=True):
        name = _name(child.cmdline())
        parts[name] = parts.get(name, 0.0) + child.memory_info().rss / 1e6
    whole = sum(size for name, size in parts.items() if name != "simulator")
    supervisor = psutil.Process().memory_info().rss / 1e6
    return {
        "resident_mb": round(whole + supervisor, 1),
        "parts_mb": {name: round(size, 1) for name, size in sorted(parts.items())}
        | {"supervisor": round(supervisor, 1)},
    }


def _name(argv: list[str]) -> str:
    for name in ("planner", "publisher", "metrics", "simulator", "nats-server"):
        if any(part.endswith(name) for part in argv[:4]):
            return name
    return "other"
