"""What every fault test stands on: the simulated platform, whose record is the judge."""

from collections.abc import Iterator

import pytest

from tests.simulator.running import Running, running_simulator


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def platform(simulator: Running) -> Running:
    """The platform, as far as this test has brought it."""
    return simulator.from_now_on()
