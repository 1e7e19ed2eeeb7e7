"""The command that operators and containers run: what it says, and with which status it ends."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.broker import Broker

CHANNELS = '[channels.newsroom]\nkind = "newsroom"\n[channels.mastodon]\nkind = "mastodon"\n'


def _run(*said: str | Path, **environment: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.provision", *map(str, said)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={name: str(value) for name, value in environment.items()},
    )


def test_keys_are_made_and_their_places_told(tmp_path: Path) -> None:
    done = _run("keys", "--secrets", tmp_path)

    assert done.returncode == 0, done.stderr
    assert f"made {tmp_path / 'planner' / 'nkey'}" in done.stdout
    seeds = [path.read_text() for path in tmp_path.glob("*/nkey")]
    assert not any(seed in done.stdout + done.stderr for seed in seeds)


@pytest.mark.nats
async def test_streams_are_told_by_flags_or_by_the_environment(
    broker: Broker, tmp_path: Path
) -> None:
    channels = tmp_path / "channels.toml"
    channels.write_text(CHANNELS + '[channels.bluesky]\nkind = "mastodon"\n')

    flags = _run(
        *("streams", "--secrets", broker.secrets, "--nats-url", broker.url),
        *("--channels", channels),
    )
    environment = _run(
        "streams",
        PROVISION_SECRETS=broker.secrets / "provision",
        PROVISION_NATS_URL=broker.url,
        PROVISION_CHANNELS=channels,
    )

    assert flags.returncode == environment.returncode == 0, flags.stderr + environment.stderr
    assert "made durable publisher-due-bluesky" in flags.stdout
    assert environment.stdout == "streams and durables are as they should be\n"


@pytest.mark.nats
async def test_a_channel_that_left_is_told(broker: Broker, tmp_path: Path) -> None:
    channels = tmp_path / "channels.toml"
    channels.write_text('[channels.newsroom]\nkind = "newsroom"\n')

    done = _run(
        *("streams", "--secrets", broker.secrets, "--nats-url", broker.url),
        *("--channels", channels),
    )

    assert done.returncode == 0
    assert "nothing asks for the durable publisher-due-mastodon" in done.stderr


@pytest.mark.nats
async def test_what_the_broker_refuses_ends_with_one_sentence(
    broker: Broker, tmp_path: Path
) -> None:
    channels = tmp_path / "channels.toml"
    channels.write_text(CHANNELS)
    said = ("streams", "--secrets", broker.secrets, "--nats-url", broker.url)

    done = _run(*said, "--channels", channels, "--replicas", "3")

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_broken_file_of_channels_ends_with_one_sentence(tmp_path: Path) -> None:
    _run("keys", "--secrets", tmp_path)
    channels = tmp_path / "channels.toml"
    channels.write_text("[channels.Newsroom]\n")

    done = _run("streams", "--secrets", tmp_path, "--channels", channels)

    assert done.returncode == 2
    assert done.stderr.startswith(f"{channels}, line 1: a channel cannot be called 'Newsroom'")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_broker_that_is_not_there_ends_with_one_sentence(tmp_path: Path) -> None:
    _run("keys", "--secrets", tmp_path)
    channels = tmp_path / "channels.toml"
    channels.write_text(CHANNELS)
    with socket.socket() as taken:
        # Bound and not listening: refused, and given to nobody else meanwhile.
        taken.bind(("127.0.0.1", 0))
        url = f"nats://127.0.0.1:{taken.getsockname()[1]}"
        done = _run("streams", "--secrets", tmp_path, "--channels", channels, "--nats-url", url)

    assert done.returncode == 2
    assert f"no way into the broker at {url} within 30 s" in done.stderr.splitlines()[-1]


def test_a_missing_key_says_how_to_make_it(tmp_path: Path) -> None:
    channels = tmp_path / "channels.toml"
    channels.write_text(CHANNELS)

    done = _run("streams", "--secrets", tmp_path, "--channels", channels)

    assert done.returncode == 2
    assert "make it with: python -m services.provision keys" in done.stderr
