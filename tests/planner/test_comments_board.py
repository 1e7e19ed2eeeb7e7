"""The board knows how each comment stands, in whatever order it hears, and not who wrote what."""

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.envelope import Fact
from schemas.posts import Addressee, PostFact
from services.planner.board import CommentPage, Inbox
from services.planner.domain import transitions
from services.planner.domain.comments import Comment, CommentState
from services.planner.domain.refusals import Refusal
from services.planner.live import Change
from tests.planner.comments import (
    COMMENT,
    comment_id,
    done,
    edited,
    received,
    refused,
    removed,
    wished,
)
from tests.planner.drawn import Drawn, approved, post
from tests.planner.samples import ANNA, NOW, POST

LATER = NOW + timedelta(minutes=1)
SPOKEN: list[tuple[str, Fact]] = [("METRICS", received())]
HIDING: list[tuple[str, Fact]] = [*SPOKEN, ("PLANNER", wished())]
SHOWING: list[tuple[str, Fact]] = [*HIDING, ("PLANNER", wished("unhide"))]


def one(drawn: Drawn, channel: str = "mastodon", beneath: UUID = POST) -> Comment:
    found = Inbox(drawn.file, drawn.reader).one(channel, beneath, COMMENT)
    assert found is not None
    return found


def page(drawn: Drawn, **asked: Any) -> CommentPage:
    return Inbox(drawn.file, drawn.reader).page(**asked)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (SPOKEN, "open"),
        ([*SPOKEN, ("METRICS", edited())], "open"),
        ([*SPOKEN, ("METRICS", removed())], "removed"),
        ([*SPOKEN, ("METRICS", removed()), ("METRICS", received())], "open"),
        (HIDING, "hide_asked"),
        ([*HIDING, ("METRICS", removed())], "removed"),
        ([*HIDING, ("PUBLISHER", done(on=1))], "hidden"),
        ([*HIDING, ("PUBLISHER", done(on=1)), ("METRICS", removed(at=LATER))], "hidden"),
        ([*HIDING, ("PUBLISHER", refused(on=1))], "hide_failed"),
        ([*HIDING, ("PUBLISHER", refused(on=1)), ("METRICS", removed())], "removed"),
        ([*HIDING, ("PUBLISHER", refused(on=1)), ("PLANNER", wished())], "hide_asked"),
        (SHOWING, "hidden"),
        ([*SHOWING, ("PUBLISHER", refused("unhide", on=2))], "hidden"),
        ([*SHOWING, ("PUBLISHER", done("unhide", on=2))], "open"),
        (
            [*SHOWING, ("METRICS", removed()), ("PUBLISHER", done("unhide", on=2, at=LATER))],
            "open",
        ),
        (
            [*SHOWING, ("PUBLISHER", done("unhide", on=2)), ("METRICS", removed(at=LATER))],
            "removed",
        ),
    ],
)
def test_a_comment_stands_as_the_last_word_on_it_says(
    drawn: Drawn, facts: list[tuple[str, Fact]], state: str
) -> None:
    for stream, fact in facts:
        drawn.draw(stream, fact)
    assert one(drawn).state == state
    assert [c.fact.comment for c in page(drawn, state=CommentState(state)).comments] == [COMMENT]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_streams_are_read_is_no_matter(
    drawn: Drawn, order: tuple[int, ...]
) -> None:
    told = [("METRICS", received()), ("PLANNER", wished()), ("PUBLISHER", refused(on=1))]
    for number in order:
        drawn.draw(*told[number])
    shown = one(drawn)
    assert shown.state is CommentState.HIDE_FAILED
    assert shown.moderation is not None
    assert shown.moderation.asked == wished()
    assert shown.moderation.outcome == refused(on=1)


def answering(comment: UUID = COMMENT, channel: str = "mastodon") -> PostFact:
    draft = post("Svar", None)
    [variant] = draft.document.variants
    addressee = Addressee(comment=comment, external_id="1", beneath="2")
    content = variant.content.model_copy(update={"answers": addressee})
    changed = variant.model_copy(update={"channel": channel, "content": content})
    document = draft.document.model_copy(update={"variants": (changed,)})
    return draft.model_copy(update={"document": document})


def test_an_approved_post_answers_and_a_draft_is_shown_beside_it(drawn: Drawn) -> None:
    drawn.draw("METRICS", received())
    draft = answering()
    drawn.draw("PLANNER", draft)
    assert one(drawn).state is CommentState.OPEN
    assert [shown.post.post for shown in one(drawn).answers] == [draft.post]
    done_ = approved(draft)
    drawn.draw("PLANNER", done_)
    assert one(drawn).state is CommentState.ANSWERED
    drawn.draw("PLANNER", transitions.withdraw(done_, ANNA, NOW).post)
    assert one(drawn).state is CommentState.OPEN


def test_an_answer_that_was_told_before_its_comment_counts(drawn: Drawn) -> None:
    drawn.draw("PLANNER", approved(answering()))
    drawn.draw("METRICS", received())
    assert one(drawn).state is CommentState.ANSWERED


def test_an_answer_elsewhere_answers_nothing_here(drawn: Drawn) -> None:
    drawn.draw("METRICS", received())
    drawn.draw("PLANNER", approved(answering(channel="newsroom")))
    assert one(drawn).state is CommentState.OPEN
    assert one(drawn).answers == ()


def test_a_post_that_answers_another_comment_no_longer_answers_the_first(drawn: Drawn) -> None:
    drawn.draw("METRICS", received(), received(comment_id(1)))
    first = approved(answering())
    drawn.draw("PLANNER", first)
    document = answering(comment_id(1)).document
    drawn.draw("PLANNER", first.model_copy(update={"document": document, "version": 9}))
    assert one(drawn).state is CommentState.OPEN
    assert page(drawn, state=CommentState.ANSWERED).comments[0].fact.comment == comment_id(1)


def test_what_stands_beneath_two_posts_of_ours_is_hidden_beneath_both(drawn: Drawn) -> None:
    other = uuid4()
    drawn.draw("METRICS", received(), received(post=other))
    drawn.draw("PLANNER", wished())
    assert {one(drawn, beneath=each).state for each in (POST, other)} == {CommentState.HIDE_ASKED}


def test_comments_come_newest_first_page_by_page_and_each_once(drawn: Drawn) -> None:
    # Several at the same moment, one beneath two posts: what a page ends with is not lost.
    told = [received(comment_id(n), minutes=n // 3) for n in range(10)]
    drawn.draw("METRICS", *told, received(comment_id(4), post=uuid4(), minutes=1))
    seen: list[tuple[UUID, UUID]] = []
    cursor = None
    while True:
        some = page(drawn, cursor=cursor, most=2)
        assert len(some.comments) <= 2
        seen += [(c.fact.comment, c.fact.post) for c in some.comments]
        cursor = some.cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 11
    times = [c.fact.written_at for c in page(drawn, most=20).comments]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("cursor", ["", "å", "eA==", "LTEvYQ=="])
def test_a_cursor_of_others_is_refused(drawn: Drawn, cursor: str) -> None:
    drawn.draw("METRICS", received())
    with pytest.raises(Refusal):
        page(drawn, cursor=cursor)


def test_lists_are_narrowed_by_state_channel_and_post(drawn: Drawn) -> None:
    other = uuid4()
    drawn.draw(
        "METRICS",
        received(comment_id(1)),
        received(comment_id(2), "newsroom"),
        received(comment_id(3), post=other),
    )
    drawn.draw("PLANNER", wished(thing=comment_id(3)))

    def found(**asked: Any) -> set[UUID]:
        return {comment.fact.comment for comment in page(drawn, **asked).comments}

    assert found(channel="newsroom") == {comment_id(2)}
    assert found(post=other) == {comment_id(3)}
    assert found(state=CommentState.OPEN) == {comment_id(1), comment_id(2)}
    assert found(state=CommentState.OPEN, channel="mastodon") == {comment_id(1)}
    assert found(state=CommentState.OPEN, post=other) == set()
    assert Inbox(drawn.file, drawn.reader).count(CommentState.OPEN) == 2


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"state": CommentState.OPEN},
        {"channel": "mastodon"},
        {"post": POST},
        {"state": CommentState.OPEN, "channel": "mastodon"},
    ],
)
@pytest.mark.parametrize("most", [1, 50])
def test_no_list_reads_or_sorts_the_whole_table(
    drawn: Drawn, asked: dict[str, Any], most: int
) -> None:
    drawn.draw("METRICS", *(received(comment_id(n), minutes=n) for n in range(3)))
    cursor = page(drawn, most=most, **asked).cursor
    said: list[str] = []
    drawn.file.set_trace_callback(said.append)
    page(drawn, cursor=cursor, **asked)
    drawn.file.set_trace_callback(None)
    plan = drawn.file.execute(f"EXPLAIN QUERY PLAN {said[0]}").fetchall()
    assert "INDEX comments_" in plan[0][3], plan
    assert not any("TEMP B-TREE" in step[3] for step in plan), plan


def test_the_mark_changes_with_whatever_is_shown(drawn: Drawn) -> None:
    marks = set()
    answer = answering()
    for stream, fact in (
        ("METRICS", received()),
        ("METRICS", edited()),
        ("PLANNER", wished()),
        ("PUBLISHER", done(on=1)),
        ("PLANNER", answer),
        ("PLANNER", approved(answer)),
    ):
        drawn.draw(stream, fact)
        marks.add(one(drawn).mark)
    assert len(marks) == 6
    drawn.draw("METRICS", received(comment_id(1)))
    assert one(drawn).mark in marks


def test_readers_hear_of_the_post_beneath_which_something_happens(drawn: Drawn) -> None:
    drawn.draw("METRICS", received())
    drawn.draw("PLANNER", wished())
    drawn.draw("PUBLISHER", done(on=1))
    assert [(c.kind, c.post, c.channel) for c in drawn.changes] == [
        ("comment", POST, "mastodon")
    ] * 3
    drawn.draw("PLANNER", wished("pin", POST, why=""))
    assert drawn.changes[-1] == Change("comment", "moderation.asked.v1", POST, "mastodon")


def test_a_pinned_post_says_what_was_asked_of_it(drawn: Drawn) -> None:
    public = approved(post("Natt", None))
    drawn.draw("PLANNER", public, wished("pin", public.post, why=""))
    drawn.draw("PUBLISHER", done("pin", public.post, on=2))
    shown = drawn.reader.post(public.post)
    assert shown is not None
    [(channel, pinning)] = shown.moderations.items()
    assert (channel, pinning.asked.action, pinning.outcome) == (
        "mastodon",
        "pin",
        done("pin", public.post, on=2),
    )
