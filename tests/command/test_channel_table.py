"""A channel's table comes and goes, and nothing else in the file is touched."""

import stat
from pathlib import Path

import pytest

from budkavle.channels import table
from budkavle.channels.trying import with_draft, with_token
from budkavle.trouble import Trouble

FILE = """\
# Ours; ask ops before you change it.
[channels.newsroom]   # the page
kind = "newsroom"
title = "Nyheter"

[channels.newsroom.series]
natt = "Natt [på] akuten"

# The crisis account: never remove it.
[channels.kris]
kind = "bluesky"
title = "[channels.x]"
"""


def test_a_table_is_added_at_the_end_and_comments_stay() -> None:
    fresh = table.added(FILE, "fb", {"kind": '"facebook"', "title": table.spelt('Region "Väst" å')})
    assert fresh.startswith(FILE)
    assert fresh.endswith('\n[channels.fb]\nkind = "facebook"\ntitle = "Region \\"Väst\\" å"\n')


def test_what_was_added_can_be_taken_away_again() -> None:
    fresh = table.added(FILE, "fb", {"kind": '"facebook"'})
    assert table.removed(fresh, "fb").rstrip() == FILE.rstrip()


def test_a_table_goes_with_its_own_tables_and_the_next_ones_comment_stays() -> None:
    left = table.removed(FILE, "newsroom")
    assert left.startswith("# Ours; ask ops before you change it.\n")
    assert "# The crisis account: never remove it.\n[channels.kris]\n" in left
    assert "natt" not in left


@pytest.mark.parametrize(
    "unusual",
    [
        'channels.a = {kind = "x"}\nchannels.b = {kind = "y"}\n',
        '[channels]\na = {kind = "x"}\nb = {kind = "y"}\n',
        '[channels.a]\nkind = """\n[channels.b]\n"""\n[channels.b]\nkind = "y"\n',
    ],
)
def test_what_is_written_in_an_unusual_way_is_left_alone(unusual: str) -> None:
    with pytest.raises(Trouble, match="by hand"):
        table.removed(unusual, "a")


@pytest.mark.parametrize("value", ["abc", "5\n[channels.kris]\nkind = 'x'", '"a"\n[channels.y]'])
def test_a_value_cannot_spoil_the_file_or_bring_another_table(value: str) -> None:
    with pytest.raises(Trouble):
        table.added(FILE, "fb", {"per_minute": value})


def test_the_file_that_was_there_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "channels.toml"
    path.write_text(FILE)
    table.put(path, "# new\n")
    assert path.read_text() == "# new\n"
    assert (tmp_path / "channels.toml.before").read_text() == FILE


@pytest.mark.parametrize("before", [None, "old\n"])
def test_a_token_that_does_not_hold_leaves_what_was_there(
    tmp_path: Path, before: str | None
) -> None:
    path = tmp_path / "publisher" / "fb.token"
    path.parent.mkdir()
    if before:
        path.write_text(before)

    def try_in_vain() -> None:
        with with_token([path], "new"), with_draft(tmp_path / "channels.toml", FILE) as draft:
            assert path.read_text() == "new\n"
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert draft.read_text() == FILE
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        try_in_vain()
    assert (path.read_text() if path.exists() else None) == before
    assert [each.name for each in tmp_path.iterdir()] == ["publisher"]
