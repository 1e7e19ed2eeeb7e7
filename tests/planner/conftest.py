"""Fixtures of the planner's tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.kit.bus import Bus
from tests.harness.broker import Broker
from tests.planner.drawn import Drawn
from tests.planner.running import Running, publisher_of, running_planner
from tests.planner.web import Web, running_web
from tests.planner.world import World


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Web]:
    """The planner's doors over fakes."""
    async with running_web(tmp_path) as running:
        yield running


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "board.sqlite"


@pytest.fixture
def drawn(path: Path) -> Iterator[Drawn]:
    board = Drawn(path)
    yield board
    board.file.close()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def publisher(broker: Broker) -> AsyncIterator[Bus]:
    async with publisher_of(broker) as bus:
        yield bus


@pytest.fixture
async def planner(broker: Broker, publisher: Bus, tmp_path: Path) -> AsyncIterator[Running]:
    async with running_planner(broker, tmp_path / "planner") as running:
        yield running
