"""The publisher that ships keeps its promises however it is harmed, in each shape of the drill."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from drill.harm import blows
from drill.plans import Fate, plans
from drill.shapes import (
    ANSWERS,
    ANSWERS_DIALECTS,
    DEFAULT,
    FULL,
    KILLS,
    PAUSES,
    SHAPES,
    SMALL,
    SMALL_DIALECTS,
    Shape,
)
from tests.drill.running import run_drill

EVERY = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


@EVERY
def test_short_times_keep_what_the_publisher_demands_of_long_ones(shape: Shape) -> None:
    assert list(shape.timing.faults(shape.lag)) == []
    assert shape.ack_wait > shape.timing.lease


@EVERY
def test_what_is_written_is_drawn_from_the_seed_and_all_texts_differ(shape: Shape) -> None:
    drawn = plans(shape, 7)
    assert drawn == plans(shape, 7)
    assert drawn != plans(shape, 8)
    approved = [plan for plan in drawn if plan.fate is not Fate.LEFT]
    assert sum(len(plan.texts) for plan in approved) == shape.deliveries
    texts = [text for plan in drawn for text in plan.texts.values()]
    assert len(set(texts)) == len(texts)
    assert {name for plan in drawn for name in plan.texts} == set(shape.channels)
    if shape.deliveries >= 1000:
        assert {plan.fate for plan in drawn} == set(Fate)


@EVERY
def test_harm_is_drawn_from_the_seed_and_comes_in_the_promised_number(shape: Shape) -> None:
    drawn = blows(shape, 7)
    assert drawn == blows(shape, 7)
    assert drawn == sorted(drawn, key=lambda blow: blow.at)
    kills = Counter(blow.target.partition("-")[0] for blow in drawn if not blow.frozen)
    assert kills == shape.kills
    frozen = [blow.frozen for blow in drawn if blow.frozen]
    assert len(frozen) == shape.freezes
    assert max(frozen, default=0) <= 2 * shape.timing.lease.total_seconds()


def test_the_sizes_are_those_that_are_promised() -> None:
    assert (DEFAULT.deliveries, sum(DEFAULT.kills.values()) + DEFAULT.freezes) == (1500, 40)
    assert (FULL.deliveries, sum(FULL.kills.values()), FULL.freezes) == (10_000, 200, 60)
    assert FULL.kills["broker"] >= 40
    for shape in (SMALL, DEFAULT, FULL):
        left = 1.0
        for share, effect in shape.trouble:
            left *= 1.0 if effect["kind"] == "replay-status" else 1 - share
        assert 0.35 <= 1 - left < 0.4


@pytest.mark.drill
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("shape", "words"),
    [(SMALL, ["--small"]), (SMALL_DIALECTS, ["--small", "--dialects"])],
    ids=["plain", "dialects"],
)
def test_a_small_drill_loses_nothing_and_publishes_nothing_twice(
    shape: Shape, words: list[str], tmp_path: Path
) -> None:
    found = kept_promises(words, 7, tmp_path)
    assert found["deliveries"] == shape.deliveries
    assert sum(found["kills"].values()) == sum(SMALL.kills.values())
    assert found["needed_a_person"]["where_the_publisher_can_find_out"] == 0
    # A drill in which nothing went wrong would show nothing.
    assert all(found["channels"][name]["ambiguous"] for name in shape.channels)


@pytest.mark.drill
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "shape", [ANSWERS, ANSWERS_DIALECTS, KILLS, PAUSES], ids=lambda shape: shape.name
)
def test_where_nothing_is_planted_nothing_is_caught(shape: Shape, tmp_path: Path) -> None:
    ran = run_drill("--shape", shape.name, "--seed", "1", "--results", str(tmp_path))
    assert ran.status == 0, ran.said


@pytest.mark.drill
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_older_copy_that_is_put_back_publishes_nothing_twice(tmp_path: Path) -> None:
    found = kept_promises(["--restore"], 1, tmp_path)
    assert found["posts"]["newer_than_the_copy"] > 10


def kept_promises(words: list[str], seed: int, folder: Path) -> dict[str, Any]:
    """Run a drill that has to find nothing; gives its figures."""
    ran = run_drill(*words, "--seed", str(seed), "--results", str(folder))
    assert ran.status == 0, ran.said
    [file] = folder.glob(f"drill-*-{seed}.json")
    found: dict[str, Any] = json.loads(file.read_text())
    assert set(found["violations"].values()) == {0}
    return found
