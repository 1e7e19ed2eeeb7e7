"""Everything that the planner says, it says in Swedish too, with the same facts."""

from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import services.planner
from schemas.codes import Code
from services.kit.languages import preferred
from services.planner import wording
from services.planner.domain.refusals import Problem
from services.planner.domain.shown import Outcome, Step
from tests.planner.samples import NOW, ZONE

TEXTS = {
    *wording.STATES.values(),
    *wording.STEPS.values(),
    *wording.STEPS_AT.values(),
    *wording.WHY.values(),
    wording.UNREADABLE,
    wording.QUOTA,
    *wording.OTHER_REASONS,
    *wording.OWN_WORDS,
    *wording.CHOICES.values(),
    *wording.MEANINGS.values(),
    wording.DROPPED_UNSEEN,
}


def swedish() -> dict[str, str]:
    path = Path(services.planner.__file__).parent / "locale" / "sv.po"
    with path.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}


def test_every_text_is_there_in_swedish() -> None:
    assert set(swedish()) >= TEXTS


def test_both_languages_carry_the_same_facts() -> None:
    for english, said in swedish().items():
        assert _parameters(english) == _parameters(said), english


def _parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("step", list(Step))
def test_every_next_step_has_a_sentence(step: Step) -> None:
    outcome = Outcome("scheduled", step, NOW, NOW, Problem(Code.PAGE_GONE, {"status": 404}))
    for language in ("sv", "en"):
        said = wording.step(outcome, ZONE, wording.speak(language))
        assert said.endswith(".")
        assert "{" not in said


def test_a_time_is_said_as_the_clock_on_the_wall_shows_it() -> None:
    outcome = Outcome("scheduled", Step.WAIT, NOW, NOW)
    said = wording.step(outcome, ZONE, wording.speak("sv"))
    assert said == "Inget att göra: det går ut av sig självt 2026-11-23 10:00."


def test_a_missing_parameter_leaves_a_sentence_with_a_dash() -> None:
    assert wording.sentence(Code.PAGE_GONE, {}, wording.speak("en")) == (
        "The public page answered –: a stranger cannot see the post."
    )


def test_a_sentence_with_braces_of_its_own_shows_them() -> None:
    said = wording.remedy(Code.TIME_WITHOUT_ZONE, {"time": "kl 8"}, wording.speak("en"))
    assert said.startswith('Write {"local": "kl 8"}')


def test_states_and_roles_inside_a_sentence_are_translated() -> None:
    said = wording.sentence(Code.WRONG_STATE, {"state": "draft"}, wording.speak("sv"))
    assert "”Utkast”" in said
    assert "skribent" in wording.remedy(Code.NOT_ALLOWED, {"role": "author"}, wording.speak("sv"))


def test_a_reader_who_asks_for_neither_language_gets_swedish() -> None:
    assert wording.speak(preferred("fr")).code == "sv"
