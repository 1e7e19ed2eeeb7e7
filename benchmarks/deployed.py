"""How much memory the shipped containers hold when nothing happens."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from benchmarks.starting import held, together
from tests.deploy.stack import running

_SETTLE = 15.0
_CONTAINERS = ("nats", "planner", "publisher", "metrics", "siren")


async def deployed() -> dict[str, Any]:
    """Run the shipped compose file, with the newsroom alone, and look at its processes."""
    # The engine is asked by waiting for it; nothing else goes on meanwhile.
    with TemporaryDirectory(prefix="budkavle-bench-") as folder, running(Path(folder)) as stack:
        await asyncio.sleep(_SETTLE)
        first = {name: stack.inspect(name)["State"]["Pid"] for name in _CONTAINERS}
        parts = {name: held(psutil.Process(pid)) for name, pid in first.items()}
    return {"whole": together(parts), "parts": parts}
