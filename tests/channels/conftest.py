"""Servers to publish on."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.publisher.ports import Channel
from tests.channels.contract import opened
from tests.channels.platforms import (
    bluesky,
    containers,
    email,
    facebook,
    linkedin,
    mastodon,
    matrix,
    telegram,
    webhook,
    wordpress,
    x,
)
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
    # Its readers are quick, so that there are comments at once.
    told = {"sign_ins": "10000", "posts_a_day": "10000", "speed": "1000000000"}
    with running_simulator(folder, **told) as running:
        yield running.url


@pytest.fixture
def mastodon_simulator(simulator: str) -> Platform:
    return mastodon.SimulatedMastodon(simulator)


@pytest.fixture
def bluesky_simulator(simulator: str) -> Platform:
    return bluesky.SimulatedBluesky(simulator)


@pytest.fixture
async def facebook_simulator(simulator: str) -> AsyncIterator[Platform]:
    async with facebook.SimulatedFacebook.standing(simulator) as page:
        yield page


@pytest.fixture
def linkedin_simulator(simulator: str) -> Platform:
    return linkedin.SimulatedLinkedin(simulator)


@pytest.fixture
def telegram_simulator(simulator: str) -> Platform:
    return telegram.SimulatedTelegram(simulator)


@pytest.fixture
def x_simulator(simulator: str) -> Platform:
    return x.SimulatedX(simulator)


@pytest.fixture
def matrix_simulator(simulator: str) -> Platform:
    return matrix.SimulatedMatrix(simulator)


@pytest.fixture
async def instagram_simulator(simulator: str) -> AsyncIterator[Platform]:
    async with containers.SimulatedInstagram.standing(simulator) as account:
        yield account


@pytest.fixture
async def threads_simulator(simulator: str) -> AsyncIterator[Platform]:
    async with containers.SimulatedThreads.standing(simulator) as profile:
        yield profile


@pytest.fixture
async def webhook_receiver() -> AsyncIterator[Platform]:
    async with webhook.hook() as server:
        yield server


@pytest.fixture
async def email_own() -> AsyncIterator[Platform]:
    async with email.own() as server:
        yield server


@pytest.fixture
async def email_server() -> AsyncIterator[Platform]:
    async with email.real() as server:
        yield server


@pytest.fixture(scope="session")
def bluesky_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with bluesky.bluesky_server(tmp_path_factory.mktemp("bluesky")) as port:
        yield port


@pytest.fixture
async def bluesky_server(bluesky_port: int) -> AsyncIterator[Platform]:
    async with running_proxy(bluesky_port) as proxy:
        yield bluesky.BlueskyServer(proxy, Simulated.token)


@pytest.fixture
def wordpress_simulator(simulator: str) -> Platform:
    return wordpress.SimulatedWordPress(simulator)


@pytest.fixture(scope="session")
def wordpress_site(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[int, dict[str, str]]]:
    with wordpress.wordpress_server(tmp_path_factory.mktemp("wordpress")) as site:
        yield site


@pytest.fixture
async def wordpress_server(
    wordpress_site: tuple[int, dict[str, str]],
) -> AsyncIterator[wordpress.WordPressServer]:
    port, passwords = wordpress_site
    async with running_proxy(port) as proxy:
        yield wordpress.WordPressServer(proxy, passwords)


@pytest.fixture(scope="session")
def matrix_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[matrix.Home]:
    with matrix.homeserver(tmp_path_factory.mktemp("matrix")) as home:
        yield home


@pytest.fixture
async def matrix_server(matrix_home: matrix.Home) -> AsyncIterator[Platform]:
    async with running_proxy(matrix_home.port) as proxy:
        yield matrix.MatrixServer(proxy, matrix_home)


@pytest.fixture(scope="session")
def mastodon_mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[mastodon.Mocked]:
    with mastodon.mock(tmp_path_factory.mktemp("mock")) as server:
        yield server


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> Platform:
    server: Platform = request.getfixturevalue(request.param)
    return server


@pytest.fixture
async def channel(platform: Platform) -> AsyncIterator[Channel]:
    async with opened(platform) as made:
        # As the publisher does at its start; what breaks later is the publication.
        await made.check()
        yield made
