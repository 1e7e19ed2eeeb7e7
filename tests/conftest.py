"""Fixtures that every folder of tests can ask for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.harness.broker import Broker, running_broker


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """A provisioned broker of the test's own, with the channels `newsroom` and `mastodon`."""
    async with running_broker(tmp_path) as running:
        yield running
