"""Templates: what may be filled in, what is refused, and words that a tired person understands."""

import re
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.codes import Code
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.writing.template import (
    PREPARED,
    TONGUES,
    WORDED,
    Template,
    fill,
    template_called,
    templates,
)
from tests.siren.writers import BORAS, FILLED, NIGHT, written

NAMES = sorted(FILLED)


def refusal(template: str, **fields: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        fill(template_called(template), FILLED[template] | fields, (BORAS,), NIGHT)
    return refused.value


def test_the_templates_are_those_that_were_thought_through() -> None:
    assert sorted(templates()) == NAMES
    assert list(templates())[-1] == "free"


@pytest.mark.parametrize("name", NAMES)
def test_a_template_says_everything_in_both_languages(name: str) -> None:
    filled = fill(template_called(name), FILLED[name], (BORAS,), NIGHT)
    assert set(filled.infos) == set(WORDED)
    for infos in filled.infos.values():
        assert [info.language for info in infos] == list(TONGUES)
        for info in infos:
            assert all((info.event, info.headline, info.description, info.instruction))
            assert "{" not in info.model_dump_json(exclude={"language"})[1:]


@pytest.mark.parametrize("name", NAMES)
def test_a_template_speaks_plain_swedish_in_short_sentences(name: str) -> None:
    for infos in fill(template_called(name), FILLED[name], (BORAS,), NIGHT).infos.values():
        said = f"{infos[0].description} {infos[0].instruction}"
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])", said):
            assert len(sentence.split()) <= 16, sentence
        assert not re.search(r"\bVMA\b|CAP|severity|urgency", said)


@pytest.mark.parametrize("name", NAMES)
def test_no_more_than_three_things_are_to_be_filled_in(name: str) -> None:
    template = template_called(name)
    assert 1 <= len(template.fields) <= 3
    assert not template.solo or all(field.short for field in template.fields)
    for field in template.fields:
        assert all((field.label.sv, field.label.en, field.hint.sv, field.example.sv))
        assert (field.kind == "choice") == bool(field.choices)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_beside_a_field_can_be_filled_in(name: str) -> None:
    for field in template_called(name).fields:
        if field.kind != "choice":
            assert field.spoken(field.example.sv, NIGHT).sv


def test_what_is_written_alone_may_not_be_sent_alone() -> None:
    assert not template_called("free").solo
    assert not template_called("threat-at-hospital").solo


def test_an_empty_field_is_refused() -> None:
    for empty in ("", "   ", "\n"):
        assert refusal("boil-water", place=empty).code is Code.FIELD_EMPTY


def test_a_field_that_was_never_filled_in_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        fill(template_called("boil-water"), {"place": "Tunadal"}, (BORAS,), NIGHT)
    assert (refused.value.code, refused.value.parameters) == (
        Code.FIELD_EMPTY,
        {"field": "cause"},
    )


def test_too_many_words_are_refused_with_how_many_there_may_be() -> None:
    no = refusal("boil-water", place="x" * 41)
    assert no.code is Code.FIELD_TOO_LONG
    assert no.parameters == {"field": "place", "length": 41, "limit": 40}


@pytest.mark.parametrize("sign", ["\x00", "\n", "\u202e", "\u200b", "\ue000", "\x1b[31m"])
def test_signs_that_nobody_sees_are_refused(sign: str) -> None:
    assert refusal("boil-water", place=f"Tuna{sign}dal").code is Code.FIELD_UNREADABLE


@pytest.mark.parametrize("number", ["ring oss", "12345678901234567", "1", "0", "+-112", "011–10"])
def test_what_is_no_telephone_number_is_refused(number: str) -> None:
    assert refusal("phones-down", instead=number).code is Code.FIELD_UNREADABLE


def test_a_choice_that_is_not_offered_is_refused() -> None:
    assert refusal("boil-water", cause="aliens").code is Code.FIELD_UNREADABLE


def test_a_field_that_the_template_does_not_have_is_refused() -> None:
    assert refusal("boil-water", colour="red").code is Code.FIELD_UNKNOWN


def test_the_number_that_is_dead_is_not_offered_instead() -> None:
    no = refusal("phones-down", line="emergency", instead="1 12")
    assert (no.code, no.parameters) == (
        Code.FIELDS_CONTRADICT,
        {"field": "line", "other": "instead"},
    )


def test_something_that_has_moved_to_where_it_was_is_refused() -> None:
    no = refusal("vaccination-moved", to="I FOLKETS HUS")
    assert no.code is Code.FIELDS_CONTRADICT


def test_a_template_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        template_called("zombies")
    assert refused.value.code is Code.TEMPLATE_UNKNOWN


def test_an_alert_for_nowhere_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        written(areas=())
    assert refused.value.code is Code.AREA_MISSING


@pytest.mark.parametrize(
    ("written_as", "said"),
    [
        ("2026-11-23T10:00", "måndag 23 november kl. 10.00"),
        ("2026-11-23 10.00", "måndag 23 november kl. 10.00"),
        ("kl. 10.30", "söndag 22 november kl. 10.30"),
        ("4:15", "söndag 22 november kl. 04.15"),
    ],
)
def test_a_time_is_said_with_its_day(written_as: str, said: str) -> None:
    [_, _, opens] = template_called("vaccination-moved").fields
    assert opens.spoken(written_as, NIGHT).sv == said
    assert opens.spoken(written_as, NIGHT).en.startswith(("Monday 23", "Sunday 22"))


@pytest.mark.parametrize("passed", ["2026-11-22 03.12", "02.00", "2025-01-01 10:00"])
def test_a_time_that_has_passed_is_refused(passed: str) -> None:
    assert refusal("vaccination-moved", opens=passed).code is Code.FIELD_PASSED


@pytest.mark.parametrize(
    "odd", ["i morgon", "25.00", "2026-02-30 10.00", "2027-03-28 02:30", "2031-01-01 10:00"]
)
def test_what_is_no_time_here_is_refused(odd: str) -> None:
    assert refusal("vaccination-moved", opens=odd).code is Code.FIELD_UNREADABLE


def test_braces_that_somebody_types_stay_braces() -> None:
    filled = fill(
        template_called("free"), FILLED["free"] | {"event": "{do} och {0}"}, (BORAS,), NIGHT
    )
    assert filled.infos["alert"][0].headline == "{do} och {0}"


def test_a_sentence_ends_once_however_it_was_written() -> None:
    fields = FILLED["free"] | {"do": "Gå inomhus!", "happened": "Det brinner."}
    [swedish, _] = fill(template_called("free"), fields, (BORAS,), NIGHT).infos["alert"]
    assert (swedish.instruction, swedish.description) == ("Gå inomhus!", "Det brinner.")


def test_what_people_shall_do_follows_from_the_choice() -> None:
    for choice, response in (("inside", "Shelter"), ("leave", "Evacuate"), ("wait", "Avoid")):
        fields = FILLED["threat-at-hospital"] | {"do": choice}
        assert written("threat-at-hospital", fields).bulletin.response == response


@pytest.mark.parametrize("name", NAMES)
def test_a_correction_and_an_all_clear_are_written_beside_every_alert(name: str) -> None:
    alert = written(name)
    assert set(alert.prepared) == set(PREPARED)
    for kind in PREPARED:
        later = alert.prepared[kind]
        assert (later.kind, later.urgency) == (kind, "Past")
        assert later.response == {"correction": "None", "all_clear": "AllClear"}[kind]
        assert later.expires > alert.bulletin.expires
        assert later.infos[0].headline.startswith({"correction": "Rättelse: "}.get(kind, "Faran"))
        assert set(later.contents) == set(alert.bulletin.contents)


def test_an_alert_ends_when_its_template_says() -> None:
    hours = template_called("boil-water").hours
    assert written().bulletin.expires == NIGHT + timedelta(hours=hours)


def spoilt(change: dict[str, Any]) -> dict[str, Any]:
    return template_called("boil-water").model_dump() | change


@pytest.mark.parametrize(
    "change",
    [
        {"fields": []},
        {"hours": 0},
        {"differ": [("place", "nowhere")]},
        {"fields": template_called("free").model_dump()["fields"]},
        {"correction": template_called("boil-water").model_dump()["alert"]},
        {"urgent": True},
    ],
)
def test_a_template_that_does_not_fit_together_is_not_read(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Template.model_validate(spoilt(change))
