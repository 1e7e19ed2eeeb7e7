"""The siren can speak to every account that the publisher speaks to."""

import os
import stat
from pathlib import Path

import pytest

from budkavle.folder import Folder
from budkavle.tokens import share_tokens
from services.kit.secret_files import make_folder, write

CHANNELS = """
[channels.masto]
kind = "mastodon"
[channels.page]
kind = "facebook"
token_file = "meta.secret"
[channels.press]
kind = "email"
recipients_file = "press.txt"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.channels.write_text(CHANNELS)
    make_folder(made.secrets / "publisher")
    for name in ("masto.token", "meta.secret", "press.txt", "nkey"):
        write(made.secrets / "publisher" / name, f"{name} of the publisher")
    return made


def test_what_the_channels_need_is_shared_and_nothing_else(folder: Folder) -> None:
    share_tokens(folder)
    shared = sorted((folder.secrets / "siren").iterdir())
    assert [each.name for each in shared] == ["masto.token", "meta.secret", "press.txt"]
    assert {stat.S_IMODE(each.stat().st_mode) for each in shared} == {0o600}


def test_a_newer_one_of_the_publishers_replaces_an_older_one_and_never_the_other_way(
    folder: Folder,
) -> None:
    share_tokens(folder)
    theirs, ours = (folder.secrets / each / "masto.token" for each in ("publisher", "siren"))
    write(ours, "the siren's own")
    os.utime(theirs, (1, 1))
    share_tokens(folder)
    assert ours.read_text() == "the siren's own"
    os.utime(ours, (0, 0))
    share_tokens(folder)
    assert ours.read_text() == "masto.token of the publisher"


def test_without_a_file_of_channels_nothing_happens(tmp_path: Path) -> None:
    share_tokens(Folder(tmp_path))
    assert list(tmp_path.iterdir()) == []
