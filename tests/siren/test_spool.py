"""What the siren remembers is on disk before anything follows, and is read back whole."""

import asyncio
import os
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from schemas.alerts import HoldActivated, OfficerPaged
from schemas.envelope import now
from services.kit.messages import Overtaken
from services.kit.unfit import Unfit
from services.publisher.siren.ports import MemoryFull
from services.publisher.siren.spool import Spool


def hold(version: int, alert: UUID | None = None) -> HoldActivated:
    return HoldActivated(
        occurred_at=now(),
        trace=uuid4(),
        version=version,
        by="astrid",
        alert=alert,
        why="Larm",
        since=now(),
    )


def paged(officer: str) -> OfficerPaged:
    return OfficerPaged(
        occurred_at=now(), trace=uuid4(), officer=officer, why="confirm", reached=True
    )


def opened(folder: Path) -> Spool:
    spool = Spool(folder)
    spool.open()
    return spool


async def test_what_was_remembered_is_there_for_the_next_process(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    [first] = await spool.append([(hold(1), 0)])
    await spool.append([(hold(2), first.sequence)])
    await spool.close()

    spool = opened(tmp_path)
    assert [told.fact.version for told in spool.since(0)] == [1, 2]  # type: ignore[attr-defined]
    assert spool.newest("siren.hold") == spool.since(0)[1]
    assert spool.last == 2
    await spool.close()


async def test_a_thing_moves_on_only_from_its_newest_fact(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    await spool.append([(hold(1), 0)])
    with pytest.raises(Overtaken):
        await spool.append([(hold(2), 0)])
    await spool.close()


async def test_of_two_who_write_at_once_one_is_overtaken(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    went = await asyncio.gather(
        spool.append([(hold(1), 0)]), spool.append([(hold(1), 0)]), return_exceptions=True
    )
    assert [type(each) for each in went] == [list, Overtaken]
    await spool.close()


async def test_a_second_siren_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    with pytest.raises(Unfit, match="another siren"):
        opened(tmp_path)
    await spool.close()


@pytest.mark.parametrize("lost", [1, 7, 40])
async def test_what_was_torn_by_a_death_is_forgotten_and_all_before_it_kept(
    tmp_path: Path, lost: int
) -> None:
    spool = opened(tmp_path)
    await spool.append([(hold(1), 0)])
    await spool.append([(hold(2), 1)])
    await spool.close()
    os.truncate(tmp_path / "spool", (tmp_path / "spool").stat().st_size - lost)

    spool = opened(tmp_path)
    assert spool.last == 1
    await spool.append([(hold(2), 1)])
    await spool.close()
    assert opened(tmp_path).last == 2


async def test_several_facts_of_one_write_are_all_there_or_none(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    told = await spool.append([(fact, 0) for fact in (hold(1), paged("astrid"), paged("bo"))])
    assert [each.sequence for each in told] == [1, 2, 3]
    await spool.close()
    os.truncate(tmp_path / "spool", (tmp_path / "spool").stat().st_size - 1)
    assert opened(tmp_path).last == 0


async def test_damage_in_the_middle_is_told_and_nothing_is_sent_on_it(tmp_path: Path) -> None:
    spool = opened(tmp_path)
    await spool.append([(hold(1), 0)])
    await spool.append([(hold(2), 1)])
    await spool.close()
    path = tmp_path / "spool"
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    with pytest.raises(Unfit, match="damaged at record 1"):
        opened(tmp_path)


async def test_a_full_disk_is_said_and_later_writes_go_on_where_the_last_good_one_ended(
    tmp_path: Path,
) -> None:
    spool = opened(tmp_path)
    await spool.append([(hold(1), 0)])
    good = os.dup(spool._file)
    full = os.open("/dev/full", os.O_RDWR)
    os.dup2(full, spool._file)
    with pytest.raises(MemoryFull):
        await spool.append([(hold(2), 1)])
    assert spool.newest("siren.hold").fact.version == 1  # type: ignore[union-attr]
    os.dup2(good, spool._file)
    [told] = await spool.append([(hold(2), 1)])
    assert told.sequence == 2
    await spool.close()
    for each in (good, full):
        os.close(each)
