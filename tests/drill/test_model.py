"""The model finds nothing on the engine that ships, and finds every guard that is taken away."""

import pytest

from drill.model.__main__ import Case, as_it_has_to_be, cases
from drill.model.search import search

pytestmark = pytest.mark.slow

# What people change on the way is a million states: `make model` searches that too.
CASES = [case for case in cases(attempts=1) if not case.setting.changes]
SOUND = [case for case in CASES if not case.broken]
BROKEN = [case for case in CASES if case.broken]


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case.name)
def test_every_history_is_as_it_has_to_be(case: Case) -> None:
    result = search(case.setting)
    assert as_it_has_to_be(case, result), (result.violation, result.trace, result.stuck_trace)


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_missing_guard_is_shown_by_a_short_story(case: Case) -> None:
    result = search(case.setting)
    assert as_it_has_to_be(case, result)
    assert result.violation == "public twice"
    assert 5 < len(result.trace) < 40
    assert "calls" in result.trace[-1]
