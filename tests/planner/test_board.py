"""The board shows what was told, in the order of its times, page by page."""

from uuid import uuid4

import pytest

from schemas.parked import MessageParked
from services.planner.domain import transitions
from services.planner.domain.outcomes import Shown
from tests.planner.deliveries import delivery, insight, witnessed
from tests.planner.drawn import HOUR, Drawn, approved, post
from tests.planner.samples import ANNA, CHANNELS, NOW


def test_a_post_is_shown_with_everything_that_became_of_it(drawn: Drawn) -> None:
    done = approved(post("Natt", 1))
    drawn.draw("METRICS", insight(post=done.post, hours=24), insight(post=done.post, hours=1))
    drawn.draw("PUBLISHER", delivery("scheduled", post=done.post))
    drawn.draw("PLANNER", done)
    drawn.draw("PUBLISHER", delivery("published", post=done.post))
    drawn.draw("METRICS", witnessed(post=done.post))
    shown = drawn.reader.post(done.post)
    assert shown is not None
    assert shown.post == done
    assert shown.deliveries == {"newsroom": delivery("published", post=done.post)}
    assert shown.witnesses == {"newsroom": witnessed(post=done.post)}
    assert [each.age for each in shown.insights["newsroom"]] == [HOUR, HOUR * 24]


def test_what_belongs_to_no_post_yet_waits_for_it(drawn: Drawn) -> None:
    done = approved(post("Natt", 1))
    drawn.draw("PUBLISHER", delivery("published", post=done.post))
    assert drawn.reader.post(done.post) is None
    assert drawn.titles() == []


def test_the_mark_changes_with_anything_that_is_shown(drawn: Drawn) -> None:
    done = approved(post("Natt", 1))
    drawn.draw("PLANNER", done)

    def mark() -> str:
        shown = drawn.reader.post(done.post)
        assert shown is not None
        return shown.mark

    marks = [mark(), mark()]
    for stream, fact in (
        ("PUBLISHER", delivery("attempted", post=done.post)),
        ("PUBLISHER", delivery("published", post=done.post)),
        ("METRICS", witnessed(post=done.post)),
        ("METRICS", insight(post=done.post)),
    ):
        drawn.draw(stream, fact)
        marks.append(mark())
    assert marks[0] == marks[1]
    assert len(set(marks)) == 5
    drawn.draw("PLANNER", post("Annat", 1))
    assert mark() == marks[-1]


def test_posts_come_in_the_order_of_their_times(drawn: Drawn) -> None:
    drawn.draw("PLANNER", post("c", 3), post("a", 1), post("b", 2), post("nu", None))
    assert drawn.titles() == ["nu", "a", "b", "c"]


@pytest.mark.parametrize(
    ("start", "end", "titles"),
    [
        (0, 24, ["nu", "a", "b"]),
        (1, 2, ["a"]),
        (2, 48, ["b"]),
        (48, 72, ["b", "c"]),
        (-48, 0, []),
        (100, 200, []),
    ],
)
def test_a_stretch_of_time_holds_what_has_a_time_in_it(
    drawn: Drawn, start: int, end: int, titles: list[str]
) -> None:
    drawn.draw("PLANNER", post("a", 1), post("b", 2, 50), post("c", 60), post("nu", None))
    assert drawn.titles(NOW + HOUR * start, NOW + HOUR * end) == titles


def test_a_post_that_went_out_on_approval_has_its_time(drawn: Drawn) -> None:
    drawn.draw("PLANNER", approved(post("nu", None)))
    assert drawn.titles(NOW - HOUR, NOW + HOUR) == ["nu"]
    assert drawn.titles(NOW + HOUR, NOW + HOUR * 2) == []


def test_an_edited_post_leaves_its_old_time(drawn: Drawn) -> None:
    draft = post("a", 1)
    later = post("a", 5, post=draft.post)
    drawn.draw("PLANNER", draft, transitions.edit(draft, later.document, ANNA, NOW).post)
    assert drawn.titles(NOW, NOW + HOUR * 2) == []
    assert drawn.titles(NOW + HOUR * 5, NOW + HOUR * 6) == ["a"]


def test_every_post_is_on_one_page(drawn: Drawn) -> None:
    names = [f"{number:02}" for number in range(25)]
    drawn.draw("PLANNER", *(post(name, 1 + int(name) // 5, 60) for name in names))
    drawn.draw("PLANNER", post("nu", None), post("nu", None))
    found: list[Shown] = []
    cursor = None
    for _ in range(20):
        page = drawn.reader.posts(None, None, NOW, cursor, 4)
        found += page.posts
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(shown.post.document.title for shown in found) == [*names, "nu", "nu"]


def test_channels_and_parked_messages_are_shown(drawn: Drawn) -> None:
    parked = MessageParked.model_validate(
        {
            "occurred_at": NOW,
            "trace": uuid4(),
            "teller": "metrics",
            "parked": uuid4(),
            "stream": "PUBLISHER",
            "sequence": 7,
            "about": "publisher.delivery.newsroom.x",
            "attempts": 8,
            "code": "message_abandoned",
        }
    )
    drawn.draw("PUBLISHER", *CHANNELS.values())
    drawn.draw("METRICS", parked)
    assert drawn.reader.channels() == CHANNELS
    assert drawn.reader.parked() == [parked]
    assert {change.kind for change in drawn.changes} == {"channel", "parked"}
