"""Seals open for their password alone, and codes are those that every authenticator shows."""

import base64
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.kit.keyfiles import read_key, write_key
from services.kit.seals import (
    ALPHABET,
    STEP,
    Listed,
    PrintedCodes,
    Sealed,
    Signer,
    authenticator_address,
    new_seed,
    plain,
    time_code,
    used_step,
    written_code,
)
from services.kit.settings import MissingSecret
from tests.siren.enlisted import CHEAP

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_time_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert time_code(SECRET, seconds // STEP, digits=8) == code
    assert time_code(SECRET, seconds // STEP) == code[2:]


def at(step: int) -> datetime:
    return datetime.fromtimestamp(step * STEP + 7, UTC)


def test_a_clock_may_be_one_step_away_and_no_more() -> None:
    code = time_code(SECRET, 1000)
    found = [step for step in range(990, 1010) if used_step(SECRET, code, at(step), 0) == 1000]
    assert found == [999, 1000, 1001]


def test_a_code_is_good_once_and_so_are_those_before_it() -> None:
    codes = [time_code(SECRET, step) for step in (999, 1000, 1001)]
    assert used_step(SECRET, codes[1], at(1000), 0) == 1000
    assert [used_step(SECRET, code, at(1000), 1000) for code in codes] == [None, None, 1001]


@pytest.mark.parametrize("code", ["", "12345", "1234567", "０" * 6, "\ud800" * 6, "abcdef"])
def test_what_is_no_code_is_only_wrong(code: str) -> None:
    assert used_step(SECRET, code, at(1000), 0) is None


def test_a_code_may_be_typed_with_a_space() -> None:
    code = time_code(SECRET, 1000)
    assert used_step(SECRET, f" {code[:3]} {code[3:]} ", at(1000), 0) == 1000


def test_a_seal_opens_for_its_password_however_it_was_typed() -> None:
    seal = Sealed.close(b"a secret", "abcd-efgh", CHEAP)
    assert [seal.open(typed) for typed in ("abcd-efgh", "ABCD EFGH", "abcdefgh\n")] == [
        b"a secret"
    ] * 3
    assert seal.open("abcd-efgj") is None
    assert seal.open("") is None
    assert seal.open("\ud800") is None


def test_a_seal_carries_all_that_is_needed_to_open_it_and_nothing_of_what_it_holds() -> None:
    seal = Sealed.close(b"a secret", "abcd-efgh", CHEAP)
    said = seal.model_dump_json()
    assert Sealed.model_validate_json(said).open("abcdefgh") == b"a secret"
    assert "secret" not in said
    assert base64.b64encode(b"a secret").decode() not in said
    assert Sealed.close(b"a secret", "abcd-efgh", CHEAP) != seal


def test_a_seal_that_was_tampered_with_stays_shut() -> None:
    seal = Sealed.close(b"a secret", "abcd", CHEAP)
    box = bytearray(base64.b64decode(seal.box))
    box[-1] ^= 1
    for broken in (base64.b64encode(box).decode(), "AAAA", "not base64", ""):
        assert seal.model_copy(update={"box": broken}).open("abcd") is None


def test_a_printed_code_is_known_again_and_the_list_does_not_tell_it() -> None:
    codes = [written_code(2) for _ in range(10)]
    kept = PrintedCodes.of(codes)
    assert [kept.found(code.upper().replace("-", " ")) for code in codes] == list(kept.digests)
    assert kept.found(written_code(2)) is None
    assert not any(plain(code) in kept.model_dump_json() for code in codes)
    assert not set(kept.digests) & set(PrintedCodes.of(codes).digests)


@given(some.integers(min_value=1, max_value=6))
def test_a_written_code_is_easy_to_read(groups: int) -> None:
    code = written_code(groups)
    assert [len(group) for group in code.split("-")] == [4] * groups
    assert set(plain(code)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("il1o0")


def test_a_key_proves_what_it_signed_and_nothing_else() -> None:
    signer = Signer(new_seed())
    known = Listed(public=signer.public)
    proof = signer.sign(b"said")
    assert known.name == signer.name
    assert known.fits(b"said", proof)
    assert not known.fits(b"Said", proof)
    assert not Listed(public=Signer(new_seed()).public).fits(b"said", proof)
    assert not any(known.fits(b"said", wrong) for wrong in ("", "é", "AAAA", proof[:-4], "=" * 88))


def test_the_address_for_authenticators_says_everything() -> None:
    assert authenticator_address(SECRET, "Region Ö", "astrid") == (
        "otpauth://totp/Region%20%C3%96:astrid"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Region%20%C3%96&digits=6&period=30"
    )


def test_a_key_file_is_read_back_and_is_its_owners_alone(tmp_path: Path) -> None:
    seed = new_seed()
    write_key(path := tmp_path / "astrid.key", "astrid", seed)
    found = read_key(path)
    assert (found.officer, found.signer.name) == ("astrid", Signer(seed).name)
    path.chmod(0o640)
    with pytest.raises(MissingSecret, match="chmod 600"):
        read_key(path)


@pytest.mark.parametrize(
    "text", ["", "seed = 1", 'officer = "astrid"\nseed = "c2hvcnQ="', "\x00", 'officer = "a"\n[x]']
)
def test_what_is_no_key_file_is_said_without_showing_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "astrid.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(MissingSecret, match="no officer's key") as caught:
        read_key(path)
    assert "c2hvcnQ" not in str(caught.value)


def test_no_password_opens_an_empty_seal_which_looks_like_any_other() -> None:
    empty = Sealed.empty(52, CHEAP)
    assert empty.open("") is None
    assert len(empty.box) == len(Sealed.close(bytes(52), "x", CHEAP).box)
