"""Checks: what stands in the way of an alert is found before anybody signs it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas.alerts import Bulletin
from schemas.codes import WORDS, Code
from services.publisher.siren.writing.bulletins import with_texts
from services.publisher.siren.writing.checks import Objection, check
from tests.siren.writers import BORAS, CHANNELS, NIGHT, written

ALERT = written(channels=CHANNELS)
EXERCISE = written(status="exercise", channels=CHANNELS)
SWEDISH, ENGLISH = ALERT.bulletin.infos


def objections(bulletin: Bulletin, now: datetime = NIGHT) -> tuple[Objection, ...]:
    return check(bulletin, CHANNELS, now, lambda code: code == "1490")


def codes(bulletin: Bulletin, now: datetime = NIGHT) -> list[tuple[Code, str]]:
    return [(objection.code, objection.channel) for objection in objections(bulletin, now)]


def changed(bulletin: Bulletin = ALERT.bulletin, **parts: Any) -> Bulletin:
    return bulletin.model_copy(update=parts)


def shown(channel: str, bulletin: Bulletin = ALERT.bulletin, **parts: Any) -> Bulletin:
    content = bulletin.contents[channel].model_copy(update=parts)
    return changed(bulletin, contents={**bulletin.contents, channel: content})


def test_nothing_stands_in_the_way_of_what_the_templates_make() -> None:
    for bulletin in (ALERT.bulletin, EXERCISE.bulletin, *EXERCISE.prepared.values()):
        assert codes(bulletin) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("", [Code.TEXT_EMPTY, Code.NUMBER_MISSING, Code.HOUR_MISSING]),
        ("Koka. Larm 2026-71, kl. 03.12", [Code.NUMBER_MISSING]),
        ("Koka. Larm 2026-7, kl. 03.13", [Code.HOUR_MISSING]),
        ("Koka. Larm 2026-7, kl. 03.12. " + "x" * 280, [Code.TEXT_TOO_LONG]),
        ("VMA: koka. Larm 2026-7, kl. 03.12", [Code.WORD_RESERVED]),
        ("ÖVNING – koka. Larm 2026-7, kl. 03.12", [Code.MARK_FALSE]),
        ("Koka. Larm 2026-7, kl. 03.12. TEST", [Code.MARK_FALSE]),
        ("Detta är ingen övning. Koka. Larm 2026-7, kl. 03.12", []),
    ],
)
def test_a_text_that_people_have_edited_is_checked(text: str, missing: list[Code]) -> None:
    edited = with_texts(ALERT.bulletin, {"x": text})
    assert codes(edited) == [(code, "x") for code in missing]


def test_a_text_is_too_long_by_so_much_as_its_channel_counts() -> None:
    text = "Larm 2026-7, kl. 03.12 " + "世" * 130
    [long] = objections(with_texts(ALERT.bulletin, {"x": text}))
    # 23 letters, twice 130 wide signs, two line breaks and a link that counts as 23.
    assert long.parameters == {"channel": "x", "length": 308, "limit": 280, "excess": 28}


@pytest.mark.parametrize(
    "text",
    [
        "Koka. Larm 2026-7, kl. 03.12. ÖVNING",
        "ÖVNING – koka. Larm 2026-7, kl. 03.12.\n\nKoka vattnet.",
        "Koka. Larm 2026-7, kl. 03.12.",
    ],
)
def test_an_exercise_must_say_so_first_and_last(text: str) -> None:
    edited = with_texts(EXERCISE.bulletin, {"x": text})
    assert codes(edited) == [(Code.MARK_MISSING, "x")]


def test_a_title_and_a_picture_of_an_exercise_must_say_so_too() -> None:
    untitled = shown("newsroom", EXERCISE.bulletin, title="Koka vattnet")
    assert codes(untitled) == [(Code.MARK_MISSING, "newsroom")]
    [picture] = EXERCISE.bulletin.contents["instagram"].pictures
    undescribed = picture.model_copy(update={"alt": "Koka vattnet"})
    bulletin = shown("instagram", EXERCISE.bulletin, pictures=(undescribed,))
    assert codes(bulletin) == [(Code.MARK_MISSING, "instagram")]


def test_a_channel_that_demands_a_picture_gets_one_with_a_description() -> None:
    assert codes(shown("instagram", pictures=())) == [(Code.TOO_FEW_PICTURES, "instagram")]
    [picture] = ALERT.bulletin.contents["instagram"].pictures
    silent = shown("instagram", pictures=(picture.model_copy(update={"alt": " "}),))
    assert codes(silent) == [(Code.ALT_MISSING, "instagram")]
    long = shown("instagram", pictures=(picture.model_copy(update={"alt": "x" * 1001}),))
    assert codes(long) == [(Code.ALT_TOO_LONG, "instagram")]
    assert codes(shown("webhook", pictures=(picture,))) == [(Code.TOO_MANY_PICTURES, "webhook")]


def test_a_title_is_refused_where_none_is_shown() -> None:
    assert codes(shown("x", title="Koka")) == [(Code.TITLE_NOT_TAKEN, "x")]


def test_a_channel_that_nobody_knows_is_named_with_those_that_there_are() -> None:
    content = ALERT.bulletin.contents["x"]
    [unknown] = objections(changed(contents={"myspace": content}))
    assert (unknown.code, unknown.channel) == (Code.UNKNOWN_CHANNEL, "myspace")
    assert "mastodon" in str(unknown.parameters["channels"])
    assert codes(changed(contents={})) == [(Code.NO_VARIANTS, "")]


def test_an_alert_that_ends_before_it_begins_or_has_ended_is_refused() -> None:
    early = changed(expires=NIGHT)
    assert codes(early) == [(Code.EXPIRES_EARLY, "")]
    over = ALERT.bulletin.expires
    assert codes(ALERT.bulletin, over) == [(Code.ALERT_EXPIRED, "")]
    assert codes(ALERT.bulletin, over - timedelta(seconds=1)) == []


def test_swedish_comes_first_and_is_never_left_out() -> None:
    for infos in ((), (ENGLISH,), (ENGLISH, SWEDISH)):
        assert codes(changed(infos=infos)) == [(Code.SWEDISH_MISSING, "")]


@pytest.mark.parametrize("part", ["event", "headline", "description", "instruction"])
def test_no_part_of_what_is_said_is_empty(part: str) -> None:
    emptied = ENGLISH.model_copy(update={part: " "})
    [empty] = objections(changed(infos=(SWEDISH, emptied)))
    assert empty == Objection(Code.INFO_EMPTY, {"part": part, "language": "en"})


def test_what_is_said_everywhere_is_checked_as_the_texts_are() -> None:
    named = SWEDISH.model_copy(update={"event": "Viktigt meddelande till allmänheten"})
    assert codes(changed(infos=(named,))) == [(Code.WORD_RESERVED, "")]
    practised = SWEDISH.model_copy(update={"headline": "ÖVNING – koka"})
    assert codes(changed(infos=(practised,))) == [(Code.MARK_FALSE, "")]
    meant = changed(EXERCISE.bulletin, infos=ALERT.bulletin.infos)
    assert codes(meant) == [(Code.MARK_MISSING, ""), (Code.MARK_MISSING, "")]


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("alert", {"urgency": "Past"}),
        ("alert", {"response": "AllClear"}),
        ("alert", {"certainty": "Unlikely"}),
        ("correction", {"urgency": "Immediate"}),
        ("correction", {"response": "AllClear"}),
        ("all_clear", {"urgency": "Immediate"}),
        ("all_clear", {"response": "Shelter"}),
    ],
)
def test_codes_that_contradict_each_other_are_refused(kind: str, parts: Mapping[str, str]) -> None:
    bulletins = (ALERT.bulletin, *ALERT.prepared.values())
    [bulletin] = [each for each in bulletins if each.kind == kind]
    assert {code for code, _ in codes(changed(bulletin, **parts))} == {Code.CODES_CONTRADICT}


def test_an_area_must_be_there_and_be_known() -> None:
    assert codes(changed(areas=())) == [(Code.AREA_MISSING, "")]
    strange = BORAS.model_copy(update={"codes": ("1490", "9999")})
    [unknown] = objections(changed(areas=(strange,)))
    assert unknown == Objection(Code.AREA_UNKNOWN, {"area": "9999"})


def test_a_link_must_be_a_web_address() -> None:
    assert codes(changed(web="javascript:alert(1)")) == [(Code.LINK_UNREADABLE, "")]


def test_every_objection_can_be_said_in_a_sentence() -> None:
    spoilt = changed(
        with_texts(EXERCISE.bulletin, {"x": "VMA" * 100, "bluesky": ""}),
        infos=(ENGLISH,),
        areas=(BORAS.model_copy(update={"codes": ("9999",)}),),
        urgency="Past",
        expires=NIGHT,
        web="x",
    )
    found = objections(spoilt)
    assert len({objection.code for objection in found}) >= 10
    for objection in found:
        words = WORDS[objection.code]
        assert words.sentence.format(**objection.parameters)
        assert words.remedy.format(**objection.parameters)
