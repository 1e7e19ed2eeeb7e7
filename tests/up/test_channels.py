"""A person sets an account up in a terminal, posts to it, renews its token and takes it away."""

import asyncio
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.waiting import eventually
from tests.simulator.running import Running, running_simulator
from tests.up.running import ENVIRONMENT, Up, command

pytestmark = [
    pytest.mark.up,
    pytest.mark.nats,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

PAGE = "page=101082996395759"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One running system for all tests of this file, which follow one another."""
    running = Up(tmp_path_factory.mktemp("up"))
    asyncio.run(running.start())
    yield running
    running.end()


def channel(system: Up, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command that is told something on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "budkavle", "channel", *arguments, "--data", str(system.folder)],
        input=said,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=ENVIRONMENT,
    )


def add(system: Up, simulator: Running, token: str, *more: str) -> subprocess.CompletedProcess[str]:
    base = f"base_url={simulator.url}/graph/v26.0"
    words = ["add", "facebook", "fb", "--title", "Sidan", "--set", PAGE, "--set", base, *more]
    return channel(system, *words, said=f"{token}\n")


def post(system: Up, text: str, *more: str) -> subprocess.CompletedProcess[str]:
    words = ["post", text, "--channel", "fb", "--approve-as", "bengt", *more]
    return command(*words, "--data", str(system.folder))


def files(folder: Path) -> dict[str, str]:
    secrets = folder / "secrets" / "publisher"
    return {each.name: each.read_text() for each in [folder / "channels.toml", *secrets.iterdir()]}


async def offered(system: Up) -> list[str]:
    async with system.person("anna") as anna:
        return [each.name for each in await anna.channels()]


async def test_an_account_comes_is_posted_to_and_goes_without_leaving_a_post_behind(
    system: Up, simulator: Running
) -> None:
    before = files(system.folder)
    refused = await asyncio.to_thread(add, system, simulator, "no-such-token")
    assert refused.returncode == 1, refused.stdout
    assert "Sidan does not accept our credentials." in refused.stdout
    assert "no-such-token" not in refused.stdout + refused.stderr
    assert files(system.folder) == before

    added = await asyncio.to_thread(add, system, simulator, "regionen-token")
    assert added.returncode == 0, added.stdout + added.stderr
    assert "pages_manage_posts" in added.stdout
    token = system.folder / "secrets" / "publisher" / "fb.token"
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert (await asyncio.to_thread(channel, system, "list")).stdout.split() == [
        *("newsroom", "newsroom", "·", "Nyhetsrummet", "fb", "facebook", "·", "Sidan")
    ]
    await eventually(lambda: _is_offered(system), 20)
    assert "fb: Published" in (await asyncio.to_thread(post, system, "Ett.")).stdout

    later = await asyncio.to_thread(post, system, "Senare.", "--at", "2099-01-07T09:00")
    assert "Scheduled" in later.stdout, later.stdout
    stays = await asyncio.to_thread(channel, system, "remove", "fb", "--yes")
    assert stays.returncode == 1
    assert "Senare. is on its way to fb: Scheduled." in stays.stdout
    assert "fb" in await offered(system)

    await _withdraw(system, "Senare.")
    gone = await asyncio.to_thread(channel, system, "remove", "fb", "--yes", "--with-token")
    assert gone.returncode == 0, gone.stdout + gone.stderr
    assert files(system.folder) == before
    assert await offered(system) == ["newsroom"]

    again = await asyncio.to_thread(add, system, simulator, "regionen-token")
    assert again.returncode == 0, again.stdout
    await eventually(lambda: _is_offered(system), 20)
    assert "fb: Published" in (await asyncio.to_thread(post, system, "Två.")).stdout
    # All of its orders came again, and what was public is not published once more.
    assert _published(simulator) == ["Ett.", "Två."]


async def test_a_token_is_renewed_only_by_one_that_opens_the_account(
    system: Up, simulator: Running
) -> None:
    if "fb" not in await offered(system):
        await asyncio.to_thread(add, system, simulator, "regionen-token")
    token = system.folder / "secrets" / "publisher" / "fb.token"
    wrong = await asyncio.to_thread(channel, system, "renew", "fb", said="wrong\n")
    assert (wrong.returncode, token.read_text()) == (1, "regionen-token\n")
    # Another account's token does not open this Page, and it may be wanted all the same.
    kept = await asyncio.to_thread(channel, system, "renew", "fb", "--keep", said="kris-token\n")
    assert (kept.returncode, token.read_text()) == (0, "kris-token\n")
    checked = await asyncio.to_thread(channel, system, "check", "fb")
    assert checked.returncode == 1
    assert "✗ fb – Sidan (facebook)" in checked.stdout


async def test_the_only_channel_and_an_unknown_one_are_not_taken_away(system: Up) -> None:
    unknown = await asyncio.to_thread(channel, system, "remove", "x", "--yes")
    assert unknown.returncode == 2
    assert "There is no channel x." in unknown.stdout


async def _is_offered(system: Up) -> bool:
    return "fb" in await offered(system)


async def _withdraw(system: Up, title: str) -> None:
    async with system.person("anna") as anna:
        [found] = await anna.posts(**{"from": "2098-01-01T00:00:00Z"})
        assert found["title"] == title
        await anna._ask("POST", f"/posts/{found['id']}/withdraw")

        async def cancelled() -> bool:
            [variant] = (await anna.post(found["id"])).shown["variants"]
            return bool(variant["status"] == "cancelled")

        await eventually(cancelled, 20)


def _published(simulator: Running) -> list[str]:
    return [each["text"] for each in simulator.record() if each["what"] == "published"]
