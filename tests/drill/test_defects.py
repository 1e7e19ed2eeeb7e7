"""The drill catches every defect that is planted in the publisher."""

import pytest

from drill.defects import DEFECTS
from drill.shapes import SHAPES
from tests.drill.running import run_drill

NAMED = {
    "no-write-before-call",
    "no-cas",
    "retry-uncertain",
    "no-settle",
    "send-after-lease",
    "new-key-per-attempt",
    "default-ack-policy",
}


def test_every_defect_that_was_promised_can_be_planted_in_a_small_drill() -> None:
    assert DEFECTS.keys() > NAMED
    assert all(SHAPES[defect.shape].deliveries <= 300 for defect in DEFECTS.values())


QUICK = {"no-write-before-call", "retry-uncertain", "default-ack-policy"}
"""Caught within seconds; the others are for whoever asks: `pytest -m drill`."""


@pytest.mark.drill
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in DEFECTS],
)
def test_a_planted_defect_is_caught(name: str) -> None:
    ran = run_drill("--defect", name, "--seed", "1")
    assert ran.status == 1, ran.said
    assert f"{name}: caught" in ran.said


@pytest.mark.drill
@pytest.mark.timeout(300)
def test_a_defect_is_caught_where_the_platforms_own_adapters_are_drilled() -> None:
    name = "new-key-per-attempt"
    ran = run_drill("--defect", name, "--dialects", "--seed", "1")
    assert ran.status == 1, ran.said
    assert f"{name}: caught" in ran.said
