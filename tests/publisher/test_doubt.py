"""After a lost answer: wait, find out, and never repeat what may be public."""

from datetime import timedelta
from typing import Any

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
    DeliveryUncertain,
)
from services.kit.messages import Told
from services.publisher.domain.engine import step
from services.publisher.domain.happenings import Check, LookUp, Move, Order, Wake
from services.publisher.domain.rules import Repeat, RepeatSafety
from tests.publisher.builders import (
    HOUR,
    NOON,
    PROOF,
    SECOND,
    SETTLE,
    order,
    pause,
    rang,
    rules,
    taken_back,
    uncertain,
    withdrawn,
)

BLIND_KEY = RepeatSafety(Repeat.IDEMPOTENCY_KEY, HOUR, finds=False)
LONG = order(fresh_until=NOON + 2 * HOUR)


def settle(
    by: Repeat | RepeatSafety = Repeat.LOOK_UP,
    newest: Order | None = LONG,
    after: timedelta = SETTLE,
    *,
    repeats: int = 0,
    paused: bool = False,
    **said: Any,
) -> Move:
    rule = rules(by, repeats=repeats) if isinstance(by, Repeat) else rules(safety=by)
    pauses = (pause(),) if paused else ()
    state = uncertain(**{"fresh_until": NOON + 2 * HOUR} | said)
    return step(state, rang(newest, after, pauses=pauses), rule)


def sent_again(move: Move) -> DeliveryAttempted:
    assert isinstance(move.entry, DeliveryAttempted)
    assert move.effect == Check()
    return move.entry


@pytest.mark.parametrize("by", list(Repeat))
def test_nothing_is_believed_before_it_has_settled(by: Repeat) -> None:
    assert settle(by, after=SETTLE - SECOND) == Move(None, Wake(NOON + SETTLE))


def test_an_id_of_ours_is_written_again() -> None:
    again = sent_again(settle(Repeat.DETERMINISTIC_ID, after=HOUR))
    assert (again.doubt, again.attempt) == (True, 2)


def test_a_key_is_used_again_only_in_the_first_half_of_its_window() -> None:
    assert sent_again(settle(Repeat.IDEMPOTENCY_KEY, after=HOUR / 2 - SECOND)).doubt
    assert settle(Repeat.IDEMPOTENCY_KEY, after=HOUR / 2) == Move(None, LookUp())


def test_the_window_of_a_key_counts_from_the_first_attempt() -> None:
    move = settle(Repeat.IDEMPOTENCY_KEY, attempt=5, first_attempt_at=NOON - HOUR / 2)
    assert move == Move(None, LookUp())


@pytest.mark.parametrize(
    ("by", "first"),
    [
        (RepeatSafety(Repeat.IDEMPOTENCY_KEY, window=None), NOON),
        (RepeatSafety(Repeat.IDEMPOTENCY_KEY, window=HOUR), None),
    ],
)
def test_a_key_whose_window_is_not_known_is_not_trusted(by: RepeatSafety, first: object) -> None:
    assert settle(by, first_attempt_at=first) == Move(None, LookUp())


def test_what_is_prepared_is_committed_again() -> None:
    again = sent_again(settle(Repeat.TWO_PHASE, handle="h1"))
    assert (again.doubt, again.handle) == (True, "h1")


def test_without_a_handle_two_phases_are_no_safer_than_a_look_up() -> None:
    assert settle(Repeat.TWO_PHASE) == Move(None, LookUp())


def test_a_channel_that_only_shows_is_always_read_first() -> None:
    assert settle(Repeat.LOOK_UP) == Move(None, LookUp())
    assert settle(Repeat.LOOK_UP, look_ups=1) == Move(None, LookUp())


def test_two_look_ups_that_found_nothing_let_it_be_sent_again_without_doubt() -> None:
    again = sent_again(settle(Repeat.LOOK_UP, look_ups=2))
    assert (again.doubt, again.attempt, again.repeats) == (False, 2, 0)


@pytest.mark.parametrize("by", [Repeat.NONE, BLIND_KEY])
def test_where_nobody_can_find_out_it_waits_for_a_person(by: Repeat | RepeatSafety) -> None:
    move = settle(by, after=HOUR)
    assert isinstance(move.entry, DeliveryUncertain)
    assert (move.entry.until, move.entry.code) == (None, Code.ANSWER_LOST)
    assert move.effect is None


def test_a_crisis_repeats_unknowing_as_often_as_declared_and_counts_it() -> None:
    again = sent_again(settle(Repeat.NONE, repeats=1))
    assert (again.repeats, again.doubt) == (1, True)
    spent = step(uncertain(repeats=1), rang(order(), SETTLE), rules(Repeat.NONE, repeats=1))
    assert isinstance(spent.entry, DeliveryUncertain)
    assert spent.entry.until is None


def test_a_crisis_reads_before_it_repeats_where_it_can() -> None:
    assert settle(Repeat.LOOK_UP, repeats=1) == Move(None, LookUp())


@pytest.mark.parametrize("by", [by for by in Repeat if by is not Repeat.NONE])
@pytest.mark.parametrize(
    ("newest", "after", "paused"),
    [
        (LONG, 2 * HOUR + SECOND, False),
        (LONG, SETTLE, True),
        (withdrawn(), SETTLE, False),
        (taken_back(), SETTLE, False),
        (order(revision=2), SETTLE, False),
        (None, SETTLE, False),
    ],
)
def test_what_is_no_longer_to_go_out_is_looked_up_and_never_sent(
    by: Repeat,
    newest: Order | None,
    after: timedelta,
    paused: bool,  # noqa: FBT001
) -> None:
    move = settle(by, newest, after, paused=paused, handle="h1")
    assert move == Move(None, LookUp())


@pytest.mark.parametrize("newest", [withdrawn(), order(revision=2), None])
def test_a_crisis_repeats_nothing_that_is_no_longer_to_go_out(newest: Order | None) -> None:
    move = settle(Repeat.NONE, newest, repeats=1)
    assert isinstance(move.entry, DeliveryUncertain)
    assert isinstance(settle(Repeat.NONE, repeats=1, paused=True).entry, DeliveryUncertain)


@pytest.mark.parametrize(
    ("newest", "after", "paused", "becomes"),
    [
        (LONG, 2 * HOUR + SECOND, False, DeliveryExpired),
        (LONG, SETTLE, True, DeliveryHeld),
        (withdrawn(), SETTLE, False, DeliveryCancelled),
        (taken_back(), SETTLE, False, DeliveryCancelled),
        (order(revision=2), SETTLE, False, DeliveryScheduled),
        (None, SETTLE, False, DeliveryFailed),
    ],
)
def test_what_is_surely_not_there_becomes_what_it_should_be_by_now(
    newest: Order | None,
    after: timedelta,
    paused: bool,  # noqa: FBT001
    becomes: type[DeliveryFact],
) -> None:
    for by in Repeat:
        move = settle(by, newest, after, paused=paused, look_ups=2)
        assert type(move.entry) is becomes


@pytest.mark.parametrize("by", list(Repeat))
def test_a_change_of_what_is_public_is_done_again_without_looking(by: Repeat) -> None:
    newest = order(revision=2, fresh_until=NOON + 2 * HOUR)
    again = sent_again(settle(by, newest, aim="correct", revision=2, proof=PROOF))
    assert (again.aim, again.doubt) == ("correct", False)
    again = sent_again(
        settle(by, taken_back(), aim="retract", proof=PROOF, fresh_until=None, paused=True)
    )
    assert again.aim == "retract"


def test_a_correction_in_doubt_that_is_no_longer_wanted_is_not_made() -> None:
    newest = order(revision=2, fresh_until=NOON + 2 * HOUR)
    said: dict[str, Any] = {"aim": "correct", "revision": 2, "proof": PROOF}
    assert isinstance(settle(newest=newest, paused=True, **said).entry, DeliveryHeld)
    late = settle(newest=newest, after=3 * HOUR, **said).entry
    assert isinstance(late, DeliveryExpired)
    gone = settle(newest=taken_back(2), **said).entry
    assert isinstance(gone, DeliveryScheduled)
    assert gone.aim == "retract"
    kept = settle(newest=withdrawn(2), **said).entry
    assert isinstance(kept, DeliveryCancelled)
    assert kept.proof == PROOF  # the earlier revision is still public


def test_a_channel_that_rests_is_not_called_in_doubt_either() -> None:
    for safety, look_ups in ((Repeat.DETERMINISTIC_ID, 0), (Repeat.LOOK_UP, 2)):
        state = uncertain(look_ups=look_ups)
        event = rang(order(), SETTLE, rest_until=NOON + 60 * SECOND)
        assert step(state, event, rules(safety)) == Move(None, Wake(NOON + 60 * SECOND))


def test_a_new_doubt_begins_to_count_from_nothing() -> None:
    again = settle(Repeat.LOOK_UP, look_ups=2)
    assert isinstance(again.entry, DeliveryAttempted)
    lost = step(Told(again.entry, 8, NOON + SETTLE), rang(LONG, HOUR), rules(Repeat.LOOK_UP))
    assert isinstance(lost.entry, DeliveryUncertain)
    assert lost.entry.look_ups == 0
