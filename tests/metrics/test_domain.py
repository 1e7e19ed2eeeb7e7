"""When metrics looks and reads, told by table."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from schemas.deliveries import DeliveryFact
from schemas.insights import InsightCollected, WitnessFact
from services.metrics import domain
from services.metrics.domain import Appointment, Look, NotAnAppointment, Reading, Watch
from services.metrics.publications import publication
from tests.metrics.builders import (
    DAY,
    HOUR,
    NOON,
    PLAN,
    POST,
    SECOND,
    corrected,
    correcting,
    insight,
    proof,
    published,
    retracted,
    shown,
    uncorrected,
    unseen,
    witnessed,
)

SERIALS = [
    (Look(812, 1), "812-witness-1"),
    (Look(812, 4), "812-witness-4"),
    (Reading(812, HOUR, 1), "812-age-3600"),
    (Reading(812, 28 * DAY, 3), "812-age-2419200-again-2"),
    (Watch(812, 120 * SECOND), "812-watch-120"),
    (Watch(812, DAY, "0f" * 8), "812-watch-86400-without-0f0f0f0f0f0f0f0f"),
]


@pytest.mark.parametrize(("appointment", "serial"), SERIALS)
def test_a_timer_means_what_it_was_named_for(appointment: Appointment, serial: str) -> None:
    assert domain.serial_of(appointment) == serial
    assert domain.meaning_of(("torget", str(POST), "newsroom", serial)) == (
        "torget",
        POST,
        "newsroom",
        appointment,
    )


@pytest.mark.parametrize(("appointment", "serial"), SERIALS)
def test_a_timer_of_an_earlier_version_is_still_kept(appointment: Appointment, serial: str) -> None:
    assert domain.meaning_of(("torget", str(POST), serial)) == ("torget", POST, "", appointment)


@pytest.mark.parametrize(
    "tokens",
    [
        (),
        ("torget", str(POST)),
        ("torget", "no-post", "1-witness-1"),
        ("torget", str(POST), "1-witness"),
        ("torget", str(POST), "1-age-1h"),
        ("torget", str(POST), "1-age-3600-again-"),
        ("torget", str(POST), "٣-witness-1"),
        ("torget", str(POST), "1-watch-"),
        ("torget", str(POST), "1-watch-60-without-"),
        ("torget", str(POST), "1-watch-60-without-Aina"),
        ("torget", str(POST), "newsroom", "1-witness-1", "more"),
    ],
)
def test_a_timer_nobody_set_is_said_to_be_one(tokens: tuple[str, ...]) -> None:
    with pytest.raises(NotAnAppointment):
        domain.meaning_of(tokens)


@pytest.mark.parametrize("url", ["", "https://matrix.to/#/!rum:server.example/$hej"])
def test_what_has_no_page_is_measured_and_never_looked_at(url: str) -> None:
    planned = [appointment for appointment, _ in domain.appointments(PLAN, 812, shown(url=url))]
    assert planned == [Reading(812, HOUR, 1), Reading(812, DAY, 1)]


def test_a_publication_is_looked_at_soon_and_measured_at_every_age() -> None:
    assert list(domain.appointments(PLAN, 812, shown())) == [
        (Look(812, 1), NOON + 15 * SECOND),
        (Reading(812, HOUR, 1), NOON + HOUR),
        (Reading(812, DAY, 1), NOON + DAY),
    ]


def test_a_post_not_seen_is_looked_at_again_a_set_number_of_times() -> None:
    later = NOON + HOUR
    assert domain.next_look(PLAN, Look(812, 1), later) == (Look(812, 2), later + 30 * SECOND)
    assert domain.next_look(PLAN, Look(812, 2), later) == (Look(812, 3), later + 120 * SECOND)
    assert domain.next_look(PLAN, Look(812, 3), later) is None


def test_a_channel_that_does_not_answer_is_asked_again_a_set_number_of_times() -> None:
    later = NOON + HOUR
    first, second, third = (Reading(812, HOUR, number) for number in (1, 2, 3))
    assert domain.next_reading(PLAN, first, later) == (second, later + 30 * SECOND)
    assert domain.next_reading(PLAN, second, later) == (third, later + 300 * SECOND)
    assert domain.next_reading(PLAN, third, later) is None


@pytest.mark.parametrize(
    ("age", "moment", "past"),
    [
        (HOUR, NOON + HOUR, False),
        (HOUR, NOON + DAY + 59 * SECOND, False),
        (HOUR, NOON + DAY + 60 * SECOND, True),
        (DAY, NOON + 400 * DAY, False),
        (2 * HOUR, NOON + 2 * DAY, True),
    ],
)
def test_a_reading_is_too_late_when_the_next_age_has_come(
    age: timedelta, moment: datetime, *, past: bool
) -> None:
    assert domain.is_past(PLAN, Reading(812, age, 1), NOON, moment) is past


@pytest.mark.parametrize(
    ("newest", "done"),
    [
        (None, False),
        (unseen(revision=2, look=1), False),
        (unseen(revision=2, look=2), True),
        (unseen(revision=2, look=3, final=True), True),
        (witnessed(revision=2, look=1), True),
        (witnessed(revision=1, look=1), False),
        (unseen(revision=1, look=4), False),
        (unseen(revision=3, look=1), True),
    ],
)
def test_a_look_is_made_unless_it_or_a_better_one_has_been_told(
    newest: WitnessFact | None, *, done: bool
) -> None:
    assert domain.look_is_done(newest, shown(revision=2), Look(812, 2)) is done


@pytest.mark.parametrize(
    ("newest", "renewed"),
    [
        (None, False),
        (unseen(look=2), True),
        (unseen(look=1), False),
        (unseen(look=3), False),
        (unseen(look=2, final=True), False),
        (unseen(look=2, revision=2), False),
        (witnessed(look=2), False),
    ],
)
def test_only_the_newest_open_look_gets_its_next_appointment_again(
    newest: WitnessFact | None, *, renewed: bool
) -> None:
    assert (domain.look_to_renew(newest, shown(), Look(812, 2)) is not None) is renewed


@pytest.mark.parametrize(
    ("newest", "done"),
    [
        (None, False),
        (insight(revision=2, age=HOUR), False),
        (insight(revision=2, age=DAY), True),
        (insight(revision=2, age=7 * DAY), True),
        (insight(revision=1, age=7 * DAY), False),
        (insight(revision=3, age=HOUR), True),
    ],
)
def test_numbers_are_read_unless_this_age_or_a_later_one_has_been_told(
    newest: InsightCollected | None, *, done: bool
) -> None:
    assert domain.reading_is_done(newest, shown(revision=2), Reading(812, DAY, 1)) is done


def test_a_correction_is_looked_at_anew_and_read_at_the_ages_to_come() -> None:
    seen = publication(corrected(NOON + 2 * HOUR))
    assert seen is not None
    assert list(domain.appointments(PLAN, 815, seen)) == [
        (Look(815, 1), NOON + 2 * HOUR + 15 * SECOND),
        (Reading(815, DAY, 1), NOON + DAY),
    ]


LOOK, READING = Look(812, 1), Reading(812, DAY, 1)


@pytest.mark.parametrize(
    ("newest", "sequence", "look", "reading"),
    [
        (published(), 812, True, True),
        (published(revision=3), 830, False, False),
        (corrected(NOON + HOUR), 815, False, False),
        (correcting(), 813, False, True),
        (uncorrected(), 815, False, True),
        (retracted(), 815, False, False),
        (correcting(proof=None), 813, False, False),
    ],
)
def test_an_appointment_is_kept_while_what_it_is_for_is_public(
    newest: DeliveryFact, sequence: int, *, look: bool, reading: bool
) -> None:
    for wanted, kept in ((LOOK, look), (READING, reading)):
        shown = domain.met(newest, sequence, "newsroom", wanted, NOON + DAY)
        assert (shown is not None) is kept


def test_numbers_go_on_under_the_revision_that_is_public() -> None:
    seen = domain.met(uncorrected(), 815, "newsroom", READING, NOON + DAY)
    assert seen is not None
    assert (seen.revision, seen.kind, seen.external_id) == (1, "newsroom", "vaccinera-dig")
    assert domain.met(uncorrected(), 815, "", READING, NOON + DAY) is None


def test_a_reading_of_what_was_taken_back_is_not_made_of_what_came_after() -> None:
    young = correcting(proof=proof().model_copy(update={"published_at": NOON + 20 * HOUR}))
    assert domain.met(young, 830, "newsroom", READING, NOON + DAY) is None


def watched(until: timedelta = 30 * DAY) -> list[timedelta]:
    """The ages at which comments are read, each asked for when the one before has come."""
    ages: list[timedelta] = []
    moment = NOON
    while following := domain.next_watch(PLAN, 812, NOON, moment):
        watch, moment = following
        assert moment == NOON + watch.age
        if watch.age > until:
            break
        ages.append(watch.age)
    return ages


def test_comments_are_read_ever_more_seldom_until_the_post_is_old() -> None:
    ages = watched()
    pauses = [later - age for age, later in pairwise(ages)]
    assert ages[0] == pauses[0] == 120 * SECOND
    assert pauses == sorted(pauses)
    assert pauses[-1] == 6 * HOUR
    assert 27.7 * DAY < ages[-1] <= 28 * DAY
    for age, pause in zip(ages, pauses, strict=False):
        if 20 * 60 * SECOND < age < 60 * HOUR:
            assert age / 10 - SECOND < pause <= age / 10


def test_whoever_asks_between_two_readings_is_told_the_same() -> None:
    ages = watched(DAY)
    for age, later in pairwise(ages):
        for moment in (age, age + SECOND, (age + later) / 2, later - SECOND / 1000):
            following = domain.next_watch(PLAN, 812, NOON, NOON + moment)
            assert following == (Watch(812, later), NOON + later)


def test_a_post_whose_channel_s_clock_is_ahead_is_read_first_at_the_first_age() -> None:
    following = domain.next_watch(PLAN, 812, NOON, NOON - HOUR)
    assert following == (Watch(812, 120 * SECOND), NOON + 120 * SECOND)


def test_where_no_comments_are_wanted_none_are_read() -> None:
    never = replace(PLAN, watch_for=timedelta(0))
    assert domain.next_watch(never, 812, NOON, NOON) is None
