"""What the courier sees to itself: clocks, pictures, two phases, and outcomes that must be kept."""

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.posts import Content, Picture
from services.kit.messages import BrokerAway, TryAgain
from services.publisher.domain.answers import Answer, NotNow, Refused, Unclear
from services.publisher.domain.rules import Repeat
from tests.publisher.builders import FRESH, LEASE, NOON, SECOND, attempted, order, pause
from tests.publisher.fakes import MemoryLedger, OpenLanes, TwoPhaseSquare
from tests.publisher.stage import Stage

APE = Picture(digest="a" * 64, media_type="image/png", size=3, width=1, height=1, alt="En apa")
WITH_APE = order(content=Content(text="Apan är lös igen.", pictures=(APE,)))


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_one_who_was_frozen_after_the_claim_does_not_call_but_tries_again(
    stage: Stage,
) -> None:
    await stage.hear()
    # Looked at when the errand begins, right before the claim, and right before the call.
    elapsed = iter([0.0, 0.0, 10.1])
    stage.clock = lambda: next(elapsed, 0.0)
    await stage.ring()
    waiting = stage.ledger.entries[-1]
    assert isinstance(waiting, DeliveryWaiting)
    assert (waiting.code, stage.square.calls) == (Code.SENDER_SLOW, [])
    await stage.ring()
    assert stage.ledger.states()[-2:] == ["attempted", "published"]


async def test_waiting_for_our_turn_uses_up_nothing_of_the_lease(stage: Stage) -> None:
    await stage.hear()
    elapsed = iter([0.0, 20.0, 21.0])
    stage.clock = lambda: next(elapsed, 21.0)
    await stage.ring()
    assert stage.ledger.states()[-1] == "published"


async def test_a_channel_whose_turn_is_far_off_leaves_no_claim() -> None:
    class Full(OpenLanes):
        async def admit(self, channel: str) -> None:
            raise TryAgain("the channel's pace is kept", SECOND)

    stage = Stage(lanes=Full())
    await stage.hear()
    with pytest.raises(TryAgain):
        await stage.ring()
    assert stage.ledger.states() == ["scheduled"]
    assert stage.square.calls == []


async def test_pictures_go_along_in_their_order() -> None:
    stage = Stage(WITH_APE)
    stage.album.pictures = {APE.digest: b"apa"}
    await stage.publish()
    [parcel] = stage.square.calls
    [file] = parcel.pictures
    assert (file.picture, file.content) == (APE, b"apa")


async def test_a_picture_that_is_not_whole_stops_the_post() -> None:
    stage = Stage(WITH_APE)
    await stage.hear()
    await stage.ring()
    failed = stage.ledger.entries[-1]
    assert isinstance(failed, DeliveryFailed)
    assert failed.code is Code.PICTURE_LOST
    assert stage.square.calls == []


async def test_two_phases_are_two_claims_and_one_post() -> None:
    stage = Stage(by=Repeat.TWO_PHASE)
    await stage.publish()
    assert stage.ledger.states() == ["scheduled", "attempted", "attempted", "published"]
    first, second = (stage.ledger.entries[number] for number in (1, 2))
    assert isinstance(first, DeliveryAttempted)
    assert isinstance(second, DeliveryAttempted)
    assert (first.handle, second.handle) == (None, "handle-1")
    [parcel] = stage.square.calls
    assert parcel.handle == "handle-1"


async def test_what_is_withdrawn_or_paused_between_the_phases_is_never_shown() -> None:
    stage = Stage(by=Repeat.TWO_PHASE)
    await stage.hear()
    stage.desk.paused_later = [(), (pause(),)]
    await stage.ring()
    assert stage.ledger.states()[-2:] == ["attempted", "held"]
    assert stage.square.calls == []


@pytest.mark.parametrize(
    "said", [Unclear(Code.ANSWER_LOST, {}), NotNow(Code.CHANNEL_BUSY, {"status": 503})]
)
async def test_a_first_phase_without_a_yes_is_made_again(said: Answer) -> None:
    stage = Stage(by=Repeat.TWO_PHASE)
    stage.square.answers = [said]
    await stage.hear()
    await stage.ring()
    assert stage.ledger.states()[-1] == "waiting"
    await stage.ring()
    assert isinstance(stage.square, TwoPhaseSquare)
    assert (len(stage.square.prepared), len(stage.square.shown)) == (2, 1)


async def test_what_lay_ready_and_came_to_nothing_is_prepared_anew() -> None:
    stage = Stage(by=Repeat.TWO_PHASE)
    stage.square.answers = [None, NotNow(Code.CHANNEL_BUSY, {}, anew=True)]
    await stage.hear()
    await stage.ring()
    await stage.ring()
    assert [parcel.handle for parcel in stage.square.calls] == ["handle-1", "handle-2"]
    assert (len(stage.square.shown), stage.ledger.states()[-1]) == (1, "published")


async def test_what_came_to_nothing_in_doubt_is_looked_for_before_it_is_prepared_anew() -> None:
    stage = Stage(by=Repeat.TWO_PHASE)
    lost, spent = Unclear(Code.ANSWER_LOST, {}), NotNow(Code.CHANNEL_BUSY, {}, anew=True)
    stage.square.answers = [None, lost, spent]
    await stage.hear()
    await stage.ring()
    stage.square.shown.clear()
    await stage.ring()
    assert isinstance(stage.ledger.entries[-1], DeliveryUncertain)
    assert stage.square.sought == []
    for _ in range(3):
        await stage.ring()
    assert [sought.handle for sought in stage.square.sought] == [None, None]
    assert [parcel.handle for parcel in stage.square.calls][2:] == ["handle-2"]
    assert (len(stage.square.shown), stage.ledger.states()[-1]) == (1, "published")


async def test_a_second_phase_that_was_lost_is_made_again_with_the_same_handle() -> None:
    stage = Stage(by=Repeat.TWO_PHASE)
    stage.square.answers = [None, Unclear(Code.ANSWER_LOST, {})]
    await stage.hear()
    await stage.ring()
    assert isinstance(stage.ledger.entries[-1], DeliveryUncertain)
    await stage.ring()
    assert [parcel.handle for parcel in stage.square.calls] == ["handle-1"] * 2
    assert (len(stage.square.shown), stage.ledger.states()[-1]) == (1, "published")


@pytest.mark.parametrize(
    "answer",
    [
        Refused(Code.CHANNEL_REFUSED, {"why": "nej"}),
        NotNow(Code.CHANNEL_THROTTLED, {}, wait=2 * SECOND),
    ],
)
async def test_a_later_no_does_not_end_the_doubt_about_an_earlier_attempt(
    stage: Stage, answer: Refused | NotNow
) -> None:
    stage.square.answers = [Unclear(Code.ANSWER_LOST, {}), answer]
    await stage.hear()
    await stage.ring()
    await stage.ring()
    unsure = stage.ledger.entries[-1]
    assert isinstance(unsure, DeliveryUncertain)
    assert unsure.code is answer.code
    await stage.ring()
    assert stage.ledger.states()[-1] == "published"
    assert len(stage.square.shown) == 1


class AwayLedger(MemoryLedger):
    """Stores the outcome only at the last of several tries."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures
        self.tries = 0

    async def record(self, fact: DeliveryFact, after: int) -> int:
        if isinstance(fact, DeliveryPublished):
            self.tries += 1
            if self.tries <= self.failures:
                raise BrokerAway("no certain answer")
        return await super().record(fact, after)


async def test_an_outcome_is_tried_again_for_as_long_as_the_claim_is_ours() -> None:
    stage = Stage(ledger=AwayLedger(failures=5))
    await stage.publish()
    assert len(stage.square.calls) == 1


async def test_an_outcome_that_cannot_be_kept_is_left_to_whoever_comes_after_the_lease() -> None:
    stage = Stage(ledger=AwayLedger(failures=1))
    await stage.hear()
    elapsed = iter([0.0, 0.0, 0.0])
    stage.clock = lambda: next(elapsed, LEASE.total_seconds() + 1)
    with pytest.raises(BrokerAway):
        await stage.ring()
    stage.clock = lambda: 0.0
    await stage.hear()
    await stage.ring()
    assert stage.ledger.states()[-1] == "uncertain"
    await stage.ring()
    assert stage.ledger.states()[-1] == "published"
    assert len(stage.square.shown) == 1


async def test_a_claim_that_cannot_be_kept_is_not_tried_again_here() -> None:
    class NoClaims(MemoryLedger):
        async def record(self, fact: DeliveryFact, after: int) -> int:
            if isinstance(fact, DeliveryAttempted):
                raise BrokerAway("no certain answer")
            return await super().record(fact, after)

    stage = Stage(ledger=NoClaims())
    await stage.hear()
    with pytest.raises(BrokerAway):
        await stage.ring()
    assert stage.square.calls == []


async def test_an_outcome_that_comes_after_another_took_over_is_let_go() -> None:
    class Overtaking(MemoryLedger):
        async def record(self, fact: DeliveryFact, after: int) -> int:
            if isinstance(fact, DeliveryPublished) and not self.rivals:
                self.rivals = [attempted(owner="there/2").fact]
            return await super().record(fact, after)

    stage = Stage(ledger=Overtaking())
    await stage.hear()
    await stage.ring()
    newest = stage.ledger.entries[-1]
    assert isinstance(newest, DeliveryAttempted)
    assert newest.owner == "there/2"
    assert len(stage.square.calls) == 1


async def test_timers_of_one_entry_each_have_a_name(stage: Stage) -> None:
    await stage.hear()
    stage.lanes.rest = NOON + 2 * FRESH
    for _ in range(3):
        await stage.ring()
    assert [serial for serial, _ in stage.bell.set] == ["1", "1-1", "1-2", "1-3"]


async def test_a_claim_that_somebody_else_has_is_left_to_them(stage: Stage) -> None:
    await stage.hear()
    stage.now = stage.ledger.now = NOON
    await stage.ledger.record(attempted(owner="there/2").fact, after=1)
    await stage.ring_again("1", NOON + SECOND)
    assert stage.bell.set[-1] == ("2-1", NOON + LEASE)
    assert stage.ledger.states() == ["scheduled", "attempted"]
    assert stage.square.calls == []


async def test_a_look_up_that_fails_in_an_unlisted_way_is_made_again_later() -> None:
    stage = Stage(by=Repeat.LOOK_UP)
    stage.square.answers = [Unclear(Code.ANSWER_LOST, {})]
    stage.square.troubles = [KeyError("id")]
    await stage.hear()
    await stage.ring()
    entries = len(stage.ledger.entries)
    await stage.ring()
    assert len(stage.ledger.entries) == entries
    await stage.ring()
    assert stage.ledger.states()[-1] == "published"
