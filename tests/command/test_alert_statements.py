"""Both sides spell what an officer signs in the very same bytes."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args
from uuid import uuid4

import pytest

from budkavle.alert import statements as ours
from schemas.alerts import Act, Area
from services.publisher.siren.api.bodies import Said
from services.publisher.siren.domain import statements as theirs
from tests.siren.builders import bulletin, prepared

MOMENTS = (
    datetime(2026, 11, 22, 2, 12, 7, 123456, tzinfo=UTC),
    datetime(2026, 3, 29, 3, 0, tzinfo=timezone(timedelta(hours=2))),
    datetime(2026, 11, 22, 2, 12, 7, 999999, tzinfo=UTC),
)


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("act", get_args(Act))
def test_a_statement_is_the_same_bytes_on_both_sides(act: Act, at: datetime) -> None:
    alert = uuid4()
    mine = ours.Statement("åsa-1", act, str(alert), "ab" * 32, at, "n" * 20)
    same = theirs.Statement("åsa-1", act, alert, "ab" * 32, at, "n" * 20)
    assert mine.signed == same.signed


def test_a_statement_without_alert_and_content_is_too() -> None:
    mine = ours.Statement("bo", "enter", None, None, MOMENTS[0], "n" * 20)
    assert mine.signed == theirs.Statement("bo", "enter", None, None, MOMENTS[0], "n" * 20).signed


def test_what_is_sent_says_what_was_signed() -> None:
    mine = ours.Statement.made("bo", "confirm", str(uuid4()), "ab" * 32)
    said = Said.model_validate(mine.said)
    read = theirs.Statement(said.officer, said.act, said.alert, said.digest, said.at, said.nonce)
    assert read.signed == mine.signed


def test_both_know_the_same_acts() -> None:
    assert get_args(ours.Act) == get_args(Act)


def test_a_content_that_went_through_json_has_the_same_digest_on_both_sides() -> None:
    square = ((57.7, 12.9), (57.8, 12.9), (57.75, 0.1 + 0.2), (57.7, 12.9))
    drawn = (Area(name="Ritat", polygons=(square,)), Area(name="Borås", codes=("1490",)))
    first = bulletin(channels=("torget", "kajen"), words="Koka! “Åäö” ✓").model_copy(
        update={"areas": drawn}
    )
    later = prepared(("torget",))
    shown = json.loads(json.dumps(first.model_dump(mode="json")))
    beside = {str(kind): json.loads(each.model_dump_json()) for kind, each in later.items()}
    assert ours.digest_of(shown, beside) == theirs.digest_of(first, later)
    assert ours.digest_of(shown) == theirs.digest_of(first, {}) == theirs.digest_of(first)
    assert ours.digest_of(shown) != ours.digest_of({**shown, "contact": "1177"})
