"""Servers to publish on."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.channels import platforms


@pytest.fixture
async def own() -> AsyncIterator[platforms.Own]:
    async with platforms.own() as server:
        yield server


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[platforms.Simulated]:
    with platforms.simulator(tmp_path_factory.mktemp("simulator")) as server:
        yield server


@pytest.fixture(scope="session")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[platforms.Mocked]:
    with platforms.mock(tmp_path_factory.mktemp("mock")) as server:
        yield server
