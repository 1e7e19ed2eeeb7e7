"""Others' alerts are read strictly: what is broken or contradictory is refused with a code."""

from datetime import UTC, datetime

import pytest

from schemas.alerts import Kind
from schemas.codes import Code
from services.publisher.siren.areas.polygons import polygon_of
from tests.siren.strangers import EARLIER, INFO, message, read, refusal


def test_an_alert_is_read_in_our_own_words() -> None:
    found = read(message())
    assert (found.sender, found.identifier) == ("sr@example.se", "SR-1")
    assert found.sent == datetime(2026, 11, 21, 8, 15, tzinfo=UTC)
    assert (found.kind, found.status, found.scope) == ("alert", "actual", "Public")
    assert found.expires == datetime(2026, 11, 21, 17, tzinfo=UTC)
    assert found.web == "https://sr.example/1"
    (area,) = found.areas
    assert (area.name, area.codes) == ("Borås kommun", ("1490",))
    assert area.polygons == (polygon_of("57.7,12.9 57.7,13.0 57.8,13.0 57.7,12.9"),)
    (info,) = found.infos
    assert (info.language, info.headline, info.description) == ("sv", "Gå in", "Det brinner.")


def test_swedish_comes_first_other_languages_are_left_out_and_a_place_is_named_once() -> None:
    english = INFO.replace("sv-SE", "en-GB").replace("Borås kommun", "Borås Municipality")
    finnish = INFO.replace("sv-SE", "fi")
    found = read(message(english + finnish + INFO))
    assert [info.language for info in found.infos] == ["sv", "en"]
    assert len(found.areas) == 1
    unsaid = read(message(INFO.replace("<language>sv-SE</language>", "")))
    assert [info.language for info in unsaid.infos] == ["en"]


def test_a_headline_or_a_text_that_is_left_out_is_filled_from_what_is_there() -> None:
    bare = INFO.replace("<headline>Gå in</headline>", "")
    bare = bare.replace("<description>Det brinner.</description>", "<description/>")
    (info,) = read(message(bare)).infos
    assert (info.headline, info.description) == ("Brand", "Brand")


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("update", message(msgType="Update", between=f"<references>{EARLIER}</references>")),
        ("correction", message(msgType="Cancel", between=f"<references>{EARLIER}</references>")),
        (
            "correction",
            message("", msgType="Cancel", between=f"<references>{EARLIER}</references>"),
        ),
        (
            "all_clear",
            message(
                INFO.replace("Shelter", "AllClear").replace("Immediate", "Past"),
                msgType="Cancel",
                between=f"<references>{EARLIER}</references>",
            ),
        ),
    ],
)
def test_what_a_later_message_means_is_told_apart(kind: Kind, document: str) -> None:
    found = read(document)
    assert found.kind == kind
    assert [each.identifier for each in found.references] == ["SR-0"]


@pytest.mark.parametrize("said", ["Exercise", "Test", "System", "Draft"])
def test_nothing_but_actual_counts_as_actual(said: str) -> None:
    assert read(message(status=said)).status == ("exercise" if said == "Exercise" else "test")


def test_a_signature_and_foreign_attributes_do_no_harm() -> None:
    signature = (
        '<s:Signature xmlns:s="http://www.w3.org/2000/09/xmldsig#"><s:A><s:B>x</s:B></s:A>'
        "</s:Signature>"
    )
    hint = ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="a b"'
    document = message(INFO + signature).replace("<alert", f"<alert{hint}", 1)
    assert read(document) == read(message())


def test_a_municipality_that_is_newer_than_our_list_is_no_reason_to_miss_an_alert() -> None:
    (area,) = read(message(INFO.replace("1490", "1499"))).areas
    assert area.codes == ("1499",)


@pytest.mark.parametrize(
    "document",
    [
        message().replace("cap:1.2", "cap:1.1"),
        message().replace(' xmlns="urn:oasis:names:tc:emergency:cap:1.2"', ""),
        message().replace("<alert", "<warning").replace("</alert", "</warning"),
        "<rss version='2.0'/>",
        message(msgType="Ack", between=f"<references>{EARLIER}</references>"),
        message(msgType="Error", between=f"<references>{EARLIER}</references>"),
    ],
)
def test_what_is_no_alert_in_cap_1_2_is_refused(document: str) -> None:
    assert refusal(document).code is Code.CAP_NOT_ALERT


@pytest.mark.parametrize("element", ["identifier", "sender", "sent", "status", "msgType", "scope"])
def test_a_message_without_what_every_message_has_is_refused(element: str) -> None:
    for document in (message(**{element: ""}), message(**{element: " \n"})):
        assert refusal(document).parameters == {"element": element}
    gone = message().replace(f"<{element}>", "<!--").replace(f"</{element}>", "-->")
    assert refusal(gone).code is Code.CAP_MISSING


@pytest.mark.parametrize("element", ["category", "event", "urgency", "severity", "certainty"])
def test_an_info_without_what_every_info_has_is_refused(element: str) -> None:
    gone = INFO.replace(f"<{element}>", "<!--").replace(f"</{element}>", "-->")
    assert refusal(message(gone)).parameters == {"element": element}


@pytest.mark.parametrize(
    ("document", "element"),
    [
        (message(""), "info"),
        (message(scope="Restricted"), "restriction"),
        (message(scope="Private"), "addresses"),
        (message(INFO.replace("<areaDesc>Borås kommun</areaDesc>", "")), "areaDesc"),
        (message(INFO.replace("<value>1490</value>", "")), "value"),
    ],
)
def test_what_has_to_stand_there_in_its_place_is_missed(document: str, element: str) -> None:
    assert refusal(document).code is Code.CAP_MISSING
    assert refusal(document).parameters == {"element": element}


@pytest.mark.parametrize(
    "document",
    [
        message(between="<source>x</source>"),
        message(between="<identifier>SR-2</identifier>"),
        message(between="<evil>x</evil>"),
        message(between='<x:note xmlns:x="urn:other">x</x:note>'),
        message(status="<b>Actual</b>"),
        message(INFO + "<note>x</note>"),
        message(INFO.replace("<event>Brand</event>", "<event>a</event><event>b</event>")),
        message(INFO.replace("<areaDesc>", "<ceiling>1</ceiling><areaDesc>")),
    ],
)
def test_what_stands_in_the_wrong_place_is_refused(document: str) -> None:
    assert refusal(document).code is Code.CAP_MISPLACED


@pytest.mark.parametrize(
    "document",
    [
        message(status="actual"),
        message(msgType="Warning"),
        message(scope="Everyone"),
        message(identifier="SR 1"),
        message(sender="a,b"),
        message(INFO.replace("Safety", "Sport")),
        message(INFO.replace("Severe", "Very severe")),
        message(INFO.replace("Shelter", "Panic")),
        message(INFO.replace("1490", "149")),
        message(INFO.replace("1490", "١٤٩٠")),
        message(INFO.replace("57.7,12.9 10", "57.7,12.9 -10")),
        message(between="<references>SR-0</references>"),
        message(between="<references>a,,2026-11-21T08:00:00+01:00</references>"),
    ],
)
def test_a_word_that_the_standard_does_not_have_is_refused(document: str) -> None:
    assert refusal(document).code is Code.CAP_VALUE


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-21",
        "2026-11-21T09:15:00",
        "2026-11-21T09:15:00Z",
        "2026-11-21T09:15:00.5+01:00",
        "2026-02-30T09:15:00+01:00",
        "2026-11-21T25:15:00+01:00",
        "0001-01-01T00:00:00+14:00",
        "2026-11-21T09:15:00+99:00",
        "٢٠٢٦-11-21T09:15:00+01:00",
        "yesterday",
    ],
)
def test_a_time_that_could_mean_several_moments_is_refused(time: str) -> None:
    assert refusal(message(sent=time)).parameters == {"element": "sent", "value": time}
    later = INFO.replace("2026-11-21T18:00:00+01:00", time)
    assert refusal(message(later)).parameters["element"] == "expires"
    onset = INFO.replace("<expires>", f"<onset>{time}</onset><expires>")
    assert refusal(message(onset)).code is Code.CAP_TIME


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ("97.7,12.9 57.7,13.0 57.8,13.0 97.7,12.9", Code.POINT_OUTSIDE),
        ("57.7,12.9 57.7,13.0 57.8,13.0", Code.POLYGON_SHORT),
        ("57.7,12.9 57.7,13.0 57.8,13.0 57.9,12.9", Code.POLYGON_OPEN),
        ("x,y", Code.POINT_UNREADABLE),
    ],
)
def test_a_shape_that_is_none_is_refused(shape: str, code: Code) -> None:
    broken = INFO.replace("57.7,12.9 57.7,13.0 57.8,13.0 57.7,12.9", shape)
    assert refusal(message(broken)).code is code


@pytest.mark.parametrize(
    "document",
    [
        message(INFO.replace("Shelter", "AllClear")),
        message(
            INFO.replace("</responseType>", "</responseType><responseType>None</responseType>")
        ),
        message(msgType="Update"),
        message("", msgType="Cancel"),
        message(between="<references>sr@example.se,SR-1,2026-11-21T08:00:00+01:00</references>"),
        message(between="<references>sr@example.se,SR-0,2026-11-21T10:00:00+01:00</references>"),
    ],
)
def test_an_alert_that_contradicts_itself_is_refused(document: str) -> None:
    assert refusal(document).code is Code.CAP_CONTRADICTION


def test_an_alert_that_expired_before_it_was_sent_is_refused() -> None:
    late = message(sent="2026-11-21T19:00:00+01:00")
    assert refusal(late).code is Code.CAP_EXPIRED


def test_a_link_that_is_no_web_address_is_not_passed_on() -> None:
    assert read(message(INFO.replace("https://sr.example/1", "javascript:alert(1)"))).web is None
