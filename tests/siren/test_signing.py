"""What an officer says counts if they said just that, with a key that counts, just now."""

import base64
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.codes import Code
from services.kit.keyfiles import KeyFile, read_key
from services.kit.seals import Signer, new_seed
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import Statement
from services.publisher.siren.officers.signing import SKEW, Nonces, believed, check, sign
from tests.siren.enlisted import Station, statement, station


@pytest.fixture
def made(tmp_path: Path) -> Station:
    return station(tmp_path)


@pytest.fixture
def key(made: Station, tmp_path: Path) -> KeyFile:
    made.enlisting.make_key("astrid", tmp_path / "astrid.key")
    return read_key(tmp_path / "astrid.key")


def refused(act: Callable[..., Any], *given: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        act(*given)
    return caught.value


def test_what_an_officer_signs_is_written_down_with_its_proof(made: Station, key: KeyFile) -> None:
    said = statement("astrid", made.clock())
    name, proof = sign(said, key.signer)
    signed = check(said, name, proof, made.roll, made.clock())
    assert (signed.officer, signed.act, signed.digest) == ("astrid", "confirm", said.digest)
    assert (signed.key, signed.proof, signed.nonce) == (name, proof, said.nonce)
    assert believed(said, signed, made.roll, made.clock())


@pytest.mark.parametrize(
    "change",
    [
        {"act": "correct"},
        {"digest": "cd" * 32},
        {"digest": None},
        {"nonce": "m" * 20},
        {"at": timedelta(milliseconds=1)},
    ],
)
def test_no_word_of_it_can_be_changed(made: Station, key: KeyFile, change: dict[str, Any]) -> None:
    said = statement("astrid", made.clock())
    name, proof = sign(said, key.signer)
    if "at" in change:
        change = {"at": said.at + change["at"]}
    refusal = refused(check, replace(said, **change), name, proof, made.roll, made.clock())
    assert refusal.code is Code.STATEMENT_ALTERED


@pytest.mark.parametrize("proof", ["", "AAAA", "é", base64.b64encode(bytes(64)).decode()])
def test_a_proof_of_nothing_is_refused(made: Station, key: KeyFile, proof: str) -> None:
    said = statement("astrid", made.clock())
    refusal = refused(check, said, key.signer.name, proof, made.roll, made.clock())
    assert refusal.code is Code.STATEMENT_ALTERED


def test_nobody_signs_in_anothers_name(made: Station, key: KeyFile) -> None:
    said = statement("bo", made.clock())
    refusal = refused(check, said, *sign(said, key.signer), made.roll, made.clock())
    assert (refusal.code, refusal.parameters) == (Code.SIGNING_KEY_UNKNOWN, {"officer": "bo"})


def test_a_stranger_is_told_so(made: Station) -> None:
    said = statement("zed", made.clock())
    refusal = refused(check, said, *sign(said, Signer(new_seed())), made.roll, made.clock())
    assert refusal.code is Code.OFFICER_UNKNOWN


def test_a_renewed_officers_old_key_signs_nothing_new_and_is_believed_for_the_old(
    made: Station, key: KeyFile
) -> None:
    said = statement("astrid", made.clock())
    name, proof = sign(said, key.signer)
    signed = check(said, name, proof, made.roll, made.clock())
    before = made.clock()
    made.clock.passes(minutes=1)
    made.enlisting.renew("astrid")

    # Also not with a moment before it ended: whoever has the key writes what they like.
    assert refused(check, said, name, proof, made.roll, made.clock()).code is (
        Code.SIGNING_KEY_ENDED
    )
    assert believed(said, signed, made.roll, before)
    assert not believed(said, signed, made.roll, made.clock())


def test_somebody_who_left_is_believed_for_what_they_signed(made: Station, key: KeyFile) -> None:
    said = statement("astrid", made.clock())
    name, proof = sign(said, key.signer)
    signed, before = check(said, name, proof, made.roll, made.clock()), made.clock()
    made.clock.passes(seconds=1)
    made.enlisting.remove("astrid")
    assert believed(said, signed, made.roll, before)
    assert not believed(replace(said, act="issue"), signed, made.roll, before)
    refusal = refused(check, said, name, proof, made.roll, made.clock())
    assert refusal.code is Code.OFFICER_UNKNOWN


@pytest.mark.parametrize(
    ("away", "code"),
    [
        (SKEW, None),
        (-SKEW, None),
        (SKEW + timedelta(seconds=7), Code.CLOCK_AHEAD),
        (-SKEW - timedelta(seconds=7), Code.CLOCK_BEHIND),
    ],
)
def test_a_clock_that_is_far_off_is_said_with_how_much(
    made: Station, key: KeyFile, away: timedelta, code: Code | None
) -> None:
    said = statement("astrid", made.clock() + away)
    name, proof = sign(said, key.signer)
    if code is None:
        check(said, name, proof, made.roll, made.clock())
        return
    refusal = refused(check, said, name, proof, made.roll, made.clock())
    assert (refusal.code, refusal.parameters) == (code, {"seconds": 307, "limit": 300})


@pytest.mark.parametrize("nonce", ["", "short", "x" * 65, "å" * 20, "x" * 19 + "\n"])
def test_a_word_that_is_no_word_of_chance_is_refused(
    made: Station, key: KeyFile, nonce: str
) -> None:
    said = statement("astrid", made.clock(), nonce=nonce)
    refusal = refused(check, said, *sign(said, key.signer), made.roll, made.clock())
    assert refusal.code is Code.NONCE_UNFIT


def signed_by(made: Station, key: KeyFile, said: Statement) -> Any:
    return check(said, *sign(said, key.signer), made.roll, made.clock())


def test_an_act_said_again_is_the_same_act_and_its_word_is_good_for_no_other(
    made: Station, key: KeyFile
) -> None:
    nonces = Nonces()
    first = signed_by(made, key, statement("astrid", made.clock()))
    assert nonces.earlier(first) is None
    nonces.keep(first, made.clock())
    assert nonces.earlier(signed_by(made, key, statement("astrid", made.clock()))) == first
    other = signed_by(made, key, statement("astrid", made.clock(), act="drop"))
    assert refused(nonces.earlier, other).code is Code.NONCE_USED


def test_words_are_remembered_over_a_restart_for_as_long_as_they_could_be_replayed(
    made: Station, key: KeyFile
) -> None:
    ahead = signed_by(made, key, statement("astrid", made.clock() + SKEW))
    after_restart = Nonces()
    after_restart.refill([ahead], made.clock())
    made.clock.passes(minutes=9)
    after_restart.keep(
        signed_by(made, key, statement("astrid", made.clock(), nonce="m" * 20)), made.clock()
    )
    # So long after, it could still be brought again.
    assert after_restart.earlier(ahead) == ahead

    made.clock.passes(minutes=60)
    after_restart.keep(
        signed_by(made, key, statement("astrid", made.clock(), nonce="k" * 20)), made.clock()
    )
    assert len(after_restart) == 1
    late = Nonces()
    late.refill([ahead], made.clock())
    assert len(late) == 0
