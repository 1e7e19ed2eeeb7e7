"""Who may claim an attempt, and what follows when its owner falls silent."""

from datetime import timedelta

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFact,
    DeliveryUncertain,
    DeliveryWaiting,
)
from services.kit.messages import Told
from services.publisher.domain.engine import step
from services.publisher.domain.happenings import (
    Move,
    Wake,
)
from services.publisher.domain.rules import Repeat, Rules
from tests.publisher.builders import (
    FRESH,
    HOUR,
    LEASE,
    NOON,
    PROOF,
    SECOND,
    SETTLE,
    attempted,
    order,
    rang,
    rules,
    scheduled,
    taken_back,
    uncertain,
    waiting,
)

RULES = rules()


@pytest.mark.parametrize("state", [scheduled(), waiting()])
def test_a_channel_that_rests_is_not_called_before_it_has_rested(
    state: Told[DeliveryFact],
) -> None:
    rest = NOON + 120 * SECOND
    event = rang(order(), 119 * SECOND, rest_until=rest, chance=0.25)
    assert step(state, event, RULES) == Move(None, Wake(rest + 0.5 * SECOND))
    over = rang(order(), 120 * SECOND, rest_until=rest)
    assert isinstance(step(state, over, RULES).entry, DeliveryAttempted)


def test_a_rest_that_is_longer_than_the_post_is_fresh_wakes_it_in_time_to_expire() -> None:
    event = rang(order(), rest_until=NOON + HOUR, chance=0.9)
    assert step(scheduled(), event, RULES) == Move(None, Wake(NOON + FRESH))


def test_a_retraction_waits_out_any_rest() -> None:
    state = scheduled(aim="retract", proof=PROOF, fresh_until=None)
    event = rang(taken_back(), rest_until=NOON + HOUR)
    assert step(state, event, RULES) == Move(None, Wake(NOON + HOUR))


def silent(state: Told[DeliveryFact], after: timedelta, rule: Rules = RULES) -> Move:
    return step(state, rang(order(), after), rule)


def test_a_silent_owner_leaves_doubt_until_the_channel_has_settled() -> None:
    move = silent(attempted(owner="dead/1"), LEASE)
    assert isinstance(move.entry, DeliveryUncertain)
    assert move.entry.code is Code.SENDER_SILENT
    assert move.entry.until == NOON + SETTLE
    assert move.effect == Wake(NOON + SETTLE)


def test_silence_that_is_found_long_after_has_settled_already() -> None:
    move = silent(attempted(owner="dead/1"), HOUR)
    assert move.effect == Wake(NOON + HOUR)


def test_the_lease_counts_from_the_brokers_own_time() -> None:
    stored = NOON + 20 * SECOND
    assert silent(attempted(stored), LEASE).effect == Wake(stored + LEASE)
    move = silent(attempted(stored), LEASE + 20 * SECOND)
    assert move.effect == Wake(stored + SETTLE)


def test_the_lease_that_counts_is_the_one_that_was_claimed_with() -> None:
    assert silent(attempted(lease=LEASE * 2), LEASE).effect == Wake(NOON + LEASE * 2)


def test_silence_while_preparing_is_tried_again_for_nothing_shows() -> None:
    two_phase = rules(Repeat.TWO_PHASE)
    preparing = silent(attempted(), LEASE, two_phase)
    assert isinstance(preparing.entry, DeliveryWaiting)
    assert preparing.effect == Wake(NOON + LEASE)
    showing = silent(attempted(handle="h1"), LEASE, two_phase)
    assert isinstance(showing.entry, DeliveryUncertain)
    correcting = silent(attempted(aim="correct", proof=PROOF), LEASE, two_phase)
    assert isinstance(correcting.entry, DeliveryUncertain)


def test_an_uncertain_delivery_is_left_alone_until_it_has_settled() -> None:
    assert silent(uncertain(), SETTLE - SECOND).effect == Wake(NOON + SETTLE)
