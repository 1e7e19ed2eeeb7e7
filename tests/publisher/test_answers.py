"""What a channel's answer makes of an attempt."""

from datetime import timedelta

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCorrected,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryUncertain,
    DeliveryWaiting,
)
from services.kit.messages import Told
from services.publisher.domain.answers import (
    Answer,
    NotNow,
    Prepared,
    Published,
    Refused,
    Unclear,
)
from services.publisher.domain.engine import step
from services.publisher.domain.happenings import (
    Answered,
    Check,
    Move,
    Order,
    Wake,
)
from services.publisher.domain.rules import Repeat
from tests.publisher.builders import (
    FRESH,
    HOUR,
    NOON,
    PROOF,
    SECOND,
    SETTLE,
    attempted,
    order,
    rules,
    taken_back,
)

NO = Refused(Code.CHANNEL_REFUSED, {"why": "nej"})
LATER = NotNow(Code.CHANNEL_BUSY, {"status": 503})
LOST = Unclear(Code.ANSWER_LOST, {"channel": "torget"})
YES = Published("x1", PROOF.url)


def conclude(
    answer: Answer,
    state: Told[DeliveryFact] | None = None,
    by: Repeat = Repeat.LOOK_UP,
    newest: Order | None = None,
    chance: float = 0.5,
) -> Move:
    event = Answered(newest or order(), answer, NOON + SECOND, chance)
    return step(state or attempted(), event, rules(by))


@pytest.mark.parametrize("by", list(Repeat))
@pytest.mark.parametrize("doubt", [False, True])
def test_a_yes_is_published_whatever_was_in_doubt(by: Repeat, doubt: bool) -> None:  # noqa: FBT001
    move = conclude(YES, attempted(doubt=doubt), by)
    assert isinstance(move.entry, DeliveryPublished)
    assert (move.entry.known_by, move.entry.external_id, move.effect) == ("answer", "x1", None)


@pytest.mark.parametrize("by", list(Repeat))
def test_a_refusal_ends_it(by: Repeat) -> None:
    move = conclude(NO, by=by)
    assert isinstance(move.entry, DeliveryFailed)
    assert (move.entry.code, move.entry.parameters) == (Code.CHANNEL_REFUSED, {"why": "nej"})
    assert move.effect is None


@pytest.mark.parametrize(
    ("wait", "chance", "pause"),
    [
        (None, 0.5, 1 * SECOND),
        (90 * SECOND, 0.5, 90 * SECOND),
        (SECOND / 10, 0.5, 1 * SECOND),
        (timedelta(0), 0.5, 1 * SECOND),
        (HOUR, 0.5, FRESH - SECOND),
    ],
)
def test_what_surely_did_not_happen_is_tried_again_later(
    wait: timedelta | None, chance: float, pause: timedelta
) -> None:
    move = conclude(NotNow(Code.CHANNEL_THROTTLED, {"n": 1}, wait), chance=chance)
    assert isinstance(move.entry, DeliveryWaiting)
    assert (move.entry.code, move.entry.parameters) == (Code.CHANNEL_THROTTLED, {"n": 1})
    assert move.entry.until == NOON + SECOND + pause
    assert move.effect == Wake(move.entry.until)


@pytest.mark.parametrize("by", list(Repeat))
def test_an_unclear_answer_to_a_call_that_shows_is_uncertain_until_it_has_settled(
    by: Repeat,
) -> None:
    state = attempted(handle="h1" if by is Repeat.TWO_PHASE else None)
    move = conclude(LOST, state, by)
    assert isinstance(move.entry, DeliveryUncertain)
    assert (move.entry.code, move.entry.look_ups) == (Code.ANSWER_LOST, 0)
    assert (move.entry.until, move.effect) == (
        NOON + SECOND + SETTLE,
        Wake(NOON + SECOND + SETTLE),
    )


@pytest.mark.parametrize("answer", [NO, LATER, LOST])
def test_a_later_no_does_not_end_the_doubt_about_an_earlier_attempt(answer: Answer) -> None:
    move = conclude(answer, attempted(doubt=True))
    assert isinstance(move.entry, DeliveryUncertain)
    assert not isinstance(answer, Published | Prepared)
    assert move.entry.code is answer.code


def test_in_doubt_the_channels_own_wait_counts_if_it_is_longer() -> None:
    said = NotNow(Code.CHANNEL_THROTTLED, {}, 90 * SECOND)
    assert conclude(said, attempted(doubt=True)).effect == Wake(NOON + 91 * SECOND)
    said = NotNow(Code.CHANNEL_THROTTLED, {}, SECOND)
    assert conclude(said, attempted(doubt=True)).effect == Wake(NOON + SECOND + SETTLE)


def test_what_is_prepared_is_claimed_anew_with_its_handle() -> None:
    move = conclude(Prepared("h1"), by=Repeat.TWO_PHASE)
    assert isinstance(move.entry, DeliveryAttempted)
    assert (move.entry.handle, move.entry.attempt, move.entry.owner) == ("h1", 1, "a/1")
    assert (move.entry.doubt, move.effect) == (False, Check())


def test_preparing_again_in_doubt_stays_in_doubt() -> None:
    move = conclude(Prepared("h1"), attempted(doubt=True), Repeat.TWO_PHASE)
    assert isinstance(move.entry, DeliveryAttempted)
    assert move.entry.doubt


def test_an_unclear_answer_to_preparing_is_tried_again_for_nothing_shows() -> None:
    move = conclude(LOST, by=Repeat.TWO_PHASE)
    assert isinstance(move.entry, DeliveryWaiting)
    assert move.entry.handle is None


def test_a_handle_is_kept_while_waiting_and_in_doubt() -> None:
    for answer in (LATER, LOST):
        move = conclude(answer, attempted(handle="h1"), Repeat.TWO_PHASE)
        assert move.entry is not None
        assert move.entry.handle == "h1"


def test_a_handle_that_has_come_to_nothing_is_let_go() -> None:
    spent = NotNow(Code.CHANNEL_BUSY, {"status": "EXPIRED"}, anew=True)
    move = conclude(spent, attempted(handle="h1"), Repeat.TWO_PHASE)
    assert isinstance(move.entry, DeliveryWaiting)
    assert move.entry.handle is None
    in_doubt = conclude(spent, attempted(handle="h1", doubt=True), Repeat.TWO_PHASE)
    assert isinstance(in_doubt.entry, DeliveryUncertain)
    assert in_doubt.entry.handle is None


@pytest.mark.parametrize(
    ("state", "newest", "becomes"),
    [
        (attempted(aim="correct", revision=2, proof=PROOF), order(revision=2), DeliveryCorrected),
        (attempted(aim="retract", proof=PROOF), taken_back(), DeliveryRetracted),
    ],
)
def test_changing_what_is_public_ends_like_any_attempt(
    state: Told[DeliveryFact], newest: Order, becomes: type[DeliveryFact]
) -> None:
    assert type(conclude(YES, state, newest=newest).entry) is becomes
    refused = conclude(Refused(Code.CORRECTION_UNABLE, {}), state, newest=newest).entry
    assert isinstance(refused, DeliveryFailed)
    assert refused.proof == PROOF  # it is still public
    assert isinstance(conclude(LATER, state, newest=newest).entry, DeliveryWaiting)


@pytest.mark.parametrize("aim", ["correct", "retract"])
def test_a_lost_answer_to_a_change_waits_and_is_done_again(aim: str) -> None:
    state = attempted(aim=aim, proof=PROOF)
    for by in Repeat:
        assert isinstance(conclude(LOST, state, by).entry, DeliveryUncertain)
