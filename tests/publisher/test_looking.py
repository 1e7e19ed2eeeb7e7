"""What a look-up is believed to say, and what a restore leaves to be looked up."""

from typing import Any

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryFact,
    DeliveryHeld,
    DeliveryPublished,
    DeliveryScheduled,
    DeliveryUncertain,
)
from services.kit.messages import Told
from services.publisher.domain.answers import Absent, Finding, Published, Unclear
from services.publisher.domain.engine import step
from services.publisher.domain.happenings import LookedUp, LookUp, Move, Order, Wake
from services.publisher.domain.rules import Repeat
from tests.publisher.builders import (
    HOUR,
    NOON,
    PROOF,
    SETTLE,
    order,
    pause,
    rang,
    rules,
    taken_back,
    uncertain,
    view,
    withdrawn,
)

THERE = Published("x1", PROOF.url)
UNKNOWN = Unclear(Code.CHANNEL_UNREACHABLE, {})
TOMORROW = order(publish_at=NOON + 24 * HOUR, fresh_until=NOON + 25 * HOUR)


def restored(**said: Any) -> Told[DeliveryFact]:
    """What a restore makes of a delivery that was scheduled for tomorrow."""
    times = {"publish_at": TOMORROW.publish_at, "fresh_until": TOMORROW.fresh_until}
    return uncertain(**times | {"code": Code.RESTORED, "attempt": 0, "until": NOON} | said)


def learn(
    finding: Finding, state: Told[DeliveryFact] | None = None, newest: Order | None = None
) -> Move:
    event = LookedUp(view(newest or order(), SETTLE), finding)
    return step(state or uncertain(), event, rules(Repeat.LOOK_UP))


def test_what_is_found_is_published() -> None:
    move = learn(THERE)
    assert isinstance(move.entry, DeliveryPublished)
    assert (move.entry.known_by, move.entry.external_id) == ("look-up", "x1")
    assert move.effect is None


@pytest.mark.parametrize("newest", [order(revision=2), withdrawn(), taken_back()])
def test_what_is_found_after_minds_were_changed_goes_on_at_once(newest: Order) -> None:
    move = learn(THERE, newest=newest)
    assert isinstance(move.entry, DeliveryPublished)
    assert move.entry.revision == 1
    assert move.effect == Wake(NOON + SETTLE)


def test_one_look_up_that_found_nothing_is_followed_by_another_after_settling() -> None:
    move = learn(Absent())
    assert isinstance(move.entry, DeliveryUncertain)
    assert (move.entry.look_ups, move.entry.code) == (1, Code.ANSWER_LOST)
    assert (move.entry.until, move.effect) == (NOON + 2 * SETTLE, Wake(NOON + 2 * SETTLE))


def test_the_second_one_is_believed_at_once() -> None:
    move = learn(Absent(), uncertain(look_ups=1))
    assert isinstance(move.entry, DeliveryUncertain)
    assert (move.entry.look_ups, move.effect) == (2, Wake(NOON + SETTLE))


@pytest.mark.parametrize("look_ups", [0, 1])
def test_a_look_up_that_failed_counts_for_nothing_and_is_made_again(look_ups: int) -> None:
    move = learn(UNKNOWN, uncertain(look_ups=look_ups))
    assert move == Move(None, Wake(NOON + 2 * SETTLE))


@pytest.mark.parametrize("by", [Repeat.IDEMPOTENCY_KEY, Repeat.LOOK_UP, Repeat.TWO_PHASE])
def test_a_restored_delivery_that_was_never_attempted_is_looked_up_first(by: Repeat) -> None:
    marked = uncertain(attempt=0, first_attempt_at=None, code=Code.RESTORED, until=NOON + SETTLE)
    assert step(marked, rang(order(), SETTLE), rules(by)) == Move(None, LookUp())


@pytest.mark.parametrize("by", [Repeat.DETERMINISTIC_ID, Repeat.LOOK_UP])
def test_a_restored_delivery_never_goes_out_before_its_time(by: Repeat) -> None:
    move = step(restored(look_ups=2), rang(TOMORROW, SETTLE), rules(by))
    assert not isinstance(move.entry, DeliveryAttempted)


def test_an_id_of_ours_is_not_written_again_before_its_time() -> None:
    move = step(restored(), rang(TOMORROW, SETTLE), rules(Repeat.DETERMINISTIC_ID))
    assert not isinstance(move.entry, DeliveryAttempted)


def test_a_pause_does_not_hold_a_restored_delivery_before_its_time() -> None:
    event = rang(TOMORROW, SETTLE, pauses=(pause(),))
    move = step(restored(look_ups=2), event, rules(Repeat.LOOK_UP))
    assert not isinstance(move.entry, DeliveryHeld)


def test_a_restored_delivery_makes_room_for_a_newer_order_at_once() -> None:
    newer = order(revision=2, publish_at=NOON + HOUR, fresh_until=NOON + 2 * HOUR)
    move = step(restored(look_ups=2), rang(newer, SETTLE), rules(Repeat.LOOK_UP))
    assert isinstance(move.entry, DeliveryScheduled)
    assert (move.entry.revision, move.effect) == (2, Wake(NOON + HOUR))
    gone = step(restored(look_ups=2), rang(withdrawn(), SETTLE), rules(Repeat.LOOK_UP))
    assert isinstance(gone.entry, DeliveryCancelled)
