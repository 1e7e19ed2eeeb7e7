"""An alert goes out from the command line with everything dead but the siren itself."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from budkavle.folder import Folder
from services.kit.secret_files import make_folder, write
from tests.harness.waiting import eventually
from tests.simulator.running import Running, running_simulator
from tests.up.running import Up, command, up

pytestmark = [pytest.mark.up, pytest.mark.nats]

OTHERS = ("broker", "planner", "publisher", "metrics")
CHANNELS = """\
[channels.newsroom]
kind = "newsroom"
title = "Nyhetsrummet"
public_url = "{newsroom}"

[channels.mastodon]
kind = "mastodon"
title = "Mastodon"
base_url = "{simulator}/mastodon"
"""
WATER = ("boil-water", "--field", "place=Tunadal", "--field", "cause=leak", "--area", "1490")


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Running]:
    with running_simulator(tmp_path / "simulator") as running:
        yield running


@pytest.fixture
async def system(tmp_path: Path, simulator: Running) -> AsyncIterator[Up]:
    made = Up(tmp_path)
    folder = Folder(made.folder)
    with folder.claimed():
        newsroom = made.ports.url("publisher")
        folder.channels.write_text(CHANNELS.format(newsroom=newsroom, simulator=simulator.url))
        make_folder(folder.secrets / "publisher")
        write(folder.secrets / "publisher" / "mastodon.token", "regionen-token")
    async with up(made):
        yield made


async def alert(system: Up, *words: str) -> subprocess.CompletedProcess[str]:
    told = await asyncio.to_thread(command, "alert", *words, "--data", str(system.folder))
    assert told.returncode == 0, told.stdout + told.stderr
    return told


async def untold(system: Up) -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{system.ports.url('siren')}/health/ready")
    return int(answer.json()["untold"])


async def test_an_alert_is_sent_and_corrected_with_all_others_killed(
    system: Up, simulator: Running
) -> None:
    def shown() -> list[str]:
        return [each["text"] for each in simulator.record() if each["what"] == "published"]

    # Nobody starts again what is killed now.
    system.supervisor.suspend()
    try:
        for name in OTHERS:
            psutil.Process(system.pids()[name]).kill()
        await alert(system, "issue", "--as", "astrid", "--template", *WATER, "--yes")
        assert shown() == []
        told = await alert(system, "confirm", "2026-1", "--as", "bo", "--yes", "--wait")
        assert "Public http" in told.stdout
        [text] = shown()
        assert text.startswith("Koka dricksvattnet i Tunadal")
        await alert(system, "cancel", "2026-1", "--as", "astrid", "--yes", "--wait")
        assert "Rättelse" in shown()[-1]
        assert await untold(system) > 0
    finally:
        system.supervisor.resume()

    async def all_told() -> bool:
        return await untold(system) == 0

    await eventually(all_told, 40)
    assert len(shown()) == 2
