"""A folder is used by one budkavle at a time, and never by an older one than made it."""

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from budkavle.folder import VERSION, Folder
from budkavle.trouble import Trouble


def test_a_new_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "new" / "one")
    with folder.claimed():
        assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700
        assert folder.read_version() == VERSION
        assert folder.in_use()
    assert not folder.in_use()


def test_a_used_folder_is_taken_up_again(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "data")
    with folder.claimed():
        (folder.broker / "fact").write_text("kept")
    with folder.claimed():
        assert (folder.broker / "fact").read_text() == "kept"


def test_a_folder_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.version.write_text(f"{VERSION + 1}\n")
    with (
        pytest.raises(Trouble, match=f"newer Budkavle .layout {VERSION + 1}"),
        folder.claimed(),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["version"]


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Trouble, match="is not Budkavle's"), Folder(tmp_path).claimed():
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_unreadable_version_is_not_guessed(tmp_path: Path) -> None:
    (tmp_path / "version").write_text("two")
    with pytest.raises(Trouble, match="does not hold a version number"), Folder(tmp_path).claimed():
        pass


def test_a_folder_in_use_is_refused_and_names_its_user(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "data")
    code = (
        "import sys; from pathlib import Path; from budkavle.folder import Folder\n"
        f"with Folder(Path({str(folder.root)!r})).claimed():\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Trouble, match=re.escape(f"(number {holder.pid})")), folder.claimed():
            pass
    finally:
        holder.communicate()
    with folder.claimed():
        pass


def test_a_token_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.people.mkdir(parents=True)
    (folder.people / "anna").write_text("bk_x\n")
    assert folder.token_of("anna") == "bk_x"
    with pytest.raises(Trouble, match=r"no token for doris .* Choose one of: anna"):
        folder.token_of("doris")
