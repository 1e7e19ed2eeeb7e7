"""A person decides where the publisher may not, about exactly the entry that they saw."""

from typing import Any

import pytest

from schemas.codes import Code
from schemas.decisions import Choice
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryFact,
    DeliveryPublished,
    DeliveryScheduled,
    DeliveryUncertain,
)
from services.kit.messages import Told
from services.publisher.domain.engine import step
from services.publisher.domain.happenings import Move, Order, Wake
from services.publisher.domain.rules import Repeat
from tests.publisher.builders import (
    FRESH,
    HOUR,
    NOON,
    PROOF,
    SECOND,
    attempted,
    cancelled,
    corrected,
    decision,
    expired,
    failed,
    heard,
    held,
    order,
    published,
    rang,
    retracted,
    rules,
    scheduled,
    taken_back,
    uncertain,
    waiting,
    withdrawn,
)

RULES = rules(Repeat.NONE)
URL = "https://torget.example/seen"
CHOICES: tuple[Choice, ...] = ("there", "absent", "send", "drop")
STANDING = [scheduled(), waiting(), held(), failed(), expired()]
RESTING = [published(), corrected(1), retracted(), cancelled(), attempted()]


def decide(
    state: Told[DeliveryFact], choice: Choice, newest: Order | None = None, **said: Any
) -> Move:
    made = decision(choice, **said)
    return step(state, heard(newest or order(), HOUR, decision=made), RULES)


def test_there_makes_it_published_where_the_person_saw_it() -> None:
    move = decide(uncertain(until=None), "there", url=URL)
    assert isinstance(move.entry, DeliveryPublished)
    assert (move.entry.known_by, move.entry.url, move.effect) == ("person", URL, None)
    assert move.entry.proof is not None
    assert (move.entry.proof.url, move.entry.proof.revision) == (URL, 1)


@pytest.mark.parametrize("newest", [order(revision=2), taken_back(), withdrawn()])
def test_there_after_minds_were_changed_goes_on_at_once(newest: Order) -> None:
    move = decide(uncertain(until=None), "there", newest, url=URL)
    assert isinstance(move.entry, DeliveryPublished)
    assert move.effect == Wake(NOON + HOUR)


def test_absent_counts_like_two_look_ups_that_agreed() -> None:
    move = decide(uncertain(until=None), "absent")
    assert isinstance(move.entry, DeliveryUncertain)
    assert (move.entry.look_ups, move.entry.until) == (2, NOON + HOUR)
    assert (move.entry.code, move.effect) == (Code.ANSWER_LOST, Wake(NOON + HOUR))
    late = Told(move.entry, 8, NOON + HOUR)
    again = step(late, rang(order(fresh_until=NOON + 2 * HOUR), HOUR), RULES)
    assert not isinstance(again.entry, DeliveryAttempted)  # past its own freshness
    fresh = move.entry.model_copy(update={"fresh_until": NOON + 2 * HOUR})
    again = step(Told(fresh, 8, NOON + HOUR), rang(order(), HOUR), RULES)
    assert isinstance(again.entry, DeliveryAttempted)
    assert not again.entry.doubt


@pytest.mark.parametrize("state", STANDING)
def test_send_schedules_it_now_and_fresh_for_as_long_as_it_was_meant_to_be(
    state: Told[DeliveryFact],
) -> None:
    move = decide(state, "send")
    assert isinstance(move.entry, DeliveryScheduled)
    assert (move.entry.publish_at, move.effect) == (NOON + HOUR, Wake(NOON + HOUR))
    assert move.entry.fresh_until == NOON + HOUR + FRESH
    assert (move.entry.first_attempt_at, move.entry.handle) == (None, None)
    assert (move.entry.aim, move.entry.revision) == ("publish", 1)


def test_what_a_person_sent_goes_out_although_its_order_is_long_past() -> None:
    sent = decide(expired(), "send").entry
    assert sent is not None
    move = step(Told(sent, 8, NOON + HOUR), rang(order(), HOUR + SECOND), RULES)
    assert isinstance(move.entry, DeliveryAttempted)


def test_a_correction_or_retraction_that_failed_is_sent_as_what_it_was() -> None:
    state = failed(aim="correct", revision=2, proof=PROOF)
    move = decide(state, "send", order(revision=2))
    assert isinstance(move.entry, DeliveryScheduled)
    assert (move.entry.aim, move.entry.proof) == ("correct", PROOF)
    state = failed(aim="retract", proof=PROOF, fresh_until=None)
    move = decide(state, "send", taken_back())
    assert isinstance(move.entry, DeliveryScheduled)
    assert (move.entry.aim, move.entry.fresh_until) == ("retract", None)


@pytest.mark.parametrize("state", [failed(), expired()])
def test_what_has_been_withdrawn_is_not_sent(state: Told[DeliveryFact]) -> None:
    assert decide(state, "send", withdrawn()).entry is None


@pytest.mark.parametrize("state", [*STANDING, uncertain(), uncertain(until=None)])
def test_drop_ends_it_and_names_the_person(state: Told[DeliveryFact]) -> None:
    move = decide(state, "drop")
    assert isinstance(move.entry, DeliveryCancelled)
    assert (move.entry.code, move.effect) == (Code.DROPPED, None)
    assert move.entry.parameters == {"channel": "torget", "person": "cilla"}


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("state", [*STANDING, uncertain(), uncertain(until=None)])
def test_a_decision_about_an_earlier_entry_is_not_carried_out(
    state: Told[DeliveryFact], choice: Choice
) -> None:
    for other in (6, 8):
        assert decide(state, choice, on=other, url=URL).entry is None


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("state", RESTING)
def test_what_is_done_or_under_way_is_not_decided_about(
    state: Told[DeliveryFact], choice: Choice
) -> None:
    assert decide(state, choice, url=URL).entry is None


@pytest.mark.parametrize(
    ("state", "choices"),
    [(uncertain(), ("send",)), *((state, ("there", "absent")) for state in STANDING)],
)
def test_a_decision_that_does_not_fit_the_state_is_not_carried_out(
    state: Told[DeliveryFact], choices: tuple[Choice, ...]
) -> None:
    for choice in choices:
        assert decide(state, choice, url=URL).entry is None


def test_a_change_of_what_is_public_cannot_be_declared_there() -> None:
    state = uncertain(aim="correct", revision=2, proof=PROOF)
    assert decide(state, "there", order(revision=2), url=URL).entry is None


def test_an_order_newer_than_the_decision_goes_before_it() -> None:
    move = decide(held(), "send", order(revision=2))
    assert isinstance(move.entry, DeliveryScheduled)
    assert move.entry.revision == 2


def test_drop_of_an_old_doubt_lets_a_newer_order_begin() -> None:
    move = decide(uncertain(until=None), "drop", order(revision=2))
    assert isinstance(move.entry, DeliveryCancelled)
    assert move.effect == Wake(NOON + HOUR)


def test_absent_is_not_believed_before_it_has_settled() -> None:
    unsure = uncertain(until=NOON + 2 * HOUR)
    move = decide(unsure, "absent")
    assert move.effect == Wake(NOON + 2 * HOUR)
