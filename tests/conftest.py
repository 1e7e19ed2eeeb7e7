"""Fixtures that every folder of tests can ask for."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from tests.harness.broker import Broker, running_broker


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Take back what a command has said about logs: it says so for the whole process."""
    root = logging.getLogger()
    before, handlers, level = structlog.get_config(), root.handlers[:], root.level
    yield
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """A provisioned broker of the test's own, with the channels `newsroom` and `mastodon`."""
    async with running_broker(tmp_path) as running:
        yield running
