"""The promises of the publisher, with a stopped clock and a channel that remembers everything."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.channels import Quota
from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFailed,
    DeliveryPublished,
)
from services.kit.messages import Overtaken, Told
from services.publisher.domain.answers import NotNow, Refused
from services.publisher.domain.keys import key
from tests.publisher.builders import (
    FRESH,
    HOUR,
    LEASE,
    NOON,
    POST,
    SECOND,
    attempted,
    withdrawn,
)
from tests.publisher.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_an_approved_post_waits_for_its_time(stage: Stage) -> None:
    await stage.hear()
    assert stage.ledger.states() == ["scheduled"]
    assert stage.bell.set == [("1", NOON)]
    assert stage.square.calls == []


async def test_it_is_claimed_then_published_at_its_time(stage: Stage) -> None:
    await stage.publish()
    assert stage.ledger.states() == ["scheduled", "attempted", "published"]
    proof = stage.ledger.entries[-1]
    assert isinstance(proof, DeliveryPublished)
    assert proof.url == f"https://torget.example/{key('torget', POST, 1)}"
    assert proof.known_by == "answer"
    assert len(stage.lanes.seen) == 1


async def test_an_order_or_a_due_that_comes_again_changes_nothing(stage: Stage) -> None:
    await stage.hear()
    await stage.hear()
    await stage.ring()
    await stage.ring()
    await stage.hear()
    assert stage.ledger.states() == ["scheduled", "attempted", "published"]
    assert len(stage.square.calls) == 1


async def test_a_due_whose_order_was_never_heard_begins_the_delivery(stage: Stage) -> None:
    await stage.ring_again("1", NOON)
    assert stage.ledger.states() == ["scheduled"]
    assert stage.bell.set == [("1", NOON)]


async def test_a_due_that_comes_before_our_own_clock_says_so_is_believed(stage: Stage) -> None:
    await stage.hear()
    stage.now = NOON - 2 * SECOND
    await stage.ring_again("1", NOON)
    assert stage.ledger.states()[-1] == "published"


async def test_only_a_timer_sends_however_fast_our_own_clock_is(stage: Stage) -> None:
    await stage.hear()
    stage.now = NOON + timedelta(minutes=5)
    await stage.hear()
    assert stage.square.calls == []
    assert stage.bell.set == [("1", NOON)]


async def test_a_timer_that_comes_after_an_outage_and_too_late_sends_nothing(
    stage: Stage,
) -> None:
    await stage.hear()
    await stage.ring(late=FRESH + SECOND)
    assert stage.ledger.states() == ["scheduled", "expired"]
    assert stage.square.calls == []


async def test_the_one_who_loses_the_claim_does_not_call(stage: Stage) -> None:
    await stage.hear()
    stage.ledger.rivals = [attempted(owner="there/2").fact]
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


async def test_a_refusal_is_told_and_not_tried_again(stage: Stage) -> None:
    stage.square.answers = [Refused(Code.CHANNEL_REFUSED, {"why": "nej"})]
    await stage.hear()
    await stage.ring()
    failed = stage.ledger.entries[-1]
    assert isinstance(failed, DeliveryFailed)
    assert (failed.code, failed.parameters) == (Code.CHANNEL_REFUSED, {"why": "nej"})
    await stage.ring()
    assert len(stage.square.calls) == 1


async def test_a_busy_channel_is_tried_again_with_the_same_key(stage: Stage) -> None:
    stage.square.answers = [NotNow(Code.CHANNEL_THROTTLED, {}, wait=90 * SECOND)]
    await stage.hear()
    await stage.ring()
    assert stage.bell.set[-1] == ("3", NOON + 90 * SECOND)
    await stage.ring()
    assert stage.ledger.states()[-2:] == ["attempted", "published"]
    assert [parcel.key for parcel in stage.square.calls] == [key("torget", POST, 1)] * 2


async def test_what_waited_too_long_expires(stage: Stage) -> None:
    stage.square.answers = [NotNow(Code.CHANNEL_THROTTLED, {}, wait=2 * HOUR)]
    await stage.hear()
    await stage.ring()
    await stage.ring(late=SECOND)
    assert stage.ledger.states()[-1] == "expired"
    assert len(stage.square.calls) == 1


async def test_a_channel_that_rests_is_not_called_and_nothing_is_written(stage: Stage) -> None:
    await stage.hear()
    stage.lanes.rest = NOON + 60 * SECOND
    await stage.ring()
    assert stage.ledger.states() == ["scheduled"]
    assert stage.bell.set[-1] == ("1-1", NOON + 61 * SECOND)
    await stage.ring()
    assert stage.ledger.states()[-1] == "published"


async def test_a_claim_says_who_and_for_how_long(stage: Stage) -> None:
    await stage.publish()
    claim = stage.ledger.entries[1]
    assert isinstance(claim, DeliveryAttempted)
    assert claim.owner.startswith("here/1/")
    assert (claim.lease, claim.attempt) == (LEASE, 1)


async def test_a_channel_is_probed_in_words_that_the_planner_understands(stage: Stage) -> None:
    await stage.publisher.probe(stage.square)
    [probed] = stage.notebook.told
    assert (probed.channel, probed.ready, probed.limits.characters) == ("torget", True, 500)
    assert Told(probed, 1, NOON).fact.kind == "square"


async def test_how_many_posts_are_left_is_told(stage: Stage) -> None:
    stage.square.quota = Quota(left=9, of=100, per=HOUR * 24)
    await stage.publisher.probe(stage.square)
    assert [probed.quota for probed in stage.notebook.told] == [stage.square.quota]


async def test_the_end_of_a_token_is_told_as_the_channel_says_or_as_somebody_noted(
    stage: Stage,
) -> None:
    noted = replace(stage.publisher, noted_ends={"torget": NOON})
    await noted.probe(stage.square)
    stage.square.token_ends = NOON + HOUR
    await noted.probe(stage.square)
    await stage.publisher.probe(stage.square)
    ends = [probed.token_ends for probed in stage.notebook.told]
    assert ends == [NOON, NOON + HOUR, NOON + HOUR]
