"""What an operator sets is checked at the start, and a mistake is named."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.metrics.settings import Settings


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setenv("METRICS_SECRETS", str(tmp_path))
    return monkeypatch


def test_what_is_not_set_is_what_a_region_wants(environment: pytest.MonkeyPatch) -> None:
    settings = Settings()
    assert settings.port == 8083
    assert settings.witness_after == timedelta(seconds=15)
    assert settings.ages == tuple(
        timedelta(hours=hours) for hours in (1, 24, 3 * 24, 7 * 24, 28 * 24)
    )
    assert settings.watch_least == timedelta(minutes=2)
    assert settings.watch_most == timedelta(hours=6)
    assert settings.watch_for == timedelta(days=28)


def test_a_demo_can_press_weeks_into_seconds(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("METRICS_WITNESS_AFTER", "PT1.5S")
    environment.setenv("METRICS_AGES", '["PT4S", "PT10S"]')
    environment.setenv("METRICS_READ_BASES", '{"https://region.example": "http://publisher:8081"}')
    settings = Settings()
    assert settings.witness_after == timedelta(seconds=1.5)
    assert settings.ages == (timedelta(seconds=4), timedelta(seconds=10))
    assert settings.read_bases == {"https://region.example": "http://publisher:8081"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AGES", '["PT1.5S"]', "whole number of seconds"),
        ("AGES", '["PT0S"]', "whole number of seconds"),
        ("AGES", '["PT10S", "PT4S"]', "have to rise"),
        ("AGES", '["PT4S", "PT4S"]', "have to rise"),
        ("AGES", '["soon"]', "duration"),
        ("LOOK_AGAIN", '["PT0S"]', "greater than"),
        ("LOOK_AGAIN", "[" + ", ".join(['"PT1S"'] * 11) + "]", "at most 10"),
        ("WITNESS_AFTER", "-PT1S", "greater than or equal"),
        ("WATCH_LEAST", "PT0.9S", "greater than or equal"),
        ("WATCH_LEAST", "PT11M", "less than or equal"),
        ("WATCH_MOST", "PT9M", "greater than or equal"),
        ("WATCH_MOST", "P2D", "less than or equal"),
        ("WATCH_FOR", "P91D", "less than or equal"),
        ("ANSWER_WITHIN", "PT31S", "less than or equal"),
        ("READ_BASES", '{"region.example": "http://publisher:8081"}', "not an origin"),
        ("READ_BASES", '{"https://region.example/": "http://a"}', "not an origin"),
        ("READ_BASES", '{"https://region.example": "ftp://a"}', "not an origin"),
        ("READ_BASES", '{"https://region.example": "http://"}', "not an origin"),
    ],
)
def test_a_mistake_is_named(
    environment: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    environment.setenv(f"METRICS_{name}", value)
    with pytest.raises(ValidationError, match=said) as caught:
        Settings()
    assert caught.value.errors()[0]["loc"][0] == name.lower()
