"""Fixtures that every folder of tests can ask for."""

import logging
from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest
import structlog
from xdist.remote import Producer

from tests.harness.broker import Broker, running_broker
from tests.harness.sharing import Files, longest_first


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Files | None:
    return Files(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.fixture(scope="session", autouse=True)
def _roots_are_read_once() -> Iterator[None]:
    """Let all clients share what httpx knows of TLS; each would read all roots again (40 ms)."""
    with pytest.MonkeyPatch.context() as patch:
        shared = cache(httpx.create_ssl_context)
        patch.setattr("httpx._transports.default.create_ssl_context", shared)
        yield


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
