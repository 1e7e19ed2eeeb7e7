"""A token in a file: read anew when somebody changes it, and replaced whole or not at all."""

import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.kit.settings import ServiceSettings
from services.kit.unfit import Unfit
from services.publisher.channels.entry import Making
from services.publisher.channels.tokens import TokenFile
from tests.channels.builders import write_token

DAY = timedelta(days=1)
LIFE = 60 * DAY
NOW = datetime.now(UTC)
NOBODY = 65_534

Opening = Callable[[], TokenFile]


def opening(path: Path, noted: datetime | None = None) -> Opening:
    """Open it as each replica does."""
    settings = ServiceSettings(secrets=path.parent, port=1)
    making = Making("t", path.parent, DAY, "sv", "Europe/Stockholm", settings)
    return lambda: making.token_file(None, noted)


def made_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime_ns / 1e9, UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_token(tmp_path / "t.token", "old\n")
    return tmp_path / "t.token"


@pytest.fixture
def opened(path: Path) -> Opening:
    return opening(path)


def test_its_time_says_how_long_it_holds(path: Path, opened: Opening) -> None:
    token, made = opened(), made_at(path)
    assert token.ends == made + LIFE
    assert opening(path, noted=NOW + DAY)().ends == token.ends, "what was noted is of an older one"
    assert not token.is_due(made + DAY)
    assert token.is_due(made + timedelta(hours=25))


def test_a_newer_one_reaches_every_replica_and_those_that_start_later(
    path: Path, opened: Opening
) -> None:
    one, other = opened(), opened()
    one.keep("newer", NOW + 50 * DAY)
    assert [one.text, other.text, opened().text] == ["newer"] * 3
    assert one.ends == other.ends == opened().ends
    assert one.ends is not None
    assert abs(one.ends - (NOW + 50 * DAY)) < timedelta(seconds=1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["t.token"]


def test_the_one_before_is_known_for_what_it_has_sealed(opened: Opening) -> None:
    one, other = opened(), opened()
    one.keep("newer", NOW + LIFE)
    assert one.recent == other.recent == ("newer", "old")
    other.keep("newest", NOW + LIFE)
    assert one.recent == ("newest", "newer")
    one.rehearse()
    assert one.recent == ("newest", "newer")


@pytest.mark.parametrize("said", ["", "two words", "två"])
def test_a_file_that_cannot_be_read_leaves_the_one_that_was(
    path: Path, opened: Opening, said: str
) -> None:
    token = opened()
    write_token(path, said, age=DAY)
    assert token.text == "old"
    write_token(path, "again", age=DAY / 2)
    assert token.text == "again"
    path.unlink()
    assert (token.text, token.ends, token.is_due(NOW)) == ("again", None, False)


def test_one_replica_at_a_time_renews(opened: Opening) -> None:
    one, other = opened(), opened()
    with one.claimed() as ours:
        assert ours
        with other.claimed() as theirs:
            assert not theirs
    with other.claimed() as theirs:
        assert theirs


def test_a_rehearsal_changes_nothing(path: Path, opened: Opening) -> None:
    token, before = opened(), path.stat().st_mtime
    token.rehearse()
    assert (path.read_text(), token.text) == ("old\n", "old")
    assert abs(path.stat().st_mtime - before) < 0.001


def test_a_draft_that_a_crash_has_left_is_no_hindrance(path: Path, opened: Opening) -> None:
    (path.parent / ".t.token.draft").write_text("half of a tok")
    token = opened()
    token.keep("newer", NOW + LIFE)
    assert token.text == "newer"


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "linked"
    folder.mkdir()
    (folder / "t.token").symlink_to(path)
    opening(folder / "t.token")().keep("newer", NOW + LIFE)
    assert (folder / "t.token").is_symlink()
    assert path.read_text() == "newer\n"


def test_where_nothing_can_be_written_nothing_is_due_and_the_end_is_what_a_person_noted() -> None:
    with _read_only() as path:
        token = opening(path)()
        assert (token.text, token.ends, token.is_due(NOW)) == ("old", made_at(path) + LIFE, False)
        assert opening(path, noted=NOW + DAY)().ends == NOW + DAY
        with pytest.raises(OSError, match="denied"):
            token.rehearse()


def test_a_token_that_is_missing_is_said_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match=r"write it to .*t\.token"):
        opening(tmp_path / "t.token")()


@contextmanager
def _read_only() -> Iterator[Path]:
    """Give a token where we may not write; a superuser may everywhere, so become another."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        folder = Path(made) / "secrets"
        folder.mkdir()
        write_token(folder / "t.token", "old\n")
        folder.chmod(0o555)
        if root:
            os.chown(folder / "t.token", NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield folder / "t.token"
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)
