"""How long a cold start takes, and how much memory the whole stack holds when nothing happens."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil

from budkavle.ports import Ports
from budkavle.system import readiness
from budkavle.waiting import comes_true
from schemas.flow import SERVICES
from tests.up.places import free_base

_WITHIN = 60.0
_SETTLE = 10.0


async def cold_starts(times: int) -> dict[str, Any]:
    """Start `budkavle up` in an empty folder; from exec until every service is ready."""
    seconds = []
    for _ in range(times):
        async with _up() as (_, took):
            seconds.append(round(took, 2))
    return {"seconds": seconds, "worst_s": max(seconds)}


async def resident() -> dict[str, Any]:
    """Look at what an idle system holds, and the program that has started it."""
    async with _up() as (up, _):
        await asyncio.sleep(_SETTLE)
        parts = {_name(child.cmdline()): held(child) for child in up.children()}
        parts["supervisor"] = held(up, alone=True)
    return {"whole": together(parts), "parts": parts}


@asynccontextmanager
async def _up() -> AsyncIterator[tuple[psutil.Process, float]]:
    """Run it for as long as the block runs; gives it, and the seconds until it was ready."""
    base = free_base()
    ports = Ports.on(base)
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

                async def ready() -> bool:
                    return not any([await readiness(client, ports.url(name)) for name in SERVICES])

                if not await comes_true(ready, _WITHIN, every=0.05):
                    raise TimeoutError(f"`budkavle up` is not ready after {_WITHIN} s")
            yield psutil.Process(up.pid), time.monotonic() - began
        finally:
            up.terminate()
            await up.wait()


def held(process: psutil.Process, *, alone: bool = False) -> dict[str, float]:
    """Add up what a process and its children hold, in MB.

    `resident_mb` counts a page again in every process that maps it, as most tools do; in
    `proportional_mb` it is shared out among them, so that a sum is what the machine gives.
    """
    family = (process, *(() if alone else process.children(recursive=True)))
    found = [each.memory_full_info() for each in family]
    return {
        "resident_mb": round(sum(each.rss for each in found) / 1e6, 1),
        "proportional_mb": round(sum(each.pss for each in found) / 1e6, 1),
    }


def together(parts: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Add parts up."""
    return {
        key: round(sum(part[key] for part in parts.values()), 1)
        for key in ("resident_mb", "proportional_mb")
    }


def _name(argv: list[str]) -> str:
    names = ("siren", "planner", "publisher", "metrics", "nats-server")
    return next((name for name in names if any(part.endswith(name) for part in argv[:5])), "other")
