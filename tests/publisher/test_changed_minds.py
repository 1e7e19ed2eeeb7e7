"""What is public is corrected or taken away; what is paused is held; people decide."""

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryCorrected,
    DeliveryFailed,
    DeliveryRetracted,
)
from services.publisher.domain.answers import Refused, Unclear
from services.publisher.domain.keys import key
from tests.publisher.builders import (
    FRESH,
    HOUR,
    NOON,
    POST,
    hold,
    order,
    pause,
    taken_back,
)
from tests.publisher.stage import Stage

LOST = Unclear(Code.ANSWER_LOST, {"channel": "torget"})
NEWER = order(revision=2, publish_at=NOON + HOUR, fresh_until=NOON + HOUR + FRESH)


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_what_is_public_is_corrected_at_the_time_of_the_newer_order(stage: Stage) -> None:
    await stage.publish()
    await stage.order(NEWER)
    assert stage.bell.set[-1] == ("4", NOON + HOUR)
    await stage.ring()
    corrected = stage.ledger.entries[-1]
    assert isinstance(corrected, DeliveryCorrected)
    [parcel] = stage.square.corrections
    assert (parcel.revision, len(stage.square.shown), len(stage.square.calls)) == (2, 1, 1)


async def test_a_correction_whose_answer_was_lost_is_made_again(stage: Stage) -> None:
    await stage.publish()
    await stage.order(NEWER)
    stage.square.answers = [LOST]
    await stage.ring()
    await stage.ring()
    assert stage.ledger.states()[-3:] == ["uncertain", "attempted", "corrected"]
    assert len(stage.square.corrections) == 2


async def test_what_cannot_be_corrected_fails_and_is_known_to_be_public(stage: Stage) -> None:
    await stage.publish()
    stage.square.answers = [Refused(Code.CORRECTION_UNABLE, {"channel": "torget"})]
    await stage.order(NEWER)
    await stage.ring()
    failed = stage.ledger.entries[-1]
    assert isinstance(failed, DeliveryFailed)
    assert failed.proof is not None
    assert (failed.code, failed.proof.revision) == (Code.CORRECTION_UNABLE, 1)


async def test_what_is_public_and_taken_back_is_taken_away_even_while_all_is_paused(
    stage: Stage,
) -> None:
    await stage.publish()
    stage.desk.pauses = (pause(),)
    await stage.order(taken_back())
    await stage.ring()
    assert isinstance(stage.ledger.entries[-1], DeliveryRetracted)
    [proof] = stage.square.retractions
    assert (proof.external_id, stage.square.shown) == (key("torget", POST, 1), {})


async def test_what_is_paused_is_held_until_a_person_says_send(stage: Stage) -> None:
    await stage.hear()
    stage.desk.pauses = (pause(),)
    await stage.ring()
    assert stage.ledger.states()[-1] == "held"
    stage.desk.pauses = ()
    await stage.hear()
    assert stage.ledger.states()[-1] == "held"
    stage.now = NOON + HOUR
    await stage.decide("send")
    await stage.ring()
    assert stage.ledger.states()[2:] == ["scheduled", "attempted", "published"]


async def test_a_pause_between_claim_and_call_holds(stage: Stage) -> None:
    await stage.hear()
    stage.desk.paused_later = [(pause(),)]
    await stage.ring()
    assert stage.ledger.states() == ["scheduled", "attempted", "held"]
    assert stage.square.calls == []


async def test_a_hold_that_is_told_after_the_claim_holds_what_was_about_to_go(
    stage: Stage,
) -> None:
    await stage.hear()
    stage.desk.paused_later = [(hold(),)]
    await stage.ring()
    assert stage.ledger.states() == ["scheduled", "attempted", "held"]
    stage.desk.pauses = (hold(),)
    await stage.decide("send")
    await stage.ring()
    # Whoever sends before the release sends nothing.
    assert stage.ledger.states()[3:] == ["scheduled", "held"]
    assert stage.square.calls == []
    stage.desk.pauses = ()
    await stage.decide("send")
    await stage.ring()
    assert len(stage.square.calls) == 1


async def test_a_decision_that_comes_again_changes_nothing(stage: Stage) -> None:
    await stage.hear()
    stage.desk.pauses = (pause(),)
    await stage.ring()
    await stage.decide("drop")
    states = stage.ledger.states()
    await stage.decide("drop")
    assert stage.ledger.states() == states == ["scheduled", "held", "cancelled"]
