"""What every fault test stands on: the simulated platform, whose record is the judge."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator.running import Running, running_simulator


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Running]:
    with running_simulator(tmp_path / "simulator") as running:
        yield running
