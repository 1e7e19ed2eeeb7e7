"""A whole system is copied while it runs, and put back; people see what that means."""

import asyncio
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.harness.waiting import eventually
from tests.up.running import Up, command, up

pytestmark = [
    pytest.mark.up,
    pytest.mark.nats,
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

REPLACED = "PUBLISHER is not the one that was here"


async def said(system: Up, *arguments: str | Path, status: int = 0) -> str:
    placed = ["--data", str(system.folder), "--port-base", str(system.base)]
    done: CompletedProcess[str] = await asyncio.to_thread(command, *map(str, arguments), *placed)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


async def test_a_copy_made_while_all_runs_is_put_back_and_nothing_goes_out_twice(
    tmp_path: Path,
) -> None:
    system, copy = Up(tmp_path), tmp_path / "copy.tar"
    async with up(system):
        out = await system.approved("Ute före kopian", 1)
        await system.out_within(out, 20)
        coming = await system.approved("Kommer senare", 3600)
        await system.comes_to(coming, "scheduled", 20)

        assert "read it back" in await said(system, "backup", copy)
        assert "Stop it with Ctrl-C" in await said(system, "restore", copy, status=2)

    assert "--replace" in await said(system, "restore", copy, status=2)
    assert "Publishing is paused" in await said(system, "restore", copy, "--replace")
    [aside] = await asyncio.to_thread(lambda: list(system.folder.glob("broker.replaced-*")))
    assert aside.is_dir()

    async with up(system):
        await eventually(lambda: system.ready("publisher"), 20)
        assert await system.times_in_newsroom("Ute före kopian") == 1
        assert await system.times_in_newsroom("Kommer senare") == 0
        # It may have gone out since the copy, so it is looked up before anything else.
        await system.comes_to(coming, "uncertain", 20)


async def test_an_older_disk_is_noticed_and_can_be_taken_for_a_copy(tmp_path: Path) -> None:
    system, kept = Up(tmp_path), tmp_path / "kept"
    async with up(system):
        await system.out_within(await system.approved("Först", 5), 30)
    store = system.folder / "broker"
    await asyncio.to_thread(shutil.copytree, store, kept)
    async with up(system):
        await system.out_within(await system.approved("Sedan", 5), 30)
    await asyncio.to_thread(shutil.rmtree, store)
    await asyncio.to_thread(shutil.move, kept, store)

    starting = asyncio.create_task(system.start())
    try:
        await eventually(lambda: _noticed(system), 40)
        told = await asyncio.to_thread(command, "doctor", "--data", str(system.folder))
        assert REPLACED in told.stdout
    finally:
        await asyncio.to_thread(system.end)
        await asyncio.gather(starting, return_exceptions=True)
    assert "Restored in" in await said(system, "restore", "--in-place")

    async with up(system):
        assert await system.ready("publisher")


async def test_a_stopped_system_is_copied_too(tmp_path: Path) -> None:
    system = Up(tmp_path)
    async with up(system):
        pass

    await said(system, "backup", "--with-secrets")

    [copy] = await asyncio.to_thread(lambda: list((system.folder / "backups").iterdir()))
    # On another machine, with nothing but the file.
    system.folder = tmp_path / "elsewhere"
    await said(system, "restore", copy)
    async with up(system):
        assert await system.ready("planner")


async def _noticed(system: Up) -> bool:
    return any(REPLACED in problem for problem in await system.problems("publisher"))
