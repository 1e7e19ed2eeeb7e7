"""Times mean what people mean, and every unclear one gets an answer that says what to do."""

from datetime import UTC, datetime

import pytest

from schemas.codes import Code
from services.planner.domain.refusals import Problem
from services.planner.domain.times import Slot, local, slot_from_local, slot_from_text
from tests.planner.samples import ZONE


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-23T18:30+01:00", at(2026, 11, 23, 17, 30)),
        ("2026-11-23T17:30:00Z", at(2026, 11, 23, 17, 30)),
        ("2026-10-25T02:30+02:00", at(2026, 10, 25, 0, 30)),
        ("2026-10-25T02:30+01:00", at(2026, 10, 25, 1, 30)),
    ],
)
def test_a_time_with_an_offset_is_one_instant(text: str, instant: datetime) -> None:
    assert slot_from_text(text, ZONE) == Slot(instant, ZONE)


def test_on_approval_is_a_time() -> None:
    assert slot_from_text("on_approval", ZONE) == Slot("on_approval", ZONE)


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-11-23T18:30", ZONE, at(2026, 11, 23, 17, 30)),
        ("2026-07-01 18:30", ZONE, at(2026, 7, 1, 16, 30)),
        ("2026-07-01T18:30:15", "Europe/Helsinki", at(2026, 7, 1, 15, 30, 15)),
        ("2026-03-29T01:59", ZONE, at(2026, 3, 29, 0, 59)),
        ("2026-03-29T03:00", ZONE, at(2026, 3, 29, 1, 0)),
        ("2026-10-25T03:00", ZONE, at(2026, 10, 25, 2, 0)),
    ],
)
def test_a_local_time_is_read_on_the_clocks_of_its_zone(
    text: str, zone: str, instant: datetime
) -> None:
    assert slot_from_local(text, zone) == Slot(instant, zone)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-11-23T18:30", Code.TIME_WITHOUT_ZONE),
        ("i morgon", Code.TIME_UNREADABLE),
        ("", Code.TIME_UNREADABLE),
        ("2026-11-23", Code.TIME_UNREADABLE),
        ("2026-13-23T18:30Z", Code.TIME_UNREADABLE),
        ("2026-11-23T25:30Z", Code.TIME_UNREADABLE),
        ("0001-01-01T00:00+14:00", Code.TIME_UNREADABLE),
        ("9999-12-31T23:59-12:00", Code.TIME_UNREADABLE),
        ("9999-12-31T23:59Z", Code.TIME_UNREADABLE),
    ],
)
def test_an_unclear_text_is_a_problem(text: str, code: Code) -> None:
    problem = slot_from_text(text, ZONE)
    assert isinstance(problem, Problem)
    assert problem.code is code
    assert problem.parameters["time"] == text


@pytest.mark.parametrize(
    "zone", ["Europe/Atlantis", "", "../../etc/passwd", "/etc", "Europe", "\0"]
)
def test_an_unknown_zone_is_a_problem(zone: str) -> None:
    assert slot_from_local("2026-11-23T18:30", zone) == Problem(Code.ZONE_UNKNOWN, {"zone": zone})


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00", "9999-12-31T23:59", "kl 8", "1969-01-01T00:00"]
)
def test_a_local_time_far_from_now_is_not_a_time(text: str) -> None:
    problem = slot_from_local(text, "Asia/Tokyo")
    assert isinstance(problem, Problem)
    assert problem.code is Code.TIME_UNREADABLE


def test_a_skipped_hour_says_so() -> None:
    assert slot_from_local("2026-03-29T02:30", ZONE) == Problem(
        Code.TIME_SKIPPED, {"time": "2026-03-29T02:30", "zone": ZONE}
    )


def test_a_doubled_hour_offers_both() -> None:
    problem = slot_from_local("2026-10-25T02:30", ZONE)
    assert isinstance(problem, Problem)
    assert problem.code is Code.TIME_DOUBLED
    assert problem.parameters["first"] == "2026-10-25T02:30+02:00"
    assert problem.parameters["second"] == "2026-10-25T02:30+01:00"


def test_each_offer_for_a_doubled_hour_is_taken() -> None:
    problem = slot_from_local("2026-10-25T02:30", ZONE)
    assert isinstance(problem, Problem)
    slots = [slot_from_text(str(problem.parameters[name]), ZONE) for name in ("first", "second")]
    assert slots == [
        Slot(at(2026, 10, 25, 0, 30), ZONE),
        Slot(at(2026, 10, 25, 1, 30), ZONE),
    ]


def test_our_own_answer_for_a_doubled_hour_can_be_sent_back() -> None:
    instant = at(2026, 10, 25, 1, 30)
    assert slot_from_local(local(instant, ZONE), ZONE, instant.isoformat()) == Slot(instant, ZONE)


def test_an_instant_beside_another_local_time_does_not_count() -> None:
    assert slot_from_local("2026-11-23T18:30", ZONE, "2026-10-25T01:30:00Z") == Slot(
        at(2026, 11, 23, 17, 30), ZONE
    )


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        (at(2026, 11, 23, 17, 30), "2026-11-23T18:30"),
        (at(2026, 11, 23, 17, 30, 5), "2026-11-23T18:30:05"),
        (at(2026, 7, 1, 16, 30), "2026-07-01T18:30"),
    ],
)
def test_an_instant_is_shown_as_its_zone_reads_it(instant: datetime, shown: str) -> None:
    assert local(instant, ZONE) == shown
