"""A file of channels is read, or refused with a sentence that says where and what to do."""

from pathlib import Path

import pytest

from services.kit.unfit import Unfit
from services.provision.channels import channel_names


def test_names_come_in_the_files_order(tmp_path: Path) -> None:
    path = tmp_path / "channels.toml"
    path.write_text('[channels.newsroom]\nkind = "newsroom"\n[channels.a-2]\nkind = "mastodon"\n')

    assert channel_names(path) == ("newsroom", "a-2")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[channels.newsroom\n", "line 1"),
        ('\n[channels."Ny Kanal"]\n', "line 2: a channel cannot be called 'Ny Kanal'"),
        ("[channels.a]\n[channels.b_c]\n", "line 2: a channel cannot be called 'b_c'"),
        ('[channels."a.b"]\n', "line 1: a channel cannot be called 'a.b'"),
        ('[channels."*"]\n', "line 1: a channel cannot be called '*'"),
        ('[channels]\n# newsroom\nnewsroom = "x"\n', "line 3: 'newsroom' is not a table"),
        ("[channel.newsroom]\n", "line 1: 'channel' is not known here"),
        ("", "has no channels; add a table [channels.<name>]"),
        ("channels = 3\n", "has no channels"),
    ],
)
def test_a_broken_file_says_where_and_what_to_do(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "channels.toml"
    path.write_text(text)

    with pytest.raises(Unfit) as refusal:
        channel_names(path)

    assert says in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match=r"cannot be read .* give the right file with --channels"):
        channel_names(tmp_path / "none.toml")


def test_a_file_that_is_not_text_says_so(tmp_path: Path) -> None:
    path = tmp_path / "channels.toml"
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(Unfit, match="is not TOML"):
        channel_names(path)
