"""What people are written: plain words in their language, one message for everything, bounded."""

from datetime import timedelta
from pathlib import Path
from string import Formatter
from typing import Any

from babel.messages.pofile import read_po

import services.planner
from schemas.codes import Code
from schemas.notices import Kind, NoticeRaised
from services.planner import wording
from services.planner.notices import letters
from services.planner.notices.letters import LINES, Desk
from tests.planner.notices.builders import notice, trouble
from tests.planner.samples import NOW

DESK = Desk("Regionen", "https://plan.example", lambda _: "Natt på\nakuten", lambda _: "Nyheter")
SWEDISH, ENGLISH = wording.speak("sv"), wording.speak("en")


def raised(why: Kind = Kind.FAILED, level: int = 1, **more: Any) -> NoticeRaised:
    fact: NoticeRaised = notice(why=why, level=level, **more).fact
    return fact


def test_one_problem_is_the_subject_itself() -> None:
    why = {"channel": "newsroom", "why": "too\nlarge"}
    fact = raised(code=Code.CHANNEL_REFUSED, parameters=why)
    letter = DESK.letter([fact], ENGLISH)
    assert letter.subject == "Regionen: Failed: Natt på akuten · Nyheter"
    assert letter.body == (
        "Failed: Natt på akuten · Nyheter\n"
        "newsroom refused the post: too large. Change what it complains about, then submit and "
        "approve it again.\n"
        f"https://plan.example/notices/{trouble().problem}\n"
    )


def test_it_is_written_in_the_readers_language() -> None:
    letter = DESK.letter([raised(Kind.EXPIRED)], SWEDISH)
    assert letter.subject == "Regionen: För sent – skickades inte: Natt på akuten · Nyheter"
    assert "Tiden hade gått" in letter.body
    assert "Bestäm" in letter.body


def test_many_problems_are_one_message_that_does_not_grow() -> None:
    facts = [raised(at=NOW + timedelta(seconds=n)) for n in range(LINES + 31)]
    letter = DESK.letter(facts, ENGLISH)
    assert letter.subject == f"Regionen: {LINES + 31} things need a person"
    assert letter.body.count("Failed: ") == LINES
    assert letter.body.endswith("… and 31 more: https://plan.example/notices\n")


def test_what_nobody_has_read_comes_first_and_says_so() -> None:
    letter = DESK.letter([raised(), raised(Kind.HELD, level=2)], ENGLISH)
    assert letter.body.startswith("Nobody has read this yet.\n\nHeld: ")


def test_a_problem_that_is_no_posts_names_what_it_has() -> None:
    desk = Desk("Regionen", "https://plan.example", lambda _: "", lambda _: "Nyheter")
    unready = raised(Kind.UNREADY).model_copy(update={"post": None})
    parked = raised(Kind.PARKED).model_copy(update={"post": None, "channel": None})
    assert desk.letter([unready], ENGLISH).subject == "Regionen: Not ready: Nyheter"
    assert desk.letter([parked], ENGLISH).subject == "Regionen: Parked message"
    assert desk.letter([raised()], ENGLISH).subject == (
        "Regionen: Failed: Without a title · Nyheter"
    )


def test_every_kind_has_words_in_both_languages() -> None:
    assert set(letters.LABELS) == set(letters.SENTENCES) == set(Kind)
    path = Path(services.planner.__file__).parent / "locale" / "sv.po"
    with path.open("rb") as file:
        swedish = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}
    for text in letters.TEXTS:
        assert swedish.get(text), text
        assert _parameters(swedish[text]) == _parameters(text)


def _parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
