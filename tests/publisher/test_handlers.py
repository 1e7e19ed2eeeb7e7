"""The promises of the publisher, with a stopped clock and a channel that remembers everything."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.posts import Content, Picture
from services.kit.messages import Due, Overtaken, Told, TryAgain
from services.publisher.attempts import Sender
from services.publisher.domain import Order, Repeat, Timing, key
from services.publisher.handlers import Publisher
from services.publisher.ports import NotNow, Refused, Unclear
from tests.publisher.builders import FRESH, NOON, POST, TRACE, attempted, order, withdrawn
from tests.publisher.fakes import (
    Album,
    Bell,
    Desk,
    MemoryLedger,
    Notebook,
    Square,
    call_at_once,
)

SECOND = timedelta(seconds=1)


class Stage:
    """A publisher with its fakes within reach, and a clock that a test moves."""

    def __init__(self, newest: Order | None = None, by: Repeat = Repeat.IDEMPOTENCY_KEY) -> None:
        self.now = NOON - timedelta(hours=1)
        self.clock: Callable[[], float] = lambda: 0.0
        self.square = Square(by=by)
        self.ledger = MemoryLedger()
        self.desk = Desk(newest or order())
        self.bell = Bell()
        self.album = Album()
        self.notebook = Notebook()
        timing = Timing(10 * SECOND, 30 * SECOND, 35 * SECOND)
        sender = Sender(
            ledger=self.ledger,
            orders=self.desk,
            alarm=self.bell,
            pictures=self.album,
            call=call_at_once,
            timing=timing,
            owner="here/1",
            now=lambda: self.now,
            # A test may change the clock later on.
            clock=lambda: self.clock(),  # noqa: PLW0108
            chance=lambda: 1.0,
        )
        self.publisher = Publisher(
            channels={"torget": self.square},
            ledger=self.ledger,
            orders=self.desk,
            alarm=self.bell,
            notices=self.notebook,
            sender=sender,
            timing=timing,
            now=lambda: self.now,
        )

    async def hear(self) -> None:
        assert self.desk.order is not None
        await self.publisher.take_order(Told(self.desk.order, 1, self.now))

    async def ring(self) -> None:
        """Let the newest timer come, at its time."""
        serial, at = self.bell.set[-1]
        self.now = self.ledger.now = max(self.now, at)
        await self.publisher.continue_delivery(Due(("torget", str(POST), serial), TRACE, self.now))


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_an_approved_post_waits_for_its_time(stage: Stage) -> None:
    await stage.hear()
    assert stage.ledger.states() == ["scheduled"]
    assert stage.bell.set == [("1", NOON)]
    assert stage.square.calls == []


async def test_it_is_claimed_then_published_at_its_time(stage: Stage) -> None:
    await stage.hear()
    await stage.ring()
    assert stage.ledger.states() == ["scheduled", "attempted", "published"]
    proof = stage.ledger.entries[-1]
    assert isinstance(proof, DeliveryPublished)
    assert proof.url == f"https://torget.example/{key('torget', POST, 1)}"
    assert proof.known_by == "answer"


async def test_an_order_or_a_due_that_comes_again_changes_nothing(stage: Stage) -> None:
    await stage.hear()
    await stage.hear()
    await stage.ring()
    await stage.ring()
    await stage.hear()
    assert stage.ledger.states() == ["scheduled", "attempted", "published"]
    assert len(stage.square.calls) == 1


async def test_a_due_that_comes_before_our_own_clock_says_so_is_believed(stage: Stage) -> None:
    await stage.hear()
    slow: datetime = NOON - 2 * SECOND
    stage.now = slow
    await stage.publisher.continue_delivery(Due(("torget", str(POST), "1"), TRACE, NOON))
    assert stage.ledger.states()[-1] == "published"


async def test_only_a_timer_sends_however_fast_our_own_clock_is(stage: Stage) -> None:
    await stage.hear()
    stage.now = NOON + timedelta(minutes=5)
    await stage.hear()
    assert stage.square.calls == []
    assert stage.bell.set == [("1", NOON)]


async def test_an_order_that_cannot_be_looked_up_yet_comes_again(stage: Stage) -> None:
    told = Told(order(), 1, NOON)
    stage.desk.order = None
    with pytest.raises(TryAgain):
        await stage.publisher.take_order(told)


async def test_the_one_who_loses_the_claim_does_not_call(stage: Stage) -> None:
    await stage.hear()
    rival = attempted(owner="there/2").fact
    stage.ledger.rivals = [rival]
    with pytest.raises(Overtaken):
        await stage.ring()
    assert stage.square.calls == []


async def test_what_is_withdrawn_before_its_time_never_goes_out(stage: Stage) -> None:
    await stage.hear()
    stage.desk.order = withdrawn()
    await stage.ring()
    assert stage.ledger.states() == ["scheduled", "cancelled"]
    assert stage.square.calls == []


async def test_what_is_withdrawn_between_claim_and_call_never_goes_out(stage: Stage) -> None:
    await stage.hear()
    stage.desk.later = [withdrawn()]
    await stage.ring()
    assert stage.ledger.states() == ["scheduled", "attempted", "cancelled"]
    assert stage.square.calls == []


async def test_one_who_was_frozen_after_the_claim_does_not_call_and_is_asked_again(
    stage: Stage,
) -> None:
    await stage.hear()
    elapsed = iter([0.0, 11.0])
    stage.clock = lambda: next(elapsed, 0.0)
    with pytest.raises(TryAgain):
        await stage.ring()
    assert stage.ledger.states() == ["scheduled", "attempted"]
    assert stage.square.calls == []
    await stage.hear()
    assert stage.bell.set[-1] == ("2", NOON + 30 * SECOND)
    await stage.ring()
    await stage.ring()
    assert stage.ledger.states()[2:] == ["uncertain", "attempted", "published"]


@pytest.mark.parametrize(
    "answer",
    [
        Refused(Code.CHANNEL_REFUSED, {"why": "nej"}),
        NotNow(Code.CHANNEL_THROTTLED, {}, wait=timedelta(minutes=2)),
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


async def test_what_is_withdrawn_in_doubt_is_looked_up_before_it_is_called_cancelled(
    stage: Stage,
) -> None:
    stage.square.answers = [Unclear(Code.ANSWER_LOST, {})]
    await stage.hear()
    await stage.ring()
    stage.desk.later = [withdrawn()]
    await stage.ring()
    assert stage.ledger.states()[-2:] == ["attempted", "uncertain"]
    await stage.ring()
    found = stage.ledger.entries[-1]
    assert isinstance(found, DeliveryPublished)
    assert found.known_by == "look-up"


async def test_a_refusal_is_told_and_not_tried_again(stage: Stage) -> None:
    stage.square.answers = [Refused(Code.CHANNEL_REFUSED, {"why": "nej"})]
    await stage.hear()
    await stage.ring()
    failed = stage.ledger.entries[-1]
    assert isinstance(failed, DeliveryFailed)
    assert (failed.code, failed.parameters) == (Code.CHANNEL_REFUSED, {"why": "nej"})
    await stage.ring()
    assert len(stage.square.calls) == 1


async def test_a_busy_channel_is_tried_again_when_it_says_so(stage: Stage) -> None:
    stage.square.answers = [NotNow(Code.CHANNEL_THROTTLED, {}, wait=90 * SECOND)]
    await stage.hear()
    await stage.ring()
    waiting = stage.ledger.entries[-1]
    assert isinstance(waiting, DeliveryWaiting)
    assert waiting.until == NOON + 90 * SECOND
    await stage.ring()
    assert stage.ledger.states()[-2:] == ["attempted", "published"]
    assert [parcel.key for parcel in stage.square.calls] == [key("torget", POST, 1)] * 2


async def test_waiting_ends_when_it_is_too_late(stage: Stage) -> None:
    stage.square.answers = [NotNow(Code.CHANNEL_THROTTLED, {}, wait=timedelta(hours=2))]
    await stage.hear()
    await stage.ring()
    stage.now += FRESH + SECOND
    await stage.ring()
    assert stage.ledger.states()[-1] == "expired"
    assert len(stage.square.calls) == 1


@pytest.mark.parametrize("by", list(Repeat))
@pytest.mark.parametrize(
    "lost", [Unclear(Code.ANSWER_LOST, {"channel": "torget"}), ConnectionResetError()]
)
async def test_a_lost_answer_never_makes_a_second_post(
    by: Repeat, lost: Unclear | Exception
) -> None:
    stage = Stage(by=by)
    stage.square.answers = [lost]
    await stage.hear()
    try:
        await stage.ring()
    except ConnectionResetError:
        # What the real caller turns into `Unclear`; here the process dies instead.
        stage.ledger.now = stage.now
        await stage.hear()
        await stage.ring()
    assert isinstance(stage.ledger.entries[-1], DeliveryUncertain)
    await stage.ring()
    assert stage.ledger.states()[-1] == "published"
    assert len(stage.square.shown) == 1


async def test_a_publisher_that_died_in_the_middle_is_followed_by_one_that_looks_first() -> None:
    stage = Stage(by=Repeat.LOOK_UP)
    await stage.hear()
    claim = attempted(owner="dead/1").fact
    assert isinstance(claim, DeliveryAttempted)
    stage.now = stage.ledger.now = NOON
    await stage.ledger.record(claim, after=1)
    await stage.hear()
    await stage.ring()
    silent = stage.ledger.entries[-1]
    assert isinstance(silent, DeliveryUncertain)
    assert silent.code is Code.SENDER_SILENT
    await stage.ring()
    await stage.ring()
    assert stage.square.calls == []
    await stage.ring()
    assert stage.ledger.states()[-2:] == ["attempted", "published"]
    assert len(stage.square.shown) == 1


async def test_a_picture_that_is_not_whole_stops_the_post() -> None:
    picture = Picture(
        digest="a" * 64, media_type="image/png", size=3, width=1, height=1, alt="En apa"
    )
    stage = Stage(order(content=Content(text="Apan är lös igen.", pictures=(picture,))))
    await stage.hear()
    await stage.ring()
    failed = stage.ledger.entries[-1]
    assert isinstance(failed, DeliveryFailed)
    assert failed.code is Code.PICTURE_LOST
    assert stage.square.calls == []


async def test_a_channel_is_probed_in_words_that_the_planner_understands(stage: Stage) -> None:
    await stage.publisher.probe(stage.square)
    [probed] = stage.notebook.told
    assert (probed.channel, probed.ready, probed.limits.characters) == ("torget", True, 500)
    assert isinstance(probed.trace, UUID)
