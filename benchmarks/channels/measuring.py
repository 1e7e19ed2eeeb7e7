"""Every measurement of the channels, one after the other."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.channels.adapters import adapters
from benchmarks.channels.clients import clients
from benchmarks.channels.hanging import hanging
from tests.simulator.running import running_simulator


async def channels() -> dict[str, Any]:
    """Measure what the channels cost."""
    with TemporaryDirectory(prefix="budkavle-bench-") as folder:
        told = {"sign_ins": "10000", "posts_a_day": "10000"}
        with running_simulator(Path(folder), **told) as simulator:
            found = {
                "http_client": await clients(simulator.url, requests=1_000, rounds=5),
                "adapters": await adapters(simulator.url, deliveries=2_000),
            }
    return found | {"one_hangs": await hanging(deliveries=800, per_second=40, rounds=3)}
