"""CAP from a folder: each file once, whole, and in the end in one of two places."""

import os
from pathlib import Path

import pytest

from services.publisher.siren.cap.reading import incoming
from services.publisher.siren.incoming.folder import CapFolder
from services.publisher.siren.incoming.model import MOST_BYTES
from tests.siren.incoming import Kept, file_of, intake, read


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def inbox(tmp_path: Path, kept: Kept) -> CapFolder:
    (tmp_path / "cap").mkdir()
    return CapFolder(tmp_path / "cap", intake(kept), read)


async def twice(inbox: CapFolder) -> None:
    await inbox.sweep()
    await inbox.sweep()


def lying(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


async def test_a_file_is_taken_once_and_put_away(inbox: CapFolder, kept: Kept) -> None:
    (inbox.folder / "larm.xml").write_bytes(file_of())
    await twice(inbox)
    await twice(inbox)
    assert len(kept.facts) == 1
    assert kept.open[0].source == "folder"
    assert lying(inbox.folder) == ["taken"]
    assert lying(inbox.folder / "taken") == ["larm.xml"]


async def test_a_file_that_still_grows_is_not_read(inbox: CapFolder, kept: Kept) -> None:
    path, whole = inbox.folder / "larm.xml", file_of()
    for size in (10, 20, len(whole)):
        path.write_bytes(whole[:size])
        await inbox.sweep()
    assert (kept.facts, lying(inbox.folder)) == ([], ["larm.xml"])
    await inbox.sweep()
    assert len(kept.open) == 1


async def test_a_file_under_another_name_is_left_alone(inbox: CapFolder, kept: Kept) -> None:
    for name in (".larm.xml", "larm.xml.part", "larm.txt"):
        (inbox.folder / name).write_bytes(file_of())
    (inbox.folder / "mapp.xml").mkdir()
    (inbox.folder / "länk.xml").symlink_to(inbox.folder / "larm.txt")
    os.mkfifo(inbox.folder / "rör.xml")
    await twice(inbox)
    assert (kept.facts, inbox.problems()) == ([], [])
    assert len(lying(inbox.folder)) == 6


async def test_what_cannot_be_read_is_refused_and_says_why(inbox: CapFolder, kept: Kept) -> None:
    (inbox.folder / "trasig.xml").write_bytes(b"<alert")
    (inbox.folder / "stor.cap").write_bytes(b" " * (MOST_BYTES + 1))
    (inbox.folder / "larm.xml").write_bytes(file_of())
    await twice(inbox)
    assert len(kept.open) == 1
    refused = inbox.folder / "refused"
    assert lying(refused) == ["stor.cap", "stor.cap.why.txt", "trasig.xml", "trasig.xml.why.txt"]
    why = (refused / "stor.cap.why.txt").read_text(encoding="utf-8")
    assert why.startswith("too_large\nDet som skickades är större än 1048576 byte.")


async def test_what_is_not_for_us_is_taken_and_says_so(inbox: CapFolder, kept: Kept) -> None:
    (inbox.folder / "larm.xml").write_bytes(file_of(elsewhere=True))
    await twice(inbox)
    taken = inbox.folder / "taken"
    assert (taken / "larm.xml.why.txt").read_text(encoding="utf-8") == "elsewhere\n"
    assert kept.facts == []


async def test_two_files_of_one_name_are_both_kept(inbox: CapFolder, kept: Kept) -> None:
    for identifier in ("1", "2"):
        (inbox.folder / "larm.xml").write_bytes(file_of(identifier))
        await twice(inbox)
    assert len(kept.open) == 2
    assert len(lying(inbox.folder / "taken")) == 2


async def test_the_longest_name_there_can_be_is_put_away_too(inbox: CapFolder) -> None:
    name = "å" * 125 + ".xml"
    (inbox.folder / name).write_bytes(b"<alert")
    await twice(inbox)
    assert lying(inbox.folder) == ["refused"]


async def test_a_file_stays_until_it_has_been_written_down(inbox: CapFolder, kept: Kept) -> None:
    (inbox.folder / "larm.xml").write_bytes(file_of())
    kept.full = True
    await twice(inbox)
    assert lying(inbox.folder) == ["larm.xml"]
    assert inbox.problems() == [f"the folder {inbox.folder}: 'larm.xml': the disk takes nothing"]
    kept.full = False
    await inbox.sweep()
    assert (len(kept.open), inbox.problems()) == (1, [])


async def test_of_many_files_some_are_taken_at_a_time_the_oldest_first(
    inbox: CapFolder, kept: Kept
) -> None:
    for n in range(60):
        path = inbox.folder / f"{60 - n}.xml"
        path.write_bytes(file_of(str(n)))
        os.utime(path, (1_000_000 + n, 1_000_000 + n))
    await twice(inbox)
    assert [fact.identifier for fact in kept.open] == [str(n) for n in range(50)]
    await inbox.sweep()
    assert len(kept.open) == 60


async def test_a_folder_that_is_none_is_a_problem_told_and_no_more(
    tmp_path: Path, kept: Kept
) -> None:
    (tmp_path / "cap").write_text("jag är en fil", encoding="utf-8")
    inbox = CapFolder(tmp_path / "cap", intake(kept), read)
    await twice(inbox)
    assert len(inbox.problems()) == 1


_CAP = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>{identifier}</identifier>'
    "<sender>kris@grannkommun.se</sender><sent>2026-11-22T03:00:00+01:00</sent>"
    "<status>Actual</status><msgType>{kind}</msgType><scope>Public</scope>{rest}</alert>"
)
_INFO = (
    "<info><language>sv-SE</language><category>Safety</category><event>Rök</event>"
    "<urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>"
    "<area><areaDesc>Borås kommun</areaDesc>"
    "<geocode><valueName>Kommun</valueName><value>1490</value></geocode></area></info>"
)
_NAMED = "<references>kris@grannkommun.se,A-1,2026-11-22T03:00:00+01:00</references>"


async def test_a_real_alert_and_its_end_are_taken_and_a_broken_one_is_not(
    inbox: CapFolder, kept: Kept
) -> None:
    inbox.read = incoming
    alert = _CAP.format(identifier="A-1", kind="Alert", rest=_INFO)
    (inbox.folder / "larm.xml").write_text(alert, encoding="utf-8")
    (inbox.folder / "trasig.xml").write_text(alert[:-9], encoding="utf-8")
    await twice(inbox)
    assert [proposal.areas[0].codes for proposal in kept.open] == [("1490",)]
    assert "trasig.xml.why.txt" in lying(inbox.folder / "refused")
    cancel = _CAP.format(identifier="A-2", kind="Cancel", rest=_NAMED)
    (inbox.folder / "slut.xml").write_text(cancel, encoding="utf-8")
    await twice(inbox)
    assert (kept.open, kept.closed_by) == ([], ["sender"])
