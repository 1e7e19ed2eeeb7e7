"""Fixtures of the metrics tests."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.metrics.web import AccountOwner, Stranger
from tests.metrics.site import Site, running_site
from tests.metrics.stage import Stage


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with running_site() as running:
        yield running


@pytest.fixture
async def stranger() -> AsyncIterator[Stranger]:
    async with Stranger(timedelta(seconds=5), {}) as reader:
        yield reader


@pytest.fixture
async def owner() -> AsyncIterator[AccountOwner]:
    """The owner of the account `torget`, whose token is EAAB."""
    async with AccountOwner(timedelta(seconds=5), {"torget.token": "EAAB"}.__getitem__) as asker:
        yield asker


@pytest.fixture
async def stage() -> Stage:
    """A publication with the sequence 801 that has just been heard."""
    made = Stage()
    await made.hear()
    return made
