"""Fixtures of the pages' tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.planner.web import Web, running_web


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Web]:
    """The planner's doors over fakes."""
    async with running_web(tmp_path) as running:
        yield running
