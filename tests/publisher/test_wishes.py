"""What people want changes: corrections, retractions, and what a pause covers."""

import pytest

from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryFact,
    DeliveryHeld,
    DeliveryScheduled,
    Proof,
)
from schemas.publishing import Pause
from services.kit.messages import Told
from services.publisher.domain.engine import step
from services.publisher.domain.happenings import STAY, Order, Wake
from tests.publisher.builders import (
    FRESH,
    HOUR,
    NOON,
    PROOF,
    SECOND,
    cancelled,
    corrected,
    expired,
    failed,
    heard,
    held,
    order,
    pause,
    published,
    rang,
    retracted,
    rules,
    scheduled,
    taken_back,
    waiting,
    withdrawn,
)

RULES = rules()
NEWER = order(revision=2, publish_at=NOON + HOUR, fresh_until=NOON + HOUR + FRESH)


def begins(state: Told[DeliveryFact], newest: Order, *, paused: bool = False) -> DeliveryScheduled:
    """What is begun is begun alike, whether the order or a timer brings it up."""
    pauses = (pause(),) if paused else ()
    move = step(state, heard(newest, SECOND, pauses=pauses), RULES)
    assert step(state, rang(newest, SECOND, pauses=pauses), RULES) == move
    assert isinstance(move.entry, DeliveryScheduled)
    assert move.effect == Wake(move.entry.publish_at)
    return move.entry


@pytest.mark.parametrize("state", [published(), failed(proof=PROOF, aim="correct")])
def test_a_newer_order_of_what_is_public_corrects_it_at_its_own_time(
    state: Told[DeliveryFact],
) -> None:
    begun = begins(state, NEWER)
    assert (begun.aim, begun.revision, begun.proof) == ("correct", 2, PROOF)
    assert (begun.publish_at, begun.fresh_until) == (NOON + HOUR, NOON + HOUR + FRESH)


def test_a_corrected_post_can_be_corrected_again() -> None:
    again = begins(corrected(2), order(revision=3))
    assert again.proof is not None
    assert (again.aim, again.proof.revision) == ("correct", 2)


@pytest.mark.parametrize("state", [failed(), expired(), cancelled(), retracted()])
def test_a_newer_order_of_what_is_not_public_is_published_anew(
    state: Told[DeliveryFact],
) -> None:
    begun = begins(state, NEWER)
    assert (begun.aim, begun.proof) == ("publish", None)


@pytest.mark.parametrize("state", [scheduled(), waiting(), held()])
def test_a_newer_order_takes_the_place_of_one_that_has_not_gone_out(
    state: Told[DeliveryFact],
) -> None:
    begun = begins(state, NEWER, paused=True)
    assert (begun.aim, begun.revision, begun.publish_at) == ("publish", 2, NOON + HOUR)


@pytest.mark.parametrize("state", [published(), corrected(1), failed(proof=PROOF, aim="correct")])
def test_what_is_public_and_to_be_taken_back_is_retracted_at_once(
    state: Told[DeliveryFact],
) -> None:
    begun = begins(state, taken_back())
    assert (begun.aim, begun.publish_at, begun.fresh_until) == ("retract", NOON + SECOND, None)
    assert isinstance(begun.proof, Proof)


def test_a_correction_under_way_gives_way_to_a_retraction() -> None:
    for state in (scheduled(aim="correct", revision=2, proof=PROOF), held(proof=PROOF)):
        assert begins(state, taken_back(2)).aim == "retract"


def test_a_correction_that_is_withdrawn_leaves_what_is_public() -> None:
    move = step(scheduled(aim="correct", revision=2, proof=PROOF), heard(withdrawn(2)), RULES)
    assert isinstance(move.entry, DeliveryCancelled)
    assert move.entry.proof == PROOF


@pytest.mark.parametrize("state", [published(), corrected(1), retracted(), failed(), cancelled()])
def test_what_is_kept_or_not_public_is_left_alone_when_withdrawn(
    state: Told[DeliveryFact],
) -> None:
    assert step(state, heard(withdrawn()), RULES) == STAY
    if state.fact.proof is None:
        assert step(state, heard(taken_back()), RULES) == STAY


def test_a_retraction_is_begun_once() -> None:
    for state in (
        scheduled(aim="retract", proof=PROOF),
        waiting(aim="retract", proof=PROOF),
        failed(aim="retract", proof=PROOF),
    ):
        assert step(state, heard(taken_back()), RULES).entry is None


def test_a_retraction_that_failed_may_be_followed_by_a_newer_wish() -> None:
    state = failed(aim="retract", proof=PROOF)
    assert begins(state, taken_back(2)).aim == "retract"
    assert begins(state, NEWER).aim == "correct"


def test_an_older_wish_moves_nothing() -> None:
    for state in (published(revision=2), corrected(2), held(revision=2, proof=PROOF)):
        for older in (order(), withdrawn(), taken_back()):
            assert step(state, heard(older), RULES) == STAY


def test_a_retraction_goes_its_way_when_its_time_comes() -> None:
    state = scheduled(aim="retract", proof=PROOF, fresh_until=None)
    move = step(state, rang(taken_back(), 100 * HOUR), RULES)
    assert isinstance(move.entry, DeliveryAttempted)
    assert (move.entry.aim, move.entry.proof) == ("retract", PROOF)


def at_its_time(of: Pause, newest: Order, state: Told[DeliveryFact] | None = None) -> type:
    move = step(state or scheduled(), rang(newest, SECOND, pauses=(of,)), RULES)
    return type(move.entry)


@pytest.mark.parametrize(
    ("of", "holds"),
    [
        (pause(), True),
        (pause("channel", "torget"), True),
        (pause("channel", "berget"), False),
        (pause("label", "humor"), True),
        (pause("label", "kultur"), True),
        (pause("label", "torget"), False),
        (pause("label", "vaccin"), False),
    ],
)
def test_a_pause_holds_what_it_covers_and_nothing_else(
    of: Pause,
    holds: bool,  # noqa: FBT001
) -> None:
    labelled = order(labels=("humor", "kultur"))
    assert at_its_time(of, labelled) is (DeliveryHeld if holds else DeliveryAttempted)


def test_any_one_of_several_pauses_holds() -> None:
    pauses = (pause("channel", "berget"), pause("label", "humor"))
    move = step(scheduled(), rang(order(labels=("humor",)), SECOND, pauses=pauses), RULES)
    assert isinstance(move.entry, DeliveryHeld)


def test_a_pause_holds_corrections_too() -> None:
    state = scheduled(aim="correct", revision=2, proof=PROOF)
    assert at_its_time(pause(), order(revision=2), state) is DeliveryHeld


@pytest.mark.parametrize("of", [pause(), pause("channel", "torget"), pause("label", "humor")])
def test_no_pause_holds_a_retraction(of: Pause) -> None:
    state = scheduled(aim="retract", proof=PROOF, fresh_until=None)
    assert at_its_time(of, taken_back(), state) is DeliveryAttempted


def test_what_was_held_does_not_go_out_by_itself_when_the_pause_is_over() -> None:
    assert step(held(), rang(order(), SECOND), RULES) == STAY
    assert step(held(), heard(order(), SECOND), RULES) == STAY


def test_a_retraction_that_a_newer_order_has_called_off_is_cancelled() -> None:
    state = scheduled(aim="retract", proof=PROOF, fresh_until=None)
    move = step(state, rang(withdrawn(2), SECOND), RULES)
    assert isinstance(move.entry, DeliveryCancelled)
    assert move.entry.proof == PROOF
