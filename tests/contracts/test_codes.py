"""Every code says, in English and in Swedish, what happened and what to do, with the same facts."""

from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import schemas.codes
from schemas.codes import WORDS, Code

_CATALOGUE = Path(schemas.codes.__file__).parent / "locale" / "sv.po"
with _CATALOGUE.open("rb") as _file:
    SWEDISH = {str(entry.id): str(entry.string) for entry in read_po(_file) if entry.id}

TEXTS = [(code, text) for code in Code for text in WORDS[code]]


def parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_code_has_words() -> None:
    assert set(WORDS) == set(Code)


@pytest.mark.parametrize(("code", "text"), TEXTS)
def test_a_text_is_a_whole_sentence_in_both_languages(code: Code, text: str) -> None:
    swedish = SWEDISH.get(text, "")
    assert swedish, f"{code}: no Swedish for: {text}"
    for said in (text, swedish):
        assert said[0].isupper() or said.startswith("{"), said
        assert said.endswith((".", "…", "sign-in.")), said
        assert said == said.strip()


@pytest.mark.parametrize(("code", "text"), TEXTS)
def test_both_languages_carry_the_same_facts(code: Code, text: str) -> None:
    assert parameters(SWEDISH[text]) == parameters(text)


@pytest.mark.parametrize("code", list(Code))
def test_a_remedy_needs_nothing_that_the_sentence_is_not_given(code: Code) -> None:
    further = {
        Code.UNKNOWN_CHANNEL: {"channels"},
        Code.TEXT_TOO_LONG: {"excess"},
        Code.TIME_DOUBLED: {"first", "second"},
        Code.NOT_ALLOWED: {"role"},
        Code.WRONG_STATE: {"wanted"},
        Code.MESSAGE_ABANDONED: {"error"},
    }
    words = WORDS[code]
    assert parameters(words.remedy) - parameters(words.sentence) == further.get(code, set())


def test_no_swedish_is_left_over() -> None:
    assert set(SWEDISH) == {text for _, text in TEXTS}


def test_no_swedish_is_english() -> None:
    assert [text for text, swedish in SWEDISH.items() if text == swedish] == []
