"""Starting and stopping: no process is left behind, and nothing is forgotten."""

import asyncio
import re
import socket
from dataclasses import astuple
from pathlib import Path

import psutil
import pytest

from budkavle.folder import Folder
from budkavle.ports import HOST, Ports, free
from budkavle.programs import Plan, write_channels
from tests.harness.waiting import eventually
from tests.up.places import free_base
from tests.up.running import STOP_LIMIT, Up, command, up

pytestmark = [pytest.mark.up, pytest.mark.nats]


async def test_stopping_leaves_no_process_and_the_next_start_keeps_a_post(tmp_path: Path) -> None:
    system = Up(tmp_path)
    async with up(system):
        post = await system.approved("Kvar", 3600)
        pids = system.pids()
        assert set(pids) == {"broker", "planner", "publisher", "metrics", "siren"}
        async with asyncio.timeout(STOP_LIMIT):
            assert await asyncio.to_thread(system.end) == 0
    assert not [name for name, pid in pids.items() if psutil.pid_exists(pid)]
    assert not (system.folder / "running.json").exists()
    async with up(system), system.person("anna") as anna:
        assert (await anna.post(post.id)).shown["state"] == "approved"


async def test_a_killed_supervisor_takes_all_with_it_and_can_be_started_again(
    tmp_path: Path,
) -> None:
    system = Up(tmp_path)
    async with up(system):
        pids = system.pids()
        await asyncio.to_thread(system.end, kill=True)
    await eventually(lambda: not any(map(psutil.pid_exists, pids.values())))
    async with up(system):
        assert await system.ready("planner")


def test_a_set_up_fault_ends_the_start_with_its_sentence(tmp_path: Path) -> None:
    system = Up(tmp_path)
    with Folder(system.folder).claimed():
        (system.folder / "channels.toml").write_text('[channels.newsroom]\nkind = "newsrom"\n')
    told = command("up", "--data", str(system.folder), "--port-base", str(system.base))
    assert told.returncode == 2
    assert re.search(r"(publisher|siren) cannot start: ", told.stdout)
    assert "newsroom, mastodon" in told.stdout
    assert all(map(free, astuple(system.ports)))


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    system = Up(tmp_path)
    with socket.create_server((HOST, system.ports.metrics)):
        told = command("up", "--data", str(system.folder), "--port-base", str(system.base))
    assert told.returncode == 2
    assert f"Port {system.ports.metrics}, which metrics needs, is taken" in told.stdout
    assert not list((system.folder / "logs").iterdir())


def test_other_ports_than_before_would_break_links_and_are_refused(tmp_path: Path) -> None:
    system = Up(tmp_path)
    with Folder(system.folder).claimed():
        write_channels(Plan(Folder(system.folder), Ports.on(system.base)))
    told = command("up", "--data", str(system.folder), "--port-base", str(free_base()))
    assert told.returncode == 2
    assert f"The newsroom was at {system.ports.url('publisher')}" in told.stdout
