"""A week is mapped onto a minute: order kept, gaps scaled, never two posts at once."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budkavle.demo.pace import minute_of_week, spread


def test_minutes_count_from_monday_midnight() -> None:
    assert minute_of_week("monday", "00:00") == 0
    assert minute_of_week("monday", "18:30") == 18 * 60 + 30
    assert minute_of_week("sunday", "23:59") == 7 * 24 * 60 - 1


@pytest.mark.parametrize(
    ("moments", "span", "expected"),
    [
        ([], 60, []),
        ([500], 60, [0.0]),
        ([0, 10, 30], 60, [0.0, 20.0, 60.0]),
        ([30, 0, 10], 60, [60.0, 0.0, 20.0]),  # as written, not as sorted
        ([0, 1, 1000], 11, [0.0, 1.0, 11.0]),  # the small gap is stretched, the large one gives
        ([5, 5, 5], 10, [0.0, 5.0, 10.0]),
        ([0, 1, 2, 3], 2, [0.0, 1.0, 2.0, 3.0]),  # does not fit: the span grows
    ],
)
def test_known_weeks(moments: list[float], span: float, expected: list[float]) -> None:
    assert spread(moments, span) == pytest.approx(expected)


@given(
    st.lists(st.integers(0, 7 * 24 * 60 - 1), min_size=2, max_size=30),
    st.floats(5, 600, allow_nan=False),
)
def test_any_week_keeps_its_order_with_a_second_between(week: list[int], span: float) -> None:
    seconds = spread(week, span)
    by_time = sorted(seconds)
    assert by_time[0] == 0
    assert all(b - a >= 1 - 1e-6 for a, b in pairwise(by_time))
    assert by_time[-1] == pytest.approx(max(span, len(week) - 1))
    for before, after in pairwise(range(len(week))):
        if week[before] != week[after]:
            assert (week[before] < week[after]) == (seconds[before] < seconds[after])
