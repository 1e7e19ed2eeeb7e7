"""The board's week is the ISO week on the organisation's clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from schemas.channels import Limits
from services.kit.languages import language
from services.planner.web import spoken
from services.planner.web.week import Week, week_named, week_of
from tests.planner.samples import ZONE


def test_a_week_is_found_by_its_name() -> None:
    week = week_named("2026-W53", ZONE)
    assert week is not None
    assert week.monday == date(2026, 12, 28)
    assert week.shifted(1).name == "2027-W01"
    assert week.name == "2026-W53"


@pytest.mark.parametrize("name", ["", "2026-48", "2025-W53", "2026-W00", "0001-W01", "9999-W52"])
def test_what_is_no_week_is_no_week(name: str) -> None:
    assert week_named(name, ZONE) is None


def test_sunday_night_belongs_to_the_week_of_the_zone() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert week_of(late, ZONE).name == "2026-W48"
    assert week_of(late, "UTC").name == "2026-W47"


def test_the_week_of_the_clock_change_has_an_hour_more() -> None:
    week = week_named("2026-W43", ZONE)
    assert week is not None
    assert week.end - week.start == timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("monday", "said"),
    [
        (date(2026, 11, 23), "23–29 november 2026"),
        (date(2026, 11, 30), "30 november – 6 december 2026"),
        (date(2026, 12, 28), "28 december 2026 – 3 januari 2027"),
    ],
)
def test_a_week_is_said_in_days(monday: date, said: str) -> None:
    assert spoken.stretch(Week(monday, ZONE), language("sv")) == said


def test_durations_are_said_as_people_do() -> None:
    swedish = language("sv")
    assert spoken.duration(timedelta(milliseconds=1480), swedish) == "1,5 s"
    assert spoken.duration(timedelta(minutes=5), swedish) == "5 minuter"
    assert spoken.age(timedelta(days=7), swedish) == "1 vecka"


def test_the_first_words_end_with_a_whole_word() -> None:
    assert spoken.opening("Klockan är kvart i tre, på\nnatten.", 24) == "Klockan är kvart i tre …"
    assert spoken.opening("Kort\n\ntext", 24) == "Kort text"


def test_a_form_says_that_a_channel_needs_a_picture() -> None:
    limits = Limits(characters=2200, pictures=10, pictures_least=1)
    said = "At most 2,200 characters. It needs a picture."
    assert spoken.limit(limits, language("en")) == said
