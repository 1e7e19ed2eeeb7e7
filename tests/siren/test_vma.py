"""The list of VMA is read as Sveriges Radio writes it, and nothing in it hurts the reader."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.alerts import ProposalMade
from services.publisher.siren.cap.reading import Incoming
from services.publisher.siren.incoming import vma
from services.publisher.siren.incoming.model import MOST_BYTES
from services.publisher.siren.incoming.proposals import Heed, judge
from services.publisher.siren.incoming.region import Region
from tests.siren.incoming import NIGHT

RECORD: dict[str, Any] = {
    "identifier": "SRCAP20251031082618I",
    "sender": "https://vmaapi.sr.se/api/v3",
    "sent": "2025-10-31T08:26:18+01:00",
    "status": "Actual",
    "msgType": "Alert",
    "scope": "Public",
    "references": None,
    "incidents": "SRVMA20251031082618I",
    "info": [
        {
            "language": "sv-SE",
            "category": ["Safety"],
            "event": "Viktigt meddelande till allmänheten (VMA)",
            "urgency": "Immediate",
            "severity": "Severe",
            "certainty": "Observed",
            "expires": None,
            "senderName": "Sveriges Radio",
            "description": "Det brinner.\r\n\r\nGå inomhus.",
            "web": "https://sverigesradio.se/sida/artikel.aspx?programid=183&amp;artikel=4489542",
            "area": [
                {
                    "areaDesc": "Borås kommun (Västra Götalands län)",
                    "geocode": [{"valueName": "Kommun", "value": "1490"}],
                }
            ],
        },
        {"language": "en-US", "event": "Important Public Announcement (IPA)"},
    ],
}


def listing(*records: object) -> bytes:
    return json.dumps({"timestamp": "2026-10-05T12:00:00Z", "alerts": records}).encode()


def only(**changed: Any) -> Incoming:
    [message] = vma.read(listing({**RECORD, **changed})).messages
    return message


def of_info(**changed: Any) -> Incoming:
    return only(info=[{**RECORD["info"][0], **changed}])


def test_a_record_of_today_is_read_with_all_that_officers_need() -> None:
    message = only()
    assert message.sent == datetime(2025, 10, 31, 7, 26, 18, tzinfo=UTC)
    assert (message.status, message.kind, message.scope) == ("actual", "alert", "Public")
    assert [(area.name, area.codes) for area in message.areas] == [
        ("Borås kommun (Västra Götalands län)", ("1490",))
    ]
    swedish, english = message.infos
    assert (swedish.language, swedish.description) == ("sv", "Det brinner.\n\nGå inomhus.")
    assert swedish.headline == "Viktigt meddelande till allmänheten (VMA)"
    assert (english.language, english.description) == ("en", english.event)


def test_a_link_that_was_written_for_a_page_leads_where_it_should() -> None:
    assert only().web == "https://sverigesradio.se/sida/artikel.aspx?programid=183&artikel=4489542"


@pytest.mark.parametrize(
    "web", ["javascript:alert(1)", "sverigesradio.se", "https://a b", "https://sr.se@x.example/", 7]
)
def test_what_is_no_plain_link_is_left_out(web: object) -> None:
    assert of_info(web=web).web is None


def test_a_record_of_version_2_is_read_the_same() -> None:
    old = of_info(category="Safety")
    assert old.infos[0] == only().infos[0]


def test_a_cancellation_may_have_no_text_and_its_reference_a_wrong_time() -> None:
    named = "https://vmaapi.sr.se/api/v2,SRCAP20220524111301I,2022-05-24T09:13:01+02:00"
    message = only(msgType="Cancel", info=None, references=named)
    [reference] = message.references
    assert (reference.sender, reference.identifier) == tuple(named.split(",")[:2])
    assert message.kind == "all_clear"
    assert (message.infos, message.areas, message.web) == ((), (), None)


def test_odd_pieces_of_a_record_do_not_hide_the_alert() -> None:
    message = of_info(
        expires="i morgon",
        headline=7,
        area=[None, "Borås", {"areaDesc": "Borås", "geocode": [1490, {"value": "1490"}, {}]}],
    )
    assert (message.expires, message.infos[0].event) == (None, message.infos[0].headline)
    assert [area.codes for area in message.areas] == [("1490",)]


@pytest.mark.parametrize("kind", ["Ack", "Error"])
def test_what_warns_of_nothing_is_passed_over(kind: str) -> None:
    read = vma.read(listing({**RECORD, "msgType": kind}))
    assert (read.messages, read.faults) == ((), ())


@pytest.mark.parametrize("language", ["en", "en-US", "EN-gb"])
def test_any_english_is_english(language: str) -> None:
    assert of_info(language=language).infos[0].language == "en"


def test_a_language_that_we_do_not_speak_is_passed_over() -> None:
    assert of_info(language="fi-FI").infos == ()
    assert of_info(language="fi-FI").areas != ()


def test_signs_that_turn_a_text_around_are_taken_out() -> None:
    info = of_info(event="VMA\u202e\x00!", description="Gå\u2066 in\x07.").infos[0]
    assert (info.event, info.description) == ("VMA!", "Gå in.")


def test_one_bad_record_hides_no_other() -> None:
    bad = {**RECORD, "sent": "i natt"}
    read = vma.read(listing(bad, RECORD, "?", {**RECORD, "sent": "9999-12-31T23:59:59-12:00"}))
    assert len(read.messages) == 1
    assert [fault.partition(":")[0] for fault in read.faults] == [
        "alerts.0.sent",
        "alerts.2.list",
        "alerts.3",
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b'{"alerts": {}}',
        b"\xff\xfe",
        b'{"alerts":' + b"[" * 100_000,
        b" " * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_list_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(vma.Unreadable):
        vma.read(body)


def test_a_lone_half_of_a_sign_is_refused_by_name() -> None:
    with pytest.raises(vma.Unreadable):
        vma.read(b'{"alerts":[{"identifier":"\\ud800"}]}')


WORDS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(
        ["sv-SE", "en", "1490", "14", "2026-01-01T00:00:00Z", "0001-01-01T00:00+14:00"]
    ),
)
ANY_JSON = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(RECORD["info"][0])), inner, max_size=4)
    ),
    max_leaves=12,
)
INFOS = st.lists(
    st.fixed_dictionaries({}, optional=dict.fromkeys(RECORD["info"][0], ANY_JSON)), max_size=3
)
RECORDS = st.fixed_dictionaries(
    {name: st.just(RECORD[name]) | ANY_JSON for name in RECORD if name != "info"},
    optional={"info": INFOS | ANY_JSON},
)


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_no_bytes_raise_anything_but_the_named_refusal(body: bytes) -> None:
    try:
        vma.read(body)
    except vma.Unreadable:
        return


@given(st.lists(RECORDS, max_size=3))
def test_no_hostile_record_raises_and_what_is_read_of_it_can_be_told(records: list[Any]) -> None:
    try:
        read = vma.read(listing(*records))
    except vma.Unreadable:
        return
    assert len(read.messages) + len(read.faults) <= len(records)
    for message in read.messages:
        judgement = judge(message, "vma", {}, Heed(Region(), tests=True), NIGHT)
        for fact in judgement.facts:
            assert isinstance(fact, ProposalMade)
            assert ProposalMade.model_validate_json(fact.model_dump_json()) == fact
