"""Whatever answer is lost, whoever dies: the post is public once, and somebody knows."""

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryFailed,
    DeliveryPublished,
    DeliveryUncertain,
)
from schemas.posts import Addressee, Content
from services.publisher.domain.answers import Unclear
from services.publisher.domain.keys import key
from services.publisher.domain.rules import Repeat
from tests.publisher.builders import (
    NOON,
    POST,
    attempted,
    order,
    withdrawn,
)
from tests.publisher.stage import Stage

COMMENT = Addressee(comment=POST, external_id="comment-1", beneath="post-1")
LOST = Unclear(Code.ANSWER_LOST, {"channel": "torget"})


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.mark.parametrize("by", [by for by in Repeat if by is not Repeat.NONE])
@pytest.mark.parametrize("lost", [LOST, ConnectionResetError()])
async def test_a_lost_answer_never_makes_a_second_post(
    by: Repeat, lost: Unclear | Exception
) -> None:
    stage = Stage(by=by)
    # What is prepared shows nothing; its answer comes.
    stage.square.answers = [None, lost] if by is Repeat.TWO_PHASE else [lost]
    await stage.hear()
    try:
        await stage.ring()
    except ConnectionResetError:
        # What the real caller turns into `Unclear`; here the process dies instead.
        await stage.hear()
        await stage.ring()
    assert isinstance(stage.ledger.entries[-1], DeliveryUncertain)
    await stage.ring()
    assert stage.ledger.states()[-1] == "published"
    assert len(stage.square.shown) == 1


async def test_a_lost_answer_to_a_comment_is_looked_up_where_posts_have_two_steps() -> None:
    said = Content(text="Ja, även i norra delen.", answers=COMMENT)
    stage = Stage(order(content=said), by=Repeat.TWO_PHASE, answers=Repeat.LOOK_UP)
    stage.square.answers = [LOST]
    await stage.hear()
    await stage.ring()
    assert isinstance(stage.ledger.entries[-1], DeliveryUncertain)
    await stage.ring()
    assert stage.ledger.states()[-1] == "published"
    assert [sought.answers for sought in stage.square.sought] == [COMMENT]
    assert [parcel.handle for parcel in stage.square.calls] == [None]


async def test_a_channel_without_answers_is_not_called_with_one() -> None:
    stage = Stage(order(content=Content(text="Ja, även i norra delen.", answers=COMMENT)))
    await stage.hear()
    await stage.ring()
    failed = stage.ledger.entries[-1]
    assert isinstance(failed, DeliveryFailed)
    assert failed.code is Code.ANSWERS_NOT_TAKEN
    assert stage.square.calls == []


async def test_where_nobody_can_find_out_a_lost_answer_waits_for_a_person() -> None:
    stage = Stage(by=Repeat.NONE)
    stage.square.answers = [LOST]
    await stage.hear()
    await stage.ring()
    await stage.ring()
    unsure = stage.ledger.entries[-1]
    assert isinstance(unsure, DeliveryUncertain)
    assert unsure.until is None
    await stage.decide("there", url="https://torget.example/post-1")
    found = stage.ledger.entries[-1]
    assert isinstance(found, DeliveryPublished)
    assert (found.known_by, found.url) == ("person", "https://torget.example/post-1")
    assert len(stage.square.shown) == 1


async def test_what_a_person_did_not_find_is_sent_again() -> None:
    stage = Stage(by=Repeat.NONE)
    stage.square.answers = [LOST]
    await stage.hear()
    await stage.ring()
    stage.square.shown.clear()
    await stage.ring()
    await stage.decide("absent")
    await stage.ring()
    assert stage.ledger.states()[-2:] == ["attempted", "published"]
    assert len(stage.square.shown) == 1


async def test_a_crisis_lane_sends_once_more_and_says_so() -> None:
    stage = Stage(by=Repeat.NONE, repeats=1)
    stage.square.answers = [LOST, LOST]
    await stage.hear()
    await stage.ring()
    await stage.ring()
    await stage.ring()
    unsure = stage.ledger.entries[-1]
    assert isinstance(unsure, DeliveryUncertain)
    assert (unsure.repeats, unsure.until, len(stage.square.calls)) == (1, None, 2)


async def test_a_publisher_that_died_in_the_middle_is_followed_by_one_that_looks_first() -> None:
    stage = Stage(by=Repeat.LOOK_UP)
    await stage.hear()
    stage.now = stage.ledger.now = NOON
    await stage.ledger.record(attempted(owner="dead/1").fact, after=1)
    await stage.hear()
    await stage.ring()
    silent = stage.ledger.entries[-1]
    assert isinstance(silent, DeliveryUncertain)
    assert silent.code is Code.SENDER_SILENT
    await stage.ring()
    await stage.ring()
    assert (len(stage.square.sought), stage.square.calls) == (2, [])
    await stage.ring()
    assert stage.ledger.states()[-2:] == ["attempted", "published"]
    assert len(stage.square.shown) == 1


async def test_a_look_up_knows_what_to_seek_and_since_when() -> None:
    stage = Stage(by=Repeat.LOOK_UP)
    stage.square.answers = [LOST]
    await stage.hear()
    await stage.ring()
    await stage.ring()
    [sought] = stage.square.sought
    assert (sought.post, sought.revision, sought.key) == (POST, 1, key("torget", POST, 1))
    assert (sought.since, sought.handle) == (NOON, None)
    entry = stage.ledger.entries[0]
    assert (sought.opening, sought.words) == (entry.opening, entry.words)


async def test_what_is_withdrawn_in_doubt_is_looked_up_before_it_is_called_cancelled(
    stage: Stage,
) -> None:
    stage.square.answers = [LOST]
    await stage.hear()
    await stage.ring()
    stage.desk.later = [withdrawn()]
    await stage.ring()
    assert stage.ledger.states()[-2:] == ["attempted", "uncertain"]
    await stage.ring()
    found = stage.ledger.entries[-1]
    assert isinstance(found, DeliveryPublished)
    assert found.known_by == "look-up"
