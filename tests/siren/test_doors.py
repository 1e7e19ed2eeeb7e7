"""All ways in together: what is set is open, and nothing of it outlives the siren."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.kit.settings import ServiceSettings
from services.publisher.siren.incoming.doors import Doors
from tests.harness.ports import free_port
from tests.harness.waiting import eventually
from tests.siren.incoming import NIGHT, Kept, file_of, intake, read


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    return ServiceSettings(secrets=tmp_path, port=1)


async def test_where_nothing_is_set_nothing_is_watched(
    kept: Kept, settings: ServiceSettings
) -> None:
    doors = Doors(intake(kept), read, settings, lambda: NIGHT)
    await doors.start()
    assert (doors.problems(), len(doors.routes())) == ([], 1)
    await doors.stop()


async def test_a_folder_is_watched_although_the_radio_is_away(
    kept: Kept, settings: ServiceSettings, tmp_path: Path
) -> None:
    doors = Doors(
        intake(kept),
        read,
        settings,
        lambda: NIGHT,
        folder=tmp_path / "cap",
        folder_every=timedelta(milliseconds=50),
        vma_url=f"http://127.0.0.1:{free_port()}",
    )
    await doors.start()
    await eventually((tmp_path / "cap").is_dir)
    (tmp_path / "cap" / "larm.xml").write_bytes(file_of())
    await eventually(lambda: kept.open)
    await doors.stop()
    assert doors.problems() == [
        "the watch of the CAP folder has stopped",
        "the watch for VMA has stopped",
    ]
