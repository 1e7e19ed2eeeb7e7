"""The power cut keeps what was acknowledged, and a loss would be seen."""

import json
import os
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest

from drill.disk.frozen import frozen_disk, no_fuse
from drill.disk.nodes import PAGE, Disk, File, Folder
from drill.power.__main__ import main, verdict_of
from drill.power.judge import judge
from drill.power.notes import Notes, Stored
from tests.harness.broker import Broker
from tests.kit.builders import scheduled

_NO_FUSE = None if os.environ.get("REQUIRE_FUSE") else no_fuse()
needs_fuse = pytest.mark.skipif(bool(_NO_FUSE), reason=f"no disk of our own: {_NO_FUSE}")


def _file(folder: Folder, name: bytes, *, durable: bytes = b"") -> File:
    file = File()
    folder.add(name, file)
    if durable:
        file.write(0, durable, durable=False)
        file.fsync()
    return file


def _left(disk: Disk, chance: Random | None = None) -> dict[bytes, bytes | None]:
    there = disk.after_cut(chance).root.live
    return {name: bytes(n.live) if isinstance(n, File) else None for name, n in there.items()}


def test_a_file_that_was_never_made_durable_is_gone() -> None:
    disk = Disk()
    _file(disk.root, b"a").write(0, b"written", durable=False)
    assert _left(disk) == {}


def test_a_file_of_which_only_the_folder_knows_is_empty() -> None:
    disk = Disk()
    _file(disk.root, b"a").write(0, b"written", durable=False)
    disk.root.fsync()
    assert _left(disk) == {b"a": b""}


def test_what_is_written_after_the_fsync_is_gone() -> None:
    disk = Disk()
    file = _file(disk.root, b"a", durable=b"one")
    file.write(1, b"XXXXX", durable=False)
    assert _left(disk) == {b"a": b"one"}
    file.fsync()
    assert _left(disk) == {b"a": b"oXXXXX"}


def test_a_synchronous_write_is_there_with_its_length_and_nothing_else() -> None:
    disk = Disk()
    file = _file(disk.root, b"a", durable=b"longer than this")
    file.resize(0)
    file.write(0, b"abc", durable=False)
    file.write(3, b"def", durable=True)
    assert _left(disk) == {b"a": b"londef"}


def test_cutting_a_file_short_takes_an_fsync() -> None:
    disk = Disk()
    file = _file(disk.root, b"a", durable=b"123456")
    file.resize(2)
    assert _left(disk) == {b"a": b"123456"}
    file.resize(4)
    file.fsync()
    assert _left(disk) == {b"a": b"12\0\0"}


def test_renames_and_removals_take_an_fsync_of_the_folder() -> None:
    disk = Disk()
    new = _file(disk.root, b"new", durable=b"new")
    _file(disk.root, b"old", durable=b"old")
    _file(disk.root, b"gone", durable=b"gone")
    disk.root.live.pop(b"new")
    disk.root.add(b"old", new)
    disk.root.remove(b"gone")
    assert _left(disk) == {b"new": b"new", b"old": b"old", b"gone": b"gone"}
    disk.root.fsync()
    assert _left(disk) == {b"old": b"new"}


def test_a_removed_file_that_is_still_fsynced_stays_removed() -> None:
    disk = Disk()
    file = _file(disk.root, b"a")
    disk.root.remove(b"a")
    file.write(0, b"x", durable=False)
    file.fsync()
    assert _left(disk) == {}


def test_some_pages_may_be_there_that_nobody_asked_for_but_no_durable_byte_is_touched() -> None:
    disk = Disk()
    file = _file(disk.root, b"a", durable=b"kept")
    file.write(4, b"x" * (8 * PAGE), durable=False)
    left = _left(disk, Random(1))[b"a"]  # noqa: S311 – chance from a seed
    assert left is not None
    assert left.startswith(b"kept")
    assert 0 < left.count(b"x") < 8 * PAGE


@needs_fuse
async def test_a_mounted_disk_forgets_what_was_not_fsynced(tmp_path: Path) -> None:
    place = tmp_path / "disk"
    async with frozen_disk(place) as disk:
        folder = place / "one" / "two"
        folder.mkdir(parents=True)
        with (folder / "kept").open("wb") as kept:
            kept.write(b"kept")
            kept.flush()
            os.fsync(kept.fileno())
            kept.write(b" not")
        (folder / "lost").write_bytes(b"lost")
        assert sorted(path.name for path in folder.iterdir()) == ["kept", "lost"]
        await disk.back()
        assert [path.name for path in folder.iterdir()] == ["kept"]
        assert (folder / "kept").read_bytes() == b"kept"
    assert not place.is_mount()


@pytest.mark.nats
async def test_the_judge_misses_what_was_said_to_be_stored_and_is_not(broker: Broker) -> None:
    notes = Notes()
    async with broker.connection("publisher") as publisher, broker.connection("planner") as planner:
        ours = broker.bus("publisher")
        async with broker.listening(ours):
            fact = scheduled()
            sequence = await ours.facts.tell(fact, after=0)
        body = fact.model_dump_json().encode()
        notes.facts.append(Stored("PUBLISHER", sequence, fact.subject, body))
        assert not (await judge(notes, publisher, planner)).broken
        notes.facts.append(Stored("PUBLISHER", sequence, fact.subject, body + b" "))
        notes.facts.append(Stored("PLANNER", 1, "planner.post.x", b"{}"))
        notes.timers.append(f"publisher.newsroom.{uuid4()}.1")
        verdict = await judge(notes, publisher, planner)
        assert (len(verdict.lost_facts), len(verdict.lost_timers)) == (2, 1)
        assert verdict.backwards == ["PLANNER: 0 after 1"]


def _found(*, lost: int = 0, seen: int = 1) -> dict[str, dict[str, object]]:
    ours = {"seed": 1, "cuts": 1, "acknowledged": 9, "lost": lost} | {
        "torn_batches": 0,
        "streams_backwards": 0,
        "broken": ["lost fact: one"] * lost,
    }
    control = {"acknowledged": 9, "lost": seen}
    return {"sync_interval_always": ours, "controls": {"default_sync_interval": control}}


def test_a_loss_is_an_error_and_so_is_a_control_without_one() -> None:
    assert verdict_of(_found()) == 0
    assert verdict_of(_found(lost=1)) == 1
    assert verdict_of(_found(seen=0)) == 1


@needs_fuse
@pytest.mark.drill
def test_two_cuts_lose_nothing_and_the_controls_lose(tmp_path: Path) -> None:
    results = tmp_path / "power.json"
    assert main(["--cuts", "2", "--seed", "7", "--results", str(results)]) == 0
    found = json.loads(results.read_text())
    assert found["sync_interval_always"]["acknowledged"] > 0
    assert found["sync_interval_always"]["lost"] == 0
    assert all(control["lost"] > 0 for control in found["controls"].values())
