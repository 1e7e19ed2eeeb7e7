"""One simulator per file of tests, and a client with clean faults per test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.simulator.running import Running, running_simulator


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("simulator")
    with running_simulator(folder, key_window_seconds="3600") as running:
        yield running


@pytest.fixture
async def client(simulator: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with simulator.client() as client:
        await client.delete("/faults")
        yield client
        await client.delete("/faults")
