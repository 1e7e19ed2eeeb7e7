"""Right before the call it is checked once more: still wanted, still allowed, still ours."""

from datetime import timedelta

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryCancelled,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
)
from services.kit.messages import Told
from services.publisher.domain.engine import step
from services.publisher.domain.happenings import (
    Call,
    Claimed,
    Move,
    Order,
    Stop,
    Wake,
)
from tests.publisher.builders import (
    FRESH,
    HOUR,
    LEASE,
    NOON,
    PROOF,
    SECOND,
    SETTLE,
    attempted,
    hold,
    order,
    pause,
    rules,
    taken_back,
    view,
    withdrawn,
)

RULES = rules()


def gate(
    newest: Order | None,
    state: Told[DeliveryFact] | None = None,
    after: timedelta = SECOND,
    elapsed: timedelta = SECOND,
    pauses: tuple[Stop, ...] = (),
) -> Move:
    event = Claimed(view(newest, after, pauses=pauses, chance=0.5), elapsed)
    return step(state or attempted(), event, RULES)


def test_right_before_the_call_all_is_as_it_was_and_the_call_is_made() -> None:
    assert gate(order()) == Move(None, Call(order()))
    assert gate(order(), after=FRESH) == Move(None, Call(order()))


@pytest.mark.parametrize(
    ("newest", "pauses", "after", "becomes"),
    [
        (withdrawn(), (), SECOND, DeliveryCancelled),
        (taken_back(), (), SECOND, DeliveryCancelled),
        (order(revision=2), (), SECOND, DeliveryScheduled),
        (None, (), SECOND, DeliveryWaiting),
        (None, (), SETTLE, DeliveryFailed),
        (order(), (pause(),), SECOND, DeliveryHeld),
        (order(), (hold(),), SECOND, DeliveryHeld),
        (order(), (), FRESH + SECOND, DeliveryExpired),
    ],
)
def test_what_has_changed_since_the_claim_stops_the_call(
    newest: Order | None,
    pauses: tuple[Stop, ...],
    after: timedelta,
    becomes: type[DeliveryFact],
) -> None:
    move = gate(newest, after=after, pauses=pauses)
    assert type(move.entry) is becomes
    assert not isinstance(move.effect, Call)
    doubtful = gate(newest, attempted(doubt=True), after, pauses=pauses)
    # This attempt sent nothing, but an earlier one may have.
    assert isinstance(doubtful.entry, DeliveryUncertain)
    assert doubtful.effect == Wake(NOON + after + SETTLE)


@pytest.mark.parametrize("older", [order(), withdrawn(), taken_back()])
def test_an_order_older_than_the_claim_is_not_sent(older: Order) -> None:
    move = gate(older, attempted(revision=2), SETTLE)
    assert isinstance(move.entry, DeliveryFailed)
    assert move.entry.code is Code.ORDER_LOST


def test_an_order_that_cannot_be_found_at_once_is_looked_for_again() -> None:
    # In a cluster the node that answered may be a moment behind.
    move = gate(None, attempted(), SECOND)
    assert isinstance(move.entry, DeliveryWaiting)
    assert move.effect == Wake(NOON + 2 * SECOND)


@pytest.mark.parametrize("stop", [pause(), hold()])
def test_a_retraction_passes_whatever_stops_posts_at_the_gate(stop: Stop) -> None:
    state = attempted(aim="retract", proof=PROOF, fresh_until=None)
    assert gate(taken_back(), state, HOUR, pauses=(stop,)).effect == Call(taken_back())


def test_one_who_has_used_a_third_of_the_lease_gives_the_attempt_back() -> None:
    assert gate(order(), elapsed=LEASE / 3).effect == Call(order())
    slow = gate(order(), elapsed=LEASE / 3 + SECOND / 1000)
    assert isinstance(slow.entry, DeliveryWaiting)
    assert slow.entry.code is Code.SENDER_SLOW
    assert slow.effect == Wake(slow.entry.until)


def test_one_who_was_slow_in_doubt_leaves_the_doubt() -> None:
    slow = gate(order(), attempted(doubt=True), elapsed=LEASE)
    assert isinstance(slow.entry, DeliveryUncertain)


def test_nobody_goes_on_with_a_claim_of_another() -> None:
    with pytest.raises(TypeError, match="no claim of ours"):
        gate(order(), attempted(owner="b/1"))
