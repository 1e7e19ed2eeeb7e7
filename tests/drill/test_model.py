"""The model finds nothing on the engine that ships, and finds every guard that is taken away."""

import pytest

from drill.model.__main__ import Case, as_it_has_to_be, cases
from drill.model.search import search

pytestmark = pytest.mark.slow

CASES = tuple(cases(attempts=1))
QUICK = [case for case in CASES if not case.setting.changes and case.setting.fresh is None]
LONG = [case for case in CASES if case.setting.fresh is not None]
# What people change on the way is a million states: `make model` searches that too.


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
def test_every_history_is_as_it_has_to_be(case: Case) -> None:
    result = search(case.setting)
    assert as_it_has_to_be(case, result), (result.violation, result.trace, result.stuck_trace)


@pytest.mark.parametrize("case", LONG, ids=lambda case: case.name)
def test_every_history_that_may_come_too_late_is_as_it_has_to_be(case: Case) -> None:
    result = search(case.setting)
    assert as_it_has_to_be(case, result), (result.violation, result.trace, result.stuck_trace)


@pytest.mark.parametrize(
    "case", [each for each in QUICK if each.broken], ids=lambda case: case.name
)
def test_a_missing_guard_is_shown_by_a_short_story(case: Case) -> None:
    result = search(case.setting)
    assert result.violation == "public twice"
    assert 5 < len(result.trace) < 40
    assert "calls" in result.trace[-1]
