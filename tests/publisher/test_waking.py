"""Hearing never sends, a timer does: what a delivery that is not under way does when woken."""

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryScheduled,
)
from services.kit.messages import Told
from services.publisher.domain.answers import Absent
from services.publisher.domain.engine import step
from services.publisher.domain.happenings import STAY, Check, Claimed, LookedUp, Move, Order, Wake
from tests.publisher.builders import (
    FRESH,
    HOUR,
    LEASE,
    NOON,
    SECOND,
    SETTLE,
    attempted,
    cancelled,
    corrected,
    expired,
    failed,
    heard,
    held,
    hold,
    order,
    pause,
    published,
    rang,
    retracted,
    rules,
    scheduled,
    taken_back,
    uncertain,
    view,
    waiting,
    withdrawn,
)

RULES = rules()
RESTING = [published(), corrected(1), retracted(), failed(), expired(), cancelled()]
DUE = [(scheduled(), NOON), (waiting(), NOON + 60 * SECOND)]


@pytest.mark.parametrize("event", [heard(order(), -HOUR), rang(order(), -HOUR)])
def test_an_order_is_taken_in_and_waits_for_its_time(event: object) -> None:
    move = step(None, event, RULES)  # type: ignore[arg-type]
    assert isinstance(move.entry, DeliveryScheduled)
    assert (move.entry.aim, move.entry.fresh_until) == ("publish", NOON + FRESH)
    assert move.effect == Wake(NOON)


@pytest.mark.parametrize("newest", [None, withdrawn(), taken_back()])
def test_without_an_approved_order_nothing_begins(newest: Order | None) -> None:
    assert step(None, heard(newest), RULES) == STAY
    assert step(None, rang(newest), RULES) == STAY


@pytest.mark.parametrize(("state", "due"), DUE)
def test_hearing_an_order_again_only_sets_the_timer_again(
    state: Told[DeliveryFact], due: object
) -> None:
    assert step(state, heard(order(), 300 * SECOND), RULES) == Move(None, Wake(due))  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "due"), DUE)
def test_a_timer_that_comes_early_is_set_again(state: Told[DeliveryFact], due: object) -> None:
    assert step(state, rang(order(), -SECOND), RULES) == Move(None, Wake(due))  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "tries"), [(scheduled(), 1), (waiting(attempt=3), 4)])
@pytest.mark.parametrize("after", [60 * SECOND, FRESH])
def test_when_the_time_has_come_it_is_claimed(
    state: Told[DeliveryFact], tries: int, after: object
) -> None:
    move = step(state, rang(order(), after), RULES)  # type: ignore[arg-type]
    assert isinstance(move.entry, DeliveryAttempted)
    assert (move.entry.owner, move.entry.lease) == ("a/1", LEASE)
    assert (move.entry.attempt, move.entry.doubt) == (tries, False)
    assert move.effect == Check()


def test_it_is_claimed_at_its_time_to_the_microsecond() -> None:
    move = step(scheduled(), rang(order()), RULES)
    assert isinstance(move.entry, DeliveryAttempted)
    assert move.entry.first_attempt_at == NOON


def test_a_later_attempt_remembers_the_first_one() -> None:
    move = step(waiting(), rang(order(), 90 * SECOND), RULES)
    assert isinstance(move.entry, DeliveryAttempted)
    assert move.entry.first_attempt_at == NOON


@pytest.mark.parametrize("state", [scheduled(), waiting()])
def test_a_timer_that_comes_too_late_ends_it_instead(state: Told[DeliveryFact]) -> None:
    move = step(state, rang(order(), FRESH + SECOND), RULES)
    assert isinstance(move.entry, DeliveryExpired)
    assert (move.entry.fresh_until, move.effect) == (NOON + FRESH, None)


@pytest.mark.parametrize("state", [scheduled(), waiting()])
def test_too_late_comes_before_paused(state: Told[DeliveryFact]) -> None:
    move = step(state, rang(order(), FRESH + SECOND, pauses=(pause(),)), RULES)
    assert isinstance(move.entry, DeliveryExpired)


def test_an_entry_without_its_own_freshness_takes_that_of_its_order() -> None:
    state = scheduled(fresh_until=None)
    assert isinstance(step(state, rang(order(), FRESH), RULES).entry, DeliveryAttempted)
    late = step(state, rang(order(), FRESH + SECOND), RULES).entry
    assert isinstance(late, DeliveryExpired)
    assert late.fresh_until == NOON + FRESH


@pytest.mark.parametrize("state", [scheduled(), waiting()])
def test_what_is_paused_at_its_time_is_held(state: Told[DeliveryFact]) -> None:
    move = step(state, rang(order(), 60 * SECOND, pauses=(pause(),)), RULES)
    assert isinstance(move.entry, DeliveryHeld)
    assert (move.entry.code, move.entry.parameters) == (Code.PUBLISHING_PAUSED, {"why": "Kris"})
    assert move.effect is None


@pytest.mark.parametrize("state", [scheduled(), waiting()])
def test_what_is_held_for_an_alert_says_so_before_any_pause(state: Told[DeliveryFact]) -> None:
    move = step(state, rang(order(), 60 * SECOND, pauses=(hold(), pause())), RULES)
    assert isinstance(move.entry, DeliveryHeld)
    assert move.entry.code is Code.HELD_FOR_ALERT
    assert move.entry.parameters == {"why": "2026-7: Koka vattnet", "person": "astrid"}
    assert move.effect is None


def test_a_pause_before_its_time_changes_nothing_yet() -> None:
    assert step(scheduled(), rang(order(), -SECOND, pauses=(pause(),)), RULES).entry is None


@pytest.mark.parametrize("state", [scheduled(), waiting(), held()])
@pytest.mark.parametrize("event", [heard, rang])
@pytest.mark.parametrize("newest", [withdrawn(), taken_back(), withdrawn(2)])
def test_what_is_withdrawn_before_it_went_out_never_does(
    state: Told[DeliveryFact], event: object, newest: Order
) -> None:
    move = step(state, event(newest, 60 * SECOND), RULES)  # type: ignore[operator]
    assert isinstance(move.entry, DeliveryCancelled)
    assert (move.entry.code, move.effect) == (Code.ORDER_WITHDRAWN, None)


@pytest.mark.parametrize("state", [scheduled(), waiting()])
@pytest.mark.parametrize("newest", [None, order(revision=1), withdrawn(1)])
def test_a_delivery_whose_order_cannot_be_found_is_told_and_not_sent(
    state: Told[DeliveryFact], newest: Order | None
) -> None:
    newer = type(state)(state.fact.model_copy(update={"revision": 2}), 7, NOON)
    move = step(newer, rang(newest, 60 * SECOND), RULES)
    assert isinstance(move.entry, DeliveryFailed)
    assert (move.entry.code, move.effect) == (Code.ORDER_LOST, None)


@pytest.mark.parametrize("state", [scheduled(revision=2), waiting(revision=2), held(revision=2)])
@pytest.mark.parametrize("older", [order(), withdrawn(), taken_back()])
def test_an_older_order_that_comes_again_changes_nothing(
    state: Told[DeliveryFact], older: Order
) -> None:
    assert step(state, heard(older), RULES).entry is None


@pytest.mark.parametrize("state", [held(), *RESTING])
def test_what_rests_stays_as_it_is(state: Told[DeliveryFact]) -> None:
    assert step(state, heard(order(), HOUR), RULES) == STAY
    assert step(state, rang(order(), HOUR), RULES) == STAY
    assert step(state, rang(None, HOUR), RULES) == STAY


def test_while_its_owner_may_still_be_sending_nobody_else_moves() -> None:
    for event in (heard, rang):
        for newest in (order(), withdrawn(), order(revision=2), None):
            move = step(attempted(), event(newest, LEASE - SECOND), RULES)
            assert move == Move(None, Wake(NOON + LEASE))


def test_hearing_moves_no_attempt_even_after_its_lease() -> None:
    assert step(attempted(), heard(order(), HOUR), RULES) == Move(None, Wake(NOON + LEASE))


def test_hearing_moves_nothing_uncertain() -> None:
    for newest in (order(), withdrawn(), taken_back(), order(revision=2)):
        move = step(uncertain(), heard(newest, HOUR), RULES)
        assert move == Move(None, Wake(NOON + SETTLE))


def test_what_only_a_person_can_find_out_has_no_timer() -> None:
    unsure = uncertain(until=None)
    assert step(unsure, heard(order(), HOUR), RULES) == STAY
    assert step(unsure, rang(order(), HOUR), RULES) == STAY


@pytest.mark.parametrize("state", [None, scheduled(), uncertain(), published()])
def test_a_claim_that_is_not_there_cannot_be_gone_on_with(
    state: Told[DeliveryFact] | None,
) -> None:
    with pytest.raises(TypeError, match="Claimed does not happen"):
        step(state, Claimed(view(order()), 0 * SECOND), RULES)


def test_a_look_up_belongs_to_an_uncertain_delivery() -> None:
    with pytest.raises(TypeError, match="LookedUp does not happen"):
        step(scheduled(), LookedUp(view(order()), Absent()), RULES)
