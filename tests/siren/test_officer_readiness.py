"""The board is red while fewer than two officers would be found tonight."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.alerts import OfficerPaged
from services.publisher.siren.officers.readiness import AWAY, Readiness, readiness
from services.publisher.siren.officers.roll import Officer
from services.publisher.siren.officers.sessions import by_key
from tests.siren.enlisted import Clock, station

CLOCK = Clock()


@pytest.fixture
def officers(tmp_path: Path) -> list[Officer]:
    return list(station(tmp_path, "astrid", "bo", "cia").roll.officers())


def paged(officer: str, *, reached: bool = True) -> OfficerPaged:
    trace = by_key(officer, None, CLOCK()).trace
    return OfficerPaged(
        occurred_at=CLOCK(), trace=trace, officer=officer, why="drill", reached=reached
    )


def judged(officers: list[Officer], **reached: bool) -> Readiness:
    called = {name: paged(name, reached=taken) for name, taken in reached.items()}
    return readiness(officers, {}, called, CLOCK())


def test_two_whose_last_call_was_taken_are_enough(officers: list[Officer]) -> None:
    found = judged(officers, astrid=True, bo=True, cia=False)
    assert (found.ready, found.reachable) == (True, 2)
    assert {each.officer: each.lack for each in found.officers} == {
        "astrid": None,
        "bo": None,
        "cia": "not_taken",
    }


def test_one_is_not_enough(officers: list[Officer]) -> None:
    assert not judged(officers, astrid=True, bo=False, cia=False).ready
    assert not judged([], astrid=True, bo=True).ready


def test_whoever_was_never_called_does_not_count(officers: list[Officer]) -> None:
    found = judged(officers, astrid=True)
    assert [each.lack for each in found.officers] == [None, "never_called", "never_called"]
    assert not found.ready


def test_whoever_lost_their_addresses_does_not_count(officers: list[Officer]) -> None:
    silent = [replace(each, pages=()) for each in officers]
    found = judged(silent, astrid=True, bo=True, cia=True)
    assert {each.lack for each in found.officers} == {"no_way_out"}
    assert not found.ready


def test_those_who_have_not_signed_in_for_ninety_days_are_named(officers: list[Officer]) -> None:
    entered = {
        "astrid": by_key("astrid", None, CLOCK() - AWAY + timedelta(seconds=1)),
        "bo": by_key("bo", None, CLOCK() - AWAY),
    }
    found = readiness(officers, entered, {}, CLOCK())
    assert [each.name for each in found.away] == ["Bo", "Cia"]
    assert found.officers[0].signed_in_at == entered["astrid"].occurred_at
