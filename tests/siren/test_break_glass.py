"""The code in the sealed envelope opens once, and is in no file."""

from pathlib import Path

import pytest

from schemas.codes import Code
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.officers import break_glass
from tests.siren.enlisted import Station, station


@pytest.fixture
def made(tmp_path: Path) -> Station:
    return station(tmp_path)


def test_a_sealed_code_opens_once(made: Station) -> None:
    one, other = made.enlisting.seal_envelope(), made.enlisting.seal_envelope()
    used = [break_glass.opened(one.upper().replace("-", " "), made.roll, [])]
    assert break_glass.sealed(made.roll, used) == 1
    with pytest.raises(Refusal) as caught:
        break_glass.opened(one, made.roll, used)
    assert caught.value.code is Code.ENVELOPE_USED
    assert break_glass.opened(other, made.roll, used) not in used


@pytest.mark.parametrize("code", ["", "abcd-efgh-jkmn-pqrs-tuvw", "\ud800", "x" * 10**6])
def test_a_code_from_no_envelope_opens_nothing(made: Station, code: str) -> None:
    made.enlisting.seal_envelope()
    with pytest.raises(Refusal) as caught:
        break_glass.opened(code, made.roll, [])
    assert caught.value.code is Code.ENVELOPE_WRONG


def test_the_code_is_in_no_file(made: Station, tmp_path: Path) -> None:
    code = made.enlisting.seal_envelope()
    texts = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(code in text or code.replace("-", "") in text for text in texts)
    assert len(code.replace("-", "")) == 20
