"""Waits grow to a bound, tokens are kept, a breaker opens and closes, timers have names."""

from datetime import timedelta

import pytest

from services.publisher.domain.pacing import Breaker, Bucket, next_serial
from services.publisher.domain.rules import Patience
from tests.publisher.builders import SECOND

MINUTE = timedelta(minutes=1)


def test_waits_between_tries_double_up_to_a_bound() -> None:
    waits = [Patience(SECOND, MINUTE).pause(attempt, 1.0) for attempt in range(1, 9)]
    assert waits == [2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND, 32 * SECOND] + [MINUTE] * 3


def test_a_wait_is_spread_over_the_whole_of_its_bound() -> None:
    assert [Patience(SECOND, MINUTE).pause(3, chance) for chance in (0.0, 0.25, 0.5)] == [
        timedelta(0),
        2 * SECOND,
        4 * SECOND,
    ]


def test_a_thousandth_try_still_has_a_wait() -> None:
    assert Patience().pause(1000, 1.0) == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("entry", "woken_by", "name"),
    [
        ("812", "812", "812-1"),
        ("812", "812-1", "812-2"),
        ("812", "812-9", "812-10"),
        ("813", "812-7", "813-1"),
        ("812", "", "812-1"),
    ],
)
def test_timers_of_one_entry_never_share_a_name(entry: str, woken_by: str, name: str) -> None:
    assert next_serial(entry, woken_by) == name


def test_a_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    bucket = Bucket(rate=2, burst=3)
    assert [bucket.take(100.0) for _ in range(3)] == [0.0] * 3
    assert bucket.take(100.0) == pytest.approx(0.5)
    assert bucket.take(100.5) == 0.0
    assert bucket.take(100.5) == pytest.approx(0.5)


def test_a_bucket_that_says_no_takes_nothing() -> None:
    bucket = Bucket(rate=1, burst=1)
    bucket.take(100.0)
    assert [bucket.take(100.2), bucket.take(100.4)] == pytest.approx([0.8, 0.6])


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket = Bucket(rate=10, burst=2)
    assert [bucket.take(1000.0) for _ in range(2)] == [0.0, 0.0]
    assert bucket.take(1000.0) > 0


def test_a_bucket_forgives_a_clock_that_goes_backwards() -> None:
    bucket = Bucket(rate=1, burst=1)
    bucket.take(100.0)
    assert bucket.take(90.0) == pytest.approx(1.0)


def failing(breaker: Breaker, times: int, since: float = 0.0) -> list[timedelta | None]:
    """One failure a second."""
    return [breaker.fail(since + second) for second in range(times)]


def test_a_breaker_opens_at_the_fifth_failure_in_a_row_and_doubles_its_rests() -> None:
    rests = failing(Breaker(), 8)
    assert rests == [None] * 4 + [5 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND]


def test_calls_that_fail_together_do_not_open_a_breaker() -> None:
    breaker = Breaker()
    assert [breaker.fail(0.0) for _ in range(20)] == [None] * 20
    assert not breaker.open
    assert breaker.fail(2.0) == 5 * SECOND


def test_a_breaker_never_rests_for_more_than_five_minutes() -> None:
    assert failing(Breaker(), 40)[-1] == timedelta(minutes=5)


def test_one_success_closes_a_breaker() -> None:
    breaker = Breaker()
    failing(breaker, 7)
    breaker.succeed()
    assert not breaker.open
    assert failing(breaker, 5, 10.0) == [None] * 4 + [5 * SECOND]


def test_a_breaker_can_open_at_the_first_failure() -> None:
    breaker = Breaker()
    assert breaker.fail(0.0, at_once=True) == 5 * SECOND
    assert breaker.fail(6.0) == 10 * SECOND


def test_while_it_is_open_one_call_at_a_time_tries() -> None:
    breaker = Breaker()
    assert breaker.try_one(0.0, within=20)
    assert breaker.try_one(0.0, within=20)
    failing(breaker, 5)
    assert breaker.try_one(10.0, within=20)
    assert not breaker.try_one(11.0, within=20)
    breaker.fail(12.0)
    assert breaker.try_one(30.0, within=20)
    # A call that never came to be made does not keep the others away for ever.
    assert not breaker.try_one(49.0, within=20)
    assert breaker.try_one(50.0, within=20)
    breaker.succeed()
    assert breaker.try_one(51.0, within=20)
    assert breaker.try_one(51.0, within=20)
