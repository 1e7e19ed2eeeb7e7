"""Everything that the command says can be said in Swedish, with the same values filled in."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import budkavle
from budkavle.alert.scenarios import SCENARIOS
from budkavle.alert.score import STEPS
from budkavle.alert.showing import KINDS, STATUSES
from budkavle.demo.story import _CHANNELS, DAYS
from budkavle.words import speak, wished

FOLDER = Path(budkavle.__file__).parent
SPEAKERS = {"say", "line", "good", "bad", "Trouble", "fine", "wrong"}


def spoken() -> set[str]:
    said = {text for path in FOLDER.rglob("*.py") for text in in_file(path)}
    # What is nothing but values and punctuation reads the same in every language.
    return {text for text in said | in_tables() if re.search("[a-z]", bare(text))}


def in_tables() -> set[str]:
    nights = {text for each in SCENARIOS.values() for text in (each.title, each.story, each.twist)}
    tables = (DAYS, _CHANNELS, KINDS, STATUSES, STEPS)
    return nights.union(*(table.values() for table in tables))


def bare(text: str) -> str:
    return re.sub(r"\{\w+\}", "", text)


def in_file(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in SPEAKERS:
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield argument.value


def swedish() -> dict[str, str]:
    with (FOLDER / "locale" / "sv.po").open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file, locale="sv") if each.id}


def test_every_text_has_its_swedish_and_nothing_is_left_over() -> None:
    translated = {text for text, said in swedish().items() if said}
    assert spoken() - translated == set()
    assert translated - spoken() == set()


def test_the_same_values_are_filled_in() -> None:
    for text, said in swedish().items():
        assert set(re.findall(r"\{(\w+)\}", said)) == set(re.findall(r"\{(\w+)\}", text)), text


def test_a_sentence_is_said_in_the_wished_language() -> None:
    assert speak("sv")("All is well.") == "Allt står rätt till."
    assert speak("en")("All is well.") == "All is well."


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        ([], {}, "en"),
        ([], {"LANG": "sv_SE.UTF-8"}, "sv"),
        ([], {"LANG": "C.UTF-8"}, "en"),
        ([], {"LANG": "sv_SE.UTF-8", "LC_ALL": "C"}, "en"),
        (["--language", "sv", "up"], {"LANG": "C"}, "sv"),
        (["--language=en", "up"], {"LANG": "sv_SE"}, "en"),
        (["--language"], {"LANG": "sv_SE"}, "sv"),
    ],
)
def test_the_language_is_what_is_asked_for_else_the_environments(
    arguments: list[str], environment: dict[str, str], expected: str
) -> None:
    assert wished(arguments, environment) == expected
