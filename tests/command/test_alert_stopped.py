"""Ctrl-C while an officer is asked, and while one waits: each time it is said what stays."""

import asyncio
import os
import pty
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.command.sirens import Place, a_siren
from tests.harness.waiting import eventually

pytestmark = pytest.mark.web

ISSUE = "issue --template boil-water --field place=Tunadal --field cause=bacteria --area 1490"


class Seat:
    """A command at a terminal of its own, and what stands there."""

    def __init__(self, process: asyncio.subprocess.Process, terminal: int) -> None:
        self._process = process
        self._terminal = terminal
        self.shown = ""

    def shows(self, text: str) -> bool:
        try:
            self.shown += os.read(self._terminal, 65_536).decode(errors="replace")
        except BlockingIOError:
            pass
        except OSError:
            return text in self.shown  # the command has ended
        return text in self.shown

    async def stopped(self) -> int:
        self._process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            status = await self._process.wait()
        self.shows("")
        return status


@asynccontextmanager
async def seat(place: Place, said: str) -> AsyncIterator[Seat]:
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    where = ["--siren", place.url, "--data", str(place.folder.root), "--as", "astrid"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "budkavle", "alert", *said.split(), *where),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "LC_ALL": "C.UTF-8", "COLUMNS": "200", "TERM": "xterm"},
    )
    os.close(theirs)
    try:
        yield Seat(process, ours)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(ours)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with a_siren(tmp_path, ["torget"], ["ovning"]) as place:
        yield place


async def alerts(place: Place) -> list[str]:
    async with place.siren("bo") as siren:
        return [each["state"] for each in await siren.alerts()]


async def test_who_is_asked_can_leave_and_nothing_is_signed(place: Place) -> None:
    async with seat(place, ISSUE) as at:
        await eventually(lambda: at.shows("Put this before the other officers?"), within=20)
        assert await at.stopped() == 130
        assert at.shown.rstrip().endswith("Stopped. Nothing has been sent.")
    assert await alerts(place) == []


async def test_who_waits_can_leave_and_is_told_that_it_goes_on(place: Place) -> None:
    async with seat(place, f"{ISSUE} --yes --wait") as at:
        await eventually(lambda: at.shows("waits for a second officer"), within=20)
        assert await at.stopped() == 130
        assert "what you have signed goes on" in at.shown
        assert f"budkavle alert status --siren {place.url}" in at.shown
        assert "Traceback" not in at.shown
    assert await alerts(place) == ["draft"]


async def test_who_watches_ends_well(place: Place) -> None:
    async with seat(place, f"{ISSUE} --yes") as at:
        await eventually(lambda: at.shows("waits for a second officer"), within=20)
    async with seat(place, "status --watch") as at:
        await eventually(lambda: at.shows("Tunadal"), within=20)
        assert await at.stopped() == 0
        assert "Traceback" not in at.shown
