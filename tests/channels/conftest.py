"""Servers to publish on."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.channels.platforms import bluesky, containers, facebook, mastodon, webhook
from tests.channels.platforms.base import Platform, Simulated
from tests.harness.proxy import running_proxy
from tests.simulator.running import running_simulator


@pytest.fixture
async def own() -> AsyncIterator[mastodon.Own]:
    async with mastodon.own() as server:
        yield server


@pytest.fixture
def mastodon_own(own: mastodon.Own) -> Platform:
    return own


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    # Every test makes a channel of its own, which signs in, and posts on the same accounts.
    folder = tmp_path_factory.mktemp("simulator")
    with running_simulator(folder, sign_ins="10000", posts_a_day="10000") as running:
        yield running.url


@pytest.fixture
def mastodon_simulator(simulator: str) -> Platform:
    return mastodon.SimulatedMastodon(simulator)


@pytest.fixture
def bluesky_simulator(simulator: str) -> Platform:
    return bluesky.SimulatedBluesky(simulator)


@pytest.fixture
def facebook_simulator(simulator: str) -> Platform:
    return facebook.SimulatedFacebook(simulator)


@pytest.fixture
async def instagram_simulator(simulator: str) -> AsyncIterator[Platform]:
    async with containers.with_gallery(containers.SimulatedInstagram, simulator) as account:
        yield account


@pytest.fixture
async def threads_simulator(simulator: str) -> AsyncIterator[Platform]:
    async with containers.with_gallery(containers.SimulatedThreads, simulator) as profile:
        yield profile


@pytest.fixture
async def webhook_receiver() -> AsyncIterator[Platform]:
    async with webhook.hook() as server:
        yield server


@pytest.fixture(scope="session")
def bluesky_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with bluesky.bluesky_server(tmp_path_factory.mktemp("bluesky")) as port:
        yield port


@pytest.fixture
async def bluesky_server(bluesky_port: int) -> AsyncIterator[Platform]:
    async with running_proxy(bluesky_port) as proxy:
        yield bluesky.BlueskyServer(proxy, Simulated.token)


@pytest.fixture(scope="session")
def mastodon_mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[mastodon.Mocked]:
    with mastodon.mock(tmp_path_factory.mktemp("mock")) as server:
        yield server
