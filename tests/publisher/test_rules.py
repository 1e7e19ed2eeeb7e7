"""Times that could make a post go out twice refuse to be used, and say which they are."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.publisher.domain.rules import Timing
from services.publisher.settings import Settings
from tests.publisher.builders import SECOND


def faults(answer_within: float, lease: float, settle: float, lag: float = 0) -> list[str]:
    timing = Timing(answer_within * SECOND, lease * SECOND, settle * SECOND)
    return list(timing.faults(lag * SECOND))


@pytest.mark.parametrize(
    "times", [(10, 30, 35), (20, 30, 30), (10, 15, 15), (10, 30, 35, 5), (0.5, 1, 1.2)]
)
def test_times_in_order_are_used(times: tuple[float, ...]) -> None:
    assert faults(*times) == []


@pytest.mark.parametrize(
    ("times", "named"),
    [
        # A third of the lease may be gone before the call, and the call has to end within it.
        ((20.1, 30, 35), ["ANSWER_WITHIN"]),
        ((30, 30, 35), ["ANSWER_WITHIN"]),
        ((10, 30, 29.9), ["SETTLE"]),
        ((10, 30, 34, 5), ["SETTLE"]),
        ((40, 30, 20), ["ANSWER_WITHIN", "SETTLE"]),
    ],
)
def test_each_broken_inequality_is_named(times: tuple[float, ...], named: list[str]) -> None:
    assert [fault.split(" ")[0] for fault in faults(*times)] == named


def test_a_fault_says_both_sides_in_seconds() -> None:
    [fault] = faults(10, 30, 34, 5)
    assert all(part in fault for part in ("(34 s)", "LEASE (30 s)", "(5 s)"))


def settings(**said: Any) -> Settings:
    return Settings(
        nats_url="nats://127.0.0.1:4222",
        secrets=Path("secrets"),
        data=Path("kept"),
        channels=Path("channels.toml"),
        **said,
    )


def test_the_settings_that_we_deliver_are_in_order() -> None:
    assert list(settings().timing.faults()) == []


@pytest.mark.parametrize(
    ("name", "span"), [("settle", timedelta(seconds=29)), ("answer_within", timedelta(seconds=21))]
)
def test_settings_out_of_order_do_not_start(name: str, span: timedelta) -> None:
    with pytest.raises(ValidationError, match=name.upper()):
        settings(**{name: span})
