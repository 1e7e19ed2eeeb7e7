"""The verdict is clean only if every variant is out once, seen and measured."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from budkavle.demo.judge import Evidence, verdict
from budkavle.demo.simulated import Shown
from budkavle.demo.story import AGES, Row, reach
from budkavle.demo.watch import renewed
from budkavle.programs import MASTODON, NEWSROOM
from budkavle.words import speak

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = "http://127.0.0.1:8081/natt-1a2b/"
ON_THE_WALL = Row(
    slug="natt",
    title="Natt",
    channel=MASTODON,
    day="monday",
    time="18:30",
    text="Kvart i tre på natten.",
    post="1",
    state="published",
    label="Published",
    publish_at=NOON,
    published_at=NOON + timedelta(seconds=0.2),
    url="http://127.0.0.1:8090/mastodon/@regionen/7",
    witnessed_after=timedelta(seconds=1.6),
    read_at=AGES[-1],
    numbers={"views": None, "shares": 3},
)
ON_THE_PAGE = replace(ON_THE_WALL, channel=NEWSROOM, url=PAGE, numbers={"views": 9})
SHOWN = Shown("mastodon", "7", "Kvart i tre på natten.\n\nhttps://example.org/natt", again=False)
CLEAN = Evidence([SHOWN], {PAGE: 1})


def wrongs(*rows: Row, evidence: Evidence = CLEAN) -> list[str]:
    return [str(wrong) for wrong in verdict(rows, evidence)]


def test_out_once_seen_and_measured_is_clean() -> None:
    assert wrongs(ON_THE_WALL, ON_THE_PAGE) == []


def test_the_same_request_again_is_not_a_second_post() -> None:
    again = Evidence([SHOWN, replace(SHOWN, again=True)], {PAGE: 1})
    assert wrongs(ON_THE_WALL, ON_THE_PAGE, evidence=again) == []


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (Evidence([], {PAGE: 1}), "Natt in mastodon-regionen: public 0 times."),
        (Evidence([SHOWN, SHOWN], {PAGE: 1}), "Natt in mastodon-regionen: public 2 times."),
        (Evidence([SHOWN], {}), "Natt in newsroom: public 0 times."),
        (Evidence([SHOWN], {PAGE: 2}), "Natt in newsroom: public 2 times."),
        (
            Evidence([SHOWN, Shown("mastodon", "8", "Annat", again=False)], {PAGE: 1}),
            "The simulator shows something that nobody approved: 8",
        ),
        (
            Evidence([SHOWN, replace(SHOWN, dialect="bluesky")], {PAGE: 1}),
            "The simulator shows something that nobody approved: 7",
        ),
        (
            Evidence([SHOWN], {PAGE: 1, "http://x/": 1}),
            "The newsroom shows something that nobody approved: http://x/",
        ),
    ],
)
def test_the_records_of_others_decide(evidence: Evidence, expected: str) -> None:
    assert wrongs(ON_THE_WALL, ON_THE_PAGE, evidence=evidence) == [expected]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (replace(ON_THE_PAGE, state="uncertain"), "it is uncertain"),
        (replace(ON_THE_PAGE, witnessed_after=None), "no stranger has seen it"),
        (replace(ON_THE_PAGE, read_at=AGES[0]), "its last numbers have not been read"),
    ],
)
def test_what_is_not_finished_is_listed(row: Row, expected: str) -> None:
    assert wrongs(ON_THE_WALL, row) == [f"Natt in newsroom: {expected}."]


def test_a_row_follows_what_the_planner_shows() -> None:
    variant = {
        "channel": MASTODON,
        "status": "published",
        "status_label": "Publicerad",
        "url": "http://x/7",
        "published_at": "2026-11-23T12:00:01.500Z",
        "witness": {"seen": True, "after": "PT1.6S", "look": 1},
        "insights": [
            {"age": "PT10S", "numbers": [{"name": "shares", "value": 4}]},
            {"age": "PT4S", "numbers": [{"name": "shares", "value": 1}]},
        ],
    }
    planned = replace(
        ON_THE_WALL, state="scheduled", published_at=None, numbers=None, read_at=timedelta(0)
    )
    row = renewed(planned, {"variants": [variant]})
    assert row.out
    assert row.late == timedelta(seconds=1.5)
    assert row.witnessed_after == timedelta(seconds=1.6)
    assert (row.read_at, row.numbers) == (AGES[-1], {"shares": 4})


def test_a_row_of_another_channel_stays_as_it_is() -> None:
    assert renewed(ON_THE_PAGE, {"variants": []}) == ON_THE_PAGE


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (None, ""),
        ({"views": 22, "shares": None}, "22 visningar"),
        ({"views": None, "shares": 1}, "1 delning"),
        ({"views": None, "shares": 0}, "0 delningar"),
        ({"views": None, "shares": None}, "–"),
    ],
)
def test_reach_is_said_in_words_and_missing_is_not_none(
    numbers: dict[str, int | None] | None, expected: str
) -> None:
    assert reach(speak("sv"), numbers) == expected
