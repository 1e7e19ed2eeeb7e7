"""Whose turn it is to be told: gathering, one role after another, quiet hours and failures."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.notices import (
    Kind,
    NoticeClaimed,
    NoticeRaised,
    NoticeRead,
    NoticeSent,
    NoticeSettled,
)
from services.kit.messages import Told
from services.planner.notices.turns import GATHER, LEASE, WAITS, Turn, claimed, sent, turn
from tests.planner.notices.builders import MINUTES, PATIENCE, FakeContacts, notice
from tests.planner.samples import NOW

SECOND = timedelta(seconds=1)
PEOPLE = FakeContacts()


def told(level: int = 1, **more: Any) -> NoticeSent:
    fact: NoticeSent = notice(
        NoticeSent,
        **dict[str, Any](level=level, turned_at=NOW, reached=("bengt",), told=("bengt",))
        | {"unreached": 0}
        | more,
    ).fact
    return fact


def notice_of(fact: NoticeClaimed) -> Told[NoticeClaimed]:
    return Told(fact, 2, NOW)


def test_a_problem_waits_a_moment_for_others() -> None:
    raised = notice().fact
    assert turn(raised, NOW, PEOPLE) == Turn(0, (), NOW + GATHER)
    assert turn(raised, NOW + GATHER, PEOPLE) == Turn(1, ("bengt",))


def test_what_one_replica_has_taken_on_is_left_to_it_until_its_lease_is_over() -> None:
    claim = claimed(notice(), Turn(1, ("bengt",)), "one", NOW)
    assert claim.turned_at == NOW
    assert turn(claim, NOW + LEASE - SECOND, PEOPLE) == Turn(1, (), NOW + LEASE)
    assert turn(claim, NOW + LEASE, PEOPLE) == Turn(1, ("bengt",))


def test_those_who_were_told_are_not_told_again_before_their_time_is_up() -> None:
    assert turn(told(), NOW + MINUTES, PEOPLE) == Turn(1, (), NOW + PATIENCE)


def test_unread_it_goes_to_the_next_role_and_its_people_hear_of_it_whole() -> None:
    assert turn(told(), NOW + PATIENCE, PEOPLE) == Turn(2, ("bengt", "anna"))


def test_after_the_last_role_it_stays_where_it_is() -> None:
    last = told(2, reached=("anna", "bengt"), told=("anna", "bengt"))
    assert turn(last, NOW + 10 * PATIENCE, PEOPLE) == Turn(2)


@pytest.mark.parametrize(("kind", "more"), [(NoticeRead, {"by": "anna"}), (NoticeSettled, {})])
def test_what_is_read_or_over_goes_to_nobody(kind: type[NoticeRead], more: dict[str, Any]) -> None:
    fact = notice(kind, level=1, turned_at=NOW, **more).fact
    assert turn(fact, NOW + 10 * PATIENCE, PEOPLE) == Turn(1)


def test_a_role_without_anybody_to_reach_is_passed_over() -> None:
    raised = notice(roles=("ops", "author")).fact
    assert turn(raised, NOW + GATHER, PEOPLE) == Turn(2, ("anna", "bengt"))


def test_where_nobody_can_be_reached_nothing_is_sent() -> None:
    assert turn(notice().fact, NOW + GATHER, FakeContacts({})) == Turn(0)


def test_those_who_could_not_be_told_are_tried_again_after_longer_and_longer_pauses() -> None:
    people = FakeContacts({"approver": ("anna", "bengt")})
    before = claimed(notice(roles=("approver",)), Turn(1, ("anna", "bengt")), "one", NOW)
    fact = sent(notice_of(before), ["bengt"], NOW)
    assert (fact.reached, fact.unreached, fact.failures) == (("bengt",), 1, 1)
    assert turn(fact, NOW, people) == Turn(1, (), NOW + 30 * SECOND)
    assert turn(fact, NOW + 30 * SECOND, people) == Turn(1, ("anna",))
    pauses = []
    for failures in (2, 3, 6, 400):
        again_at = turn(fact.model_copy(update={"failures": failures}), NOW, people).again_at
        assert again_at is not None
        pauses.append(again_at - NOW)
    assert pauses == [1 * MINUTES, 2 * MINUTES, 10 * MINUTES, 10 * MINUTES]


def test_a_failure_does_not_put_off_the_next_role() -> None:
    fact = told(reached=(), told=(), failures=9, unreached=1)
    assert turn(fact, NOW, PEOPLE).again_at == NOW + 10 * MINUTES
    assert turn(fact, NOW + PATIENCE, PEOPLE) == Turn(2, ("bengt", "anna"))


@pytest.mark.parametrize("kind", list(Kind))
def test_quiet_hours_hold_back_only_what_can_wait(kind: Kind) -> None:
    morning = NOW + 8 * 60 * MINUTES
    sleeping = FakeContacts({"approver": ("bengt",)}, {"bengt": morning})
    raised = notice(why=kind, roles=("approver",)).fact
    waits = turn(raised, NOW + GATHER, sleeping)
    if kind in WAITS:
        assert waits == Turn(0, (), morning)
        assert turn(raised, morning, sleeping) == Turn(1, ("bengt",))
    else:
        assert waits == Turn(1, ("bengt",))


def test_somebody_who_slept_hears_of_it_afterwards_although_it_has_gone_on() -> None:
    morning = NOW + 60 * MINUTES
    people = FakeContacts({"approver": ("bengt", "cilla"), "author": ("anna",)}, {"bengt": morning})
    raised = notice(why=Kind.MISSED)
    first = turn(raised.fact, NOW + GATHER, people)
    assert first == Turn(1, ("cilla",))
    one = sent(notice_of(claimed(raised, first, "one", NOW)), ["cilla"], NOW)
    assert turn(one, NOW + MINUTES, people) == Turn(1, (), NOW + PATIENCE)
    second = turn(one, NOW + PATIENCE, people)
    assert second == Turn(2, ("anna",))
    claim = claimed(Told(one, 3, NOW), second, "one", NOW + PATIENCE)
    two = sent(notice_of(claim), ["anna"], NOW + PATIENCE)
    assert turn(two, NOW + 2 * PATIENCE, people) == Turn(2, (), morning)
    assert turn(two, morning, people) == Turn(2, ("bengt",))


def test_a_raised_notice_says_which_fact_came_before() -> None:
    before = notice(NoticeRaised, sequence=7)
    assert claimed(before, Turn(1, ("bengt",)), "one", NOW).follows == 7
