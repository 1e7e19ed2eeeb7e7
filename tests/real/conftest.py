"""Real servers that several files ask."""

from collections.abc import Iterator

import pytest

from tests.real.network import Network, running_network


@pytest.fixture(scope="session")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with running_network(tmp_path_factory.mktemp("network")) as running:
        yield running
