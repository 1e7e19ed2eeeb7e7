"""Whose signature counts, and when a list of keys that is changed comes into force."""

from datetime import timedelta
from pathlib import Path

import pytest

from schemas.envelope import now
from services.kit.proofs import PROOF, Proofs
from services.kit.settings import MissingSecret
from services.provision import keys

SUBJECT = "planner.order.newsroom.x"
BODY = b'{"said": true}'


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    keys.write_keys(tmp_path)
    return tmp_path


def proofs(secrets: Path, service: str = "planner", key: str = keys.SIGNING) -> Proofs:
    return Proofs((secrets / service / key).read_text(), secrets / service / "tellers.toml")


def signed(by: Proofs) -> dict[str, str]:
    return {PROOF: by.sign(SUBJECT, 0, BODY), "Nats-Expected-Last-Subject-Sequence": "0"}


def flaw(reader: Proofs, headers: dict[str, str], body: bytes = BODY) -> str | None:
    return reader.flaw(SUBJECT, headers, body, now())


def test_a_proof_names_its_key(secrets: Path) -> None:
    proof = signed(proofs(secrets))[PROOF]
    name, signature = proof.split(".")

    assert f"[{name}]" in (secrets / "planner" / keys.SIGNED_BY).read_text()
    assert len(signature) == 88
    assert flaw(proofs(secrets, "publisher"), {PROOF: proof} | signed(proofs(secrets))) is None


def test_anything_else_is_refused_with_its_reason(secrets: Path) -> None:
    right = signed(proofs(secrets))
    reader = proofs(secrets, "publisher")
    name, signature = right[PROOF].split(".")
    stranger = signed(proofs(secrets, "metrics"))
    place = {"Nats-Expected-Last-Subject-Sequence": "1"}

    assert flaw(reader, right) is None
    assert flaw(reader, {}) == "it is not signed"
    assert flaw(reader, right, BODY + b" ") == "the signature does not fit"
    assert flaw(reader, right | place) == "the signature does not fit"
    for odd in (f"{name}.", f"{name}.ö", f"{name}.{signature[:-4]}", signature[:-4], ""):
        assert flaw(reader, right | {PROOF: odd}) == "the signature does not fit", odd
    assert "is not listed for planner" in str(flaw(reader, stranger))
    strange = flaw(reader, right | {PROOF: f"{'x' * 5000}.{signature}"})
    assert "is not listed for planner" in str(strange)
    assert len(str(strange)) < 100
    assert "not listed for nobody" in str(reader.flaw("nobody.x", right, BODY, now()))


def test_what_was_told_before_keys_had_names_still_counts(secrets: Path) -> None:
    old = signed(proofs(secrets, key="nkey"))
    old[PROOF] = old[PROOF].split(".")[1]
    reader = proofs(secrets, "publisher")

    assert reader.flaw(SUBJECT, old, BODY, now() - timedelta(days=300)) is None
    # A process from before may still run while the new one is on its way.
    assert reader.flaw(SUBJECT, old, BODY, now()) is None
    assert "counts only for what was stored before" in str(
        reader.flaw(SUBJECT, old, BODY, now() + timedelta(hours=2))
    )


def test_a_reader_that_runs_knows_a_new_key_at_once(secrets: Path) -> None:
    reader = proofs(secrets, "publisher")
    first = signed(proofs(secrets))
    told = [first]
    for _ in range(3):
        keys.renew(secrets, "planner")
        told.append(signed(proofs(secrets)))
        assert [flaw(reader, each) for each in told] == [None] * len(told)

    assert len({each[PROOF].split(".")[0] for each in told}) == 4


def test_a_reader_that_runs_believes_a_revoked_key_no_longer(secrets: Path) -> None:
    reader = proofs(secrets, "publisher")
    old = signed(proofs(secrets))
    keys.renew(secrets, "planner")
    new = signed(proofs(secrets))
    assert flaw(reader, old) is None

    keys.revoke(secrets, old[PROOF].split(".")[0])

    assert "counts only for what was stored before 1970" in str(flaw(reader, old))
    assert flaw(reader, new) is None


def test_a_key_can_be_revoked_from_the_theft_on(secrets: Path) -> None:
    old = signed(proofs(secrets))
    keys.renew(secrets, "planner")
    theft = now() - timedelta(days=1)

    keys.revoke(secrets, old[PROOF].split(".")[0], theft)

    reader = proofs(secrets, "publisher")
    assert reader.flaw(SUBJECT, old, BODY, theft - timedelta(seconds=1)) is None
    assert reader.flaw(SUBJECT, old, BODY, theft) is not None


@pytest.mark.parametrize("broken", ["", "planner = [", '[planner.x]\nkey = "short"\n', None])
def test_a_list_that_is_broken_while_we_run_changes_nothing(
    secrets: Path, broken: str | None
) -> None:
    reader = proofs(secrets, "publisher")
    told = signed(proofs(secrets))
    tellers = secrets / "publisher" / "tellers.toml"
    whole = tellers.read_text()
    tellers.unlink()
    if broken is not None:
        tellers.write_text(broken)

    believed = flaw(reader, told)

    # An empty list is a list: it says that nobody counts.
    assert (believed is None) == (broken != "")
    tellers.write_text(whole)
    assert flaw(reader, told) is None


@pytest.mark.parametrize("broken", ["planner = [", '[planner.x]\nkey = "short"\n'])
def test_a_list_that_is_broken_at_the_start_is_told_in_a_sentence(
    secrets: Path, broken: str
) -> None:
    (secrets / "planner" / "tellers.toml").write_text(broken)

    with pytest.raises(MissingSecret, match="write it again with"):
        proofs(secrets)


@pytest.mark.parametrize("broken", ["x", "SUABC", "S" * 58, "ö" * 58])
def test_a_key_that_cannot_be_read_is_told_in_a_sentence(secrets: Path, broken: str) -> None:
    (secrets / "planner" / keys.SIGNING).write_text(broken)

    with pytest.raises(MissingSecret, match="--renew"):
        proofs(secrets)


def test_a_service_does_not_begin_with_a_key_that_nobody_knows(
    secrets: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    keys.write_keys(other)
    mixed = Proofs(
        (other / "planner" / keys.SIGNING).read_text(), secrets / "planner" / "tellers.toml"
    )

    proofs(secrets).must_count("planner")
    with pytest.raises(MissingSecret, match="signing key of planner is not on the list"):
        mixed.must_count("planner")
