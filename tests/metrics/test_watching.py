"""What people write is told once, after its words; what is gone is told when that is sure."""

from dataclasses import replace
from typing import Any

import pytest

from schemas.comments import (
    CommentEdited,
    CommentFact,
    CommentReceived,
    CommentRemoved,
    CommentWords,
)
from schemas.envelope import Fact
from schemas.posts import Addressee
from services.kit.messages import Due
from services.metrics.comments import Remark, comment_of, name_of
from services.metrics.ports import NoToken, NotTold
from tests.metrics.builders import (
    DAY,
    HOUR,
    NOON,
    POST,
    SECOND,
    TRACE,
    correcting,
    remark,
    retracted,
)
from tests.metrics.stage import Stage

FIRST = "801-watch-120"
MINUTE = 60 * SECOND


@pytest.fixture
async def stage() -> Stage:
    """A publication with the sequence 801, where people may write."""
    made = Stage()
    await made.hear(kind="mastodon", external_id="4711")
    return made


async def watch(stage: Stage, *remarks: Remark) -> None:
    """Have the next reading find these comments."""
    stage.thread.remarks = list(remarks)
    await ring_next(stage)


def coming(stage: Stage) -> list[str]:
    """The readings that are still to come."""
    times = stage.alarm.serials()
    serials = (each for each in times if "-watch-" in each and times[each] > stage.clock.moment)
    return sorted(serials, key=times.__getitem__)


async def ring_next(stage: Stage) -> None:
    await stage.ring(coming(stage)[0])


def told(stage: Stage) -> list[Fact]:
    return [fact for fact in stage.facts.told if isinstance(fact, CommentFact | CommentWords)]


def kinds(stage: Stage) -> list[str]:
    return [fact.type.split(".")[1] for fact in told(stage)]


def test_a_publication_is_read_for_the_first_time_soon(stage: Stage) -> None:
    assert coming(stage) == [FIRST]
    assert stage.alarm.serials()[FIRST] == NOON + 2 * MINUTE


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "newsroom"},
        {"external_id": ""},
        {"published_at": NOON - 29 * DAY},
    ],
    ids=["nobody can write there", "a person gave the address", "old"],
)
async def test_a_post_without_comments_to_read_is_not_watched(said: dict[str, Any]) -> None:
    stage = Stage()
    await stage.hear(**{"kind": "mastodon", "external_id": "4711"} | said)
    assert coming(stage) == []


async def test_an_answer_of_ours_has_no_appointments_at_all() -> None:
    stage = Stage()
    above = Addressee(comment=POST, external_id="4712", beneath="4711")
    await stage.hear(kind="mastodon", external_id="4713", answers=above)
    assert stage.alarm.times == {}


async def test_a_comment_is_told_after_its_words(stage: Stage) -> None:
    said = remark(parent="4700", url="https://region.example/4711")
    await watch(stage, said)
    words, fact = told(stage)
    assert isinstance(words, CommentWords)
    assert isinstance(fact, CommentReceived)
    assert (words.author, words.text) == ("Aina", "När öppnar ni?")
    assert fact.comment == words.comment == comment_of("torget", "4712")
    assert fact.digest == words.digest == said.digest
    assert (fact.post, fact.beneath, fact.external_id, fact.parent) == (
        POST,
        "4711",
        "4712",
        "4700",
    )
    assert (fact.written_at, fact.occurred_at) == (NOON + SECOND, NOON + 2 * MINUTE)
    assert (fact.trace, fact.url) == (TRACE, "https://region.example/4711")
    assert stage.tally.counted == [("watch", "torget", "whole")]


async def test_what_stands_unchanged_is_told_once(stage: Stage) -> None:
    for _ in range(3):
        await watch(stage, remark(), remark(external_id="4713", author="Bo"))
    assert kinds(stage) == ["worded", "received"] * 2


async def test_changed_words_are_told_with_what_they_are_now(stage: Stage) -> None:
    await watch(stage, remark())
    await watch(stage, remark(text="Hittade det!"))
    await watch(stage, remark())
    assert kinds(stage) == ["worded", "received", "worded", "edited", "worded", "edited"]
    assert [fact.text for fact in told(stage) if isinstance(fact, CommentWords)] == [
        "När öppnar ni?",
        "Hittade det!",
        "När öppnar ni?",
    ]


async def test_words_whose_fact_was_never_stored_are_completed(stage: Stage) -> None:
    stage.facts.breaks_before = CommentReceived
    with pytest.raises(ConnectionError):
        await watch(stage, remark())
    assert kinds(stage) == ["worded"]
    await stage.ring(FIRST)
    assert kinds(stage) == ["worded", "received"]


async def test_a_change_whose_fact_was_never_stored_is_completed(stage: Stage) -> None:
    await watch(stage, remark())
    stage.facts.breaks_before = CommentEdited
    with pytest.raises(ConnectionError):
        await watch(stage, remark(text="Hittade det!"))
    await watch(stage, remark(text="Hittade det!"))
    assert kinds(stage) == ["worded", "received", "worded", "edited"]


async def test_a_reading_that_fails_has_set_the_next_one(stage: Stage) -> None:
    stage.facts.breaks_before = CommentWords
    with pytest.raises(ConnectionError):
        await watch(stage, remark())
    assert coming(stage) == ["801-watch-240"]


async def test_a_comment_is_gone_when_two_readings_miss_it(stage: Stage) -> None:
    await watch(stage, remark(), remark(external_id="4713"))
    await watch(stage, remark(external_id="4713"))
    assert kinds(stage) == ["worded", "received"] * 2
    again = f"801-watch-240-without-{name_of([comment_of('torget', '4712')])}"
    assert stage.alarm.serials()[again] == stage.clock.moment + 2 * MINUTE
    await stage.ring(again)
    last = told(stage)[-1]
    assert isinstance(last, CommentRemoved)
    assert (last.external_id, last.digest) == ("4712", remark().digest)
    assert last.occurred_at == stage.clock.moment
    await ring_next(stage)
    assert kinds(stage)[4:] == ["removed"]


async def test_a_comment_that_a_list_left_out_for_once_is_not_gone(stage: Stage) -> None:
    await watch(stage, remark())
    await watch(stage)
    stage.thread.remarks = [remark()]
    for serial in coming(stage)[:2]:
        await stage.ring(serial)
    assert kinds(stage) == ["worded", "received"]


async def test_two_readings_that_miss_different_comments_do_not_agree(stage: Stage) -> None:
    one, other = remark(), remark(external_id="4713")
    await watch(stage, one, other)
    await watch(stage, other)
    await watch_again(stage, one)
    assert "removed" not in kinds(stage)
    await watch(stage, one)
    await watch_again(stage, one)
    gone = [fact.external_id for fact in told(stage) if isinstance(fact, CommentRemoved)]
    assert gone == ["4713"]


async def watch_again(stage: Stage, *remarks: Remark) -> None:
    """Have the second reading find these."""
    stage.thread.remarks = list(remarks)
    [again] = [serial for serial in coming(stage) if "without" in serial]
    await stage.ring(again)


async def test_what_was_not_read_to_its_end_takes_nothing_away(stage: Stage) -> None:
    await watch(stage, remark())
    stage.thread.whole = False
    await watch(stage)
    assert [serial for serial in coming(stage) if "without" in serial] == []
    assert stage.tally.counted[-1] == ("watch", "torget", "part")


async def remove(stage: Stage) -> None:
    """Have a known comment be gone."""
    await watch(stage)
    await watch_again(stage)
    assert kinds(stage)[-1] == "removed"


@pytest.mark.parametrize(
    ("text", "kind"), [("När öppnar ni?", ["received"]), ("Jaså", ["worded", "edited"])]
)
async def test_a_comment_that_comes_back_is_told_again(
    stage: Stage, text: str, kind: list[str]
) -> None:
    await watch(stage, remark())
    await remove(stage)
    await watch(stage, remark(text=text))
    assert kinds(stage)[3:] == kind


async def test_words_that_were_erased_do_not_come_back_by_themselves(stage: Stage) -> None:
    await watch(stage, remark())
    stage.facts.purge(told(stage)[0].subject)
    await watch(stage, remark())
    await remove(stage)
    await watch(stage, remark())
    assert kinds(stage) == ["worded", "received", "removed", "received"]
    await watch(stage, remark(text="Något nytt"))
    assert kinds(stage)[4:] == ["worded", "edited"]


@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [(None, "no_answer"), (NotTold("403"), "not_told"), (NoToken("torget"), "not_told")],
)
async def test_a_channel_that_says_nothing_is_asked_at_the_next_time(
    stage: Stage, refusal: Exception | None, outcome: str
) -> None:
    stage.thread.remarks, stage.thread.refusal = None, refusal
    await ring_next(stage)
    assert stage.tally.counted == [("watch", "torget", outcome)]
    assert coming(stage) == ["801-watch-240"]
    assert told(stage) == []


async def test_a_timer_that_rings_too_early_by_our_clock_is_not_set_again(stage: Stage) -> None:
    due = stage.alarm.ring(FIRST, stage.clock)
    stage.clock.moment -= SECOND
    await stage.metrics.keep_appointment(due)
    assert coming(stage)[-1] == "801-watch-240"


async def test_after_a_long_outage_there_is_one_reading(stage: Stage) -> None:
    stage.clock.moment = NOON + 3 * DAY
    await stage.ring(FIRST)
    assert stage.thread.asked == 1
    [following] = coming(stage)
    assert stage.clock.moment < stage.alarm.serials()[following] <= stage.clock.moment + 6 * HOUR


async def test_a_reading_of_numbers_takes_up_a_chain_that_was_lost(stage: Stage) -> None:
    del stage.alarm.times["torget", str(POST), "mastodon", FIRST]
    await stage.ring("801-age-3600")
    [following] = coming(stage)
    assert stage.alarm.serials()[following] > NOON + HOUR


async def test_a_correction_goes_on_with_a_chain_of_its_own(stage: Stage) -> None:
    sequence = await stage.hear_correction(HOUR, kind="mastodon", external_id="4711")
    await stage.ring(FIRST)
    assert stage.thread.asked == 0
    [following] = coming(stage)
    assert following.startswith(f"{sequence}-watch-")
    await watch(stage, remark())
    assert kinds(stage) == ["worded", "received"]


async def test_comments_are_read_while_a_correction_is_not_through(stage: Stage) -> None:
    stage.facts.publish(correcting())
    await watch(stage, remark())
    assert kinds(stage) == ["worded", "received"]
    assert coming(stage) == ["801-watch-240"]


async def test_a_retraction_ends_the_chain(stage: Stage) -> None:
    stage.facts.publish(retracted(kind="mastodon"))
    await ring_next(stage)
    assert stage.thread.asked == 0
    assert coming(stage) == []


async def test_a_kind_that_is_read_no_more_ends_its_chain(stage: Stage) -> None:
    due = Due(("torget", str(POST), "pigeon", FIRST), TRACE, NOON)
    stage.facts.publish(correcting())
    await stage.metrics.keep_appointment(due)
    assert stage.thread.asked == 0


@pytest.mark.parametrize("author", ["Aina", ""])
async def test_neither_writer_nor_words_stand_anywhere_but_apart(stage: Stage, author: str) -> None:
    said = remark(author=author and "Kanariefågeln Aina", text="Kanariefågeln sjunger")
    await watch(stage, said)
    await watch(stage)
    everything = [
        *(
            fact.model_dump_json()
            for fact in stage.facts.told
            if not isinstance(fact, CommentWords)
        ),
        *map(str, stage.alarm.times),
        *map(str, stage.tally.counted),
        *(fact.subject for fact in stage.facts.told),
    ]
    assert len(everything) > 4
    assert "Kanariefågeln" not in "".join(everything)


def test_who_wrote_is_part_of_what_was_written() -> None:
    assert remark().digest != replace(remark(), author="Bo").digest
    assert remark(author="ab", text="c").digest != remark(author="a", text="bc").digest
