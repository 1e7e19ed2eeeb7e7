"""The secrets of a first start: made once, closed to others, never changed."""

import hashlib
import stat
import tomllib
from pathlib import Path

import pytest

from schemas.flow import SERVICES
from services.provision.keys import write_keys


def _everything(secrets: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in secrets.rglob("*") if path.is_file()}


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    assert write_keys(tmp_path)
    before = _everything(tmp_path)

    assert not write_keys(tmp_path)

    assert _everything(tmp_path) == before


def test_only_the_owner_can_read(tmp_path: Path) -> None:
    write_keys(tmp_path / "secrets")

    for path in (tmp_path / "secrets").rglob("*"):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_every_identity_has_a_key_of_its_own(tmp_path: Path) -> None:
    write_keys(tmp_path)

    seeds = {(tmp_path / name / "nkey").read_text() for name in (*SERVICES, "provision")}
    assert len(seeds) == 5
    users = (tmp_path / "broker" / "users.conf").read_text()
    assert not any(seed in users for seed in seeds)
    signing = {(tmp_path / name / "signing.key").read_text() for name in SERVICES}
    assert len(signing | seeds) == 9
    assert users.count("nkey: U") == 5


def test_people_can_prove_who_they_are_and_the_list_does_not_tell_how(tmp_path: Path) -> None:
    write_keys(tmp_path)

    text = (tmp_path / "planner" / "people.toml").read_text()
    people = tomllib.loads(text)["people"]
    assert {person["name"] for person in people.values()} == {"Anna Berg", "Bengt Ek", "Cilla Lund"}
    for name, person in people.items():
        token = (tmp_path / "people" / name).read_text()
        assert person["tokens"] == [hashlib.sha256(token.encode()).hexdigest()]
        assert person["roles"] == ["author", "approver"]
        assert token not in text


def test_a_list_of_people_that_was_edited_is_kept(tmp_path: Path) -> None:
    write_keys(tmp_path)
    listed = tmp_path / "planner" / "people.toml"
    listed.write_text('[people.dag]\nname = "Dag Ek"\nroles = ["author"]\ntokens = []\n')

    write_keys(tmp_path)

    assert tomllib.loads(listed.read_text())["people"].keys() == {"dag"}


@pytest.mark.parametrize(
    "lost",
    ["planner/people.toml", "planner/session.key", "metrics/nkey", "publisher/signing.key"],
)
def test_a_start_that_was_cut_off_is_finished(tmp_path: Path, lost: str) -> None:
    write_keys(tmp_path)
    before = _everything(tmp_path)
    (tmp_path / lost).unlink()

    assert write_keys(tmp_path) == [tmp_path / lost]

    after = _everything(tmp_path)
    assert after.keys() == before.keys()
    follows = {tmp_path / lost, tmp_path / "broker" / "users.conf"}
    follows |= {tmp_path / service / "tellers.toml" for service in SERVICES}
    follows |= {tmp_path / "publisher" / "signed-by.toml"}
    assert all(after[path] == before[path] for path in before.keys() - follows)


def test_the_brokers_user_file_follows_the_table(tmp_path: Path) -> None:
    write_keys(tmp_path)
    users = tmp_path / "broker" / "users.conf"
    right = users.read_text()
    users.write_text("accounts {}")

    write_keys(tmp_path)

    assert users.read_text() == right
