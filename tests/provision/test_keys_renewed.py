"""Another signing key loses nothing, a stolen one counts no more, and a sentence says which."""

import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from schemas.flow import SERVICES
from services.kit.proofs import signing_key
from services.provision import keys


def _run(*said: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.provision", "keys", *map(str, said)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _listed(secrets: Path, reader: str, teller: str) -> list[str]:
    return list(tomllib.loads((secrets / reader / "tellers.toml").read_text())[teller])


def test_a_new_key_is_listed_everywhere_and_the_old_one_is_gone(tmp_path: Path) -> None:
    keys.write_keys(tmp_path)
    seed = (tmp_path / "planner" / "signing.key").read_text()
    before = _listed(tmp_path, "publisher", "planner")
    others = {name: (tmp_path / name / "signing.key").read_text() for name in SERVICES[1:]}

    done = _run("--secrets", tmp_path, "--renew", "planner")

    assert done.returncode == 0, done.stderr
    for reader in SERVICES:
        *old, new = _listed(tmp_path, reader, "planner")
        assert old == before
        assert f"planner signs with {new} when it is started again" in done.stdout
    texts = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(seed in text for text in [*texts, done.stdout, done.stderr])
    assert others == {name: (tmp_path / name / "signing.key").read_text() for name in SERVICES[1:]}
    for path in tmp_path.rglob("*"):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_what_is_listed_stays_listed(tmp_path: Path) -> None:
    keys.write_keys(tmp_path)
    for _ in range(3):
        keys.renew(tmp_path, "planner")
    for service in SERVICES:
        (tmp_path / service / "tellers.toml").unlink()

    assert not keys.write_keys(tmp_path)

    for reader in SERVICES:
        assert len(_listed(tmp_path, reader, "planner")) == 5  # four, and the broker key before


def test_readers_know_a_key_before_its_owner_has_it(tmp_path: Path) -> None:
    """Cut off anywhere in between, no service signs with what others would refuse."""
    keys.write_keys(tmp_path)
    seed = (tmp_path / "planner" / "signing.key").read_text()
    # As if the disk were full from there on.
    (tmp_path / "planner" / ".signing.key.draft").mkdir()

    with pytest.raises(OSError, match=r"signing\.key\.draft"):
        keys.renew(tmp_path, "planner")

    assert (tmp_path / "planner" / "signing.key").read_text() == seed
    assert len(_listed(tmp_path, "publisher", "planner")) == 3


def test_a_stolen_key_is_revoked_once_and_for_all(tmp_path: Path) -> None:
    keys.write_keys(tmp_path)
    stolen = signing_key((tmp_path / "planner" / "signing.key").read_text())[1].name

    too_early = _run("--secrets", tmp_path, "--revoke", stolen)
    assert too_early.returncode == 2
    assert f"planner signs with {stolen}; give it another first: --renew" in too_early.stderr

    keys.renew(tmp_path, "planner")
    done = _run("--secrets", tmp_path, "--revoke", stolen)
    assert done.returncode == 0, done.stderr
    assert f"refused by every service from now on: what {stolen} has signed" in done.stdout
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    # Said again, or with a later moment, nothing changes.
    again = _run("--secrets", tmp_path, "--revoke", stolen)
    later = _run("--secrets", tmp_path, "--revoke", stolen, "--since", "2026-11-20T12:00Z")
    assert again.returncode == later.returncode == 0
    assert {path: path.read_bytes() for path in written} == written


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (("--revoke", "0123"), "nobody has signed with a key called '0123'"),
        (("--renew", "nobody"), "'nobody' signs nothing; choose one of: planner, publisher"),
        (("--since", "2026-11-20T12:00Z"), "say which with --revoke"),
        (("--revoke", "0", "--since", "Tuesday"), "'Tuesday' is not a moment; write it like 2026"),
        (("--revoke", "0", "--since", "2026-11-20"), "'2026-11-20' says no zone"),
        (("--revoke", "0", "--renew", "planner"), "not allowed with"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    tmp_path: Path, said: tuple[str, ...], answer: str
) -> None:
    done = _run("--secrets", tmp_path, *said)

    assert done.returncode == 2
    assert answer in done.stderr.splitlines()[-1]


def test_a_list_that_was_spoilt_is_not_overwritten(tmp_path: Path) -> None:
    keys.write_keys(tmp_path)
    listed = tmp_path / "metrics" / "signed-by.toml"
    listed.write_text("[")

    done = _run("--secrets", tmp_path)

    assert done.returncode == 2
    assert done.stderr.startswith(f"{listed} cannot be read")
    assert listed.read_text() == "["
