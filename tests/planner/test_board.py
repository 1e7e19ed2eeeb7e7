"""The board shows what was told, in the order of its times, page by page."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.parked import MessageParked
from services.planner.domain import transitions
from services.planner.domain.shown import Decision, Shown
from services.planner.domain.standing import Order
from tests.planner.deliveries import delivery, insight, proof, standing, unseen, witnessed
from tests.planner.drawn import HOUR, Drawn, answering, approved, post
from tests.planner.samples import ANNA, BENGT, CHANNELS, NOW
from tests.planner.signs import decided, rested, stranger


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
    [(channel, entry)] = shown.deliveries.items()
    assert (channel, entry.fact) == ("newsroom", delivery("published", post=done.post))
    assert entry.sequence == 2
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


def test_the_times_of_what_is_approved_for_a_channel_are_found(drawn: Drawn) -> None:
    first, edited, other = post("Ett", 1, 30), post("Två", 3), post("Tre", 5)
    now, waiting, answer = post("Nu", None), post("Väntar", 2), answering(post("Svar", 4))
    for each in (first, edited, other, now, answer):
        submitted = transitions.submit(each, ANNA, NOW).post
        done = transitions.approve(submitted, BENGT, NOW, HOUR)
        drawn.draw("PLANNER", done.post, *done.orders)
        if each is edited:
            state = {"newsroom": standing(done.orders[0], None)}
            void = transitions.edit(done.post, each.document, ANNA, NOW, state)
            drawn.draw("PLANNER", void.post, *void.orders)
    drawn.draw("PLANNER", waiting)

    def found(channel: str, hours: float, apart: UUID) -> list[datetime]:
        return sorted(drawn.reader.approved(channel, (NOW, NOW + HOUR * hours), apart))

    assert found("newsroom", 9, uuid4()) == [NOW, NOW + HOUR, NOW + HOUR * 5]
    assert found("newsroom", 9, other.post) == [NOW, NOW + HOUR]
    assert found("mastodon", 9, uuid4()) == []
    assert found("mastodon", 31, uuid4()) == [NOW + HOUR * 30]


def test_an_order_and_a_decision_are_shown_with_the_post(drawn: Drawn) -> None:
    whole = transitions.submit(post("Natt", 1), ANNA, NOW).post
    done = transitions.approve(whole, BENGT, NOW, HOUR)
    drawn.draw("PLANNER", done.post, *done.orders, decided(done.post.post, on=7))
    shown = drawn.reader.post(done.post.post)
    assert shown is not None
    assert shown.orders["newsroom"] == Order(1, approved=True, retract=False, told_at=NOW)
    assert shown.decisions["newsroom"] == Decision(7, "send", "bengt", NOW)


def test_a_doubt_lasts_from_its_first_moment_to_its_last(drawn: Drawn) -> None:
    done = approved(post("Natt", 1))
    drawn.draw("PLANNER", done)

    def since(state: str, minutes: int, **more: Any) -> Any:
        at = NOW + timedelta(minutes=minutes)
        drawn.draw("PUBLISHER", delivery(state, post=done.post, **more, occurred_at=at))
        shown = drawn.reader.post(done.post)
        assert shown is not None
        return (shown.deliveries["newsroom"].since - NOW) / timedelta(minutes=1)

    assert since("attempted", 1) == 1
    assert since("uncertain", 2) == 2
    assert since("attempted", 3, doubt=True) == 2
    assert since("uncertain", 4) == 2
    assert since("published", 5) == 5
    assert since("uncertain", 6) == 6


def test_what_is_corrected_stays_on_the_day_when_it_became_public(drawn: Drawn) -> None:
    done = approved(post("Natt", None))
    first = done.document
    long_ago = NOW - HOUR * 24 * 9
    public = delivery("published", post=done.post, proof=proof(1, long_ago))
    edited = transitions.edit(done, first, ANNA, NOW).post
    for streams in (("PLANNER", "PUBLISHER"), ("PUBLISHER", "PLANNER")):
        drawn.board.clear()
        for stream in streams:
            drawn.draw(stream, edited if stream == "PLANNER" else public)
        assert drawn.titles(long_ago - HOUR, long_ago + HOUR) == ["Natt"]


def test_a_change_of_what_is_public_belongs_to_now_and_is_listed_once(drawn: Drawn) -> None:
    done = approved(post("Natt", 1))
    public = delivery("published", post=done.post, proof=proof(1, NOW))
    edited = transitions.edit(done, done.document, ANNA, NOW).post
    drawn.draw("PUBLISHER", public)
    drawn.draw("PLANNER", done, transitions.submit(edited, ANNA, NOW).post, post("b", 2))
    assert drawn.titles() == drawn.titles(NOW - HOUR, NOW + HOUR * 3) == ["Natt", "b"]
    drawn.draw("PUBLISHER", public)
    long_after = NOW + HOUR * 48
    found = drawn.reader.posts(long_after, None, long_after)
    assert [shown.post.document.title for shown in found.posts] == ["Natt"]


def unsettled(drawn: Drawn, days: int = 14) -> list[str]:
    found = drawn.reader.unsettled(NOW - HOUR * 24 * days)
    return [shown.post.document.title for shown in found]


@pytest.mark.parametrize("state", ["failed", "expired", "held", "uncertain"])
def test_what_needs_a_person_is_listed_however_old_it_is(drawn: Drawn, state: str) -> None:
    whole = transitions.submit(post("Natt", 1), ANNA, NOW).post
    done = transitions.approve(whole, BENGT, NOW, HOUR)
    long_after = -9000
    drawn.draw("PLANNER", done.post, *done.orders)
    assert unsettled(drawn, long_after) == ["Natt"]
    for name, listed in (("scheduled", []), (state, ["Natt"]), ("published", [])):
        drawn.draw("PUBLISHER", delivery(name, post=whole.post))
        assert unsettled(drawn, long_after) == listed


def test_an_order_drawn_after_its_delivery_is_not_waited_for(drawn: Drawn) -> None:
    whole = transitions.submit(post("Natt", 1), ANNA, NOW).post
    done = transitions.approve(whole, BENGT, NOW, HOUR)
    drawn.draw("PUBLISHER", delivery("published", post=done.post.post))
    drawn.draw("PLANNER", done.post, *done.orders)
    assert unsettled(drawn) == []
    withdrawn = transitions.withdraw(
        done.post, ANNA, NOW, {order.channel: standing(order) for order in done.orders}
    )
    drawn.draw("PLANNER", withdrawn.post, *withdrawn.orders)
    assert unsettled(drawn) == ["Natt"]
    taken = delivery("scheduled", post=done.post.post, aim="retract", proof=proof())
    drawn.draw("PUBLISHER", taken)
    assert unsettled(drawn) == []


def test_missed_and_unseen_posts_are_listed_until_something_comes_of_them(drawn: Drawn) -> None:
    late, public = post("Sen", 1), approved(post("Osedd", 1))
    submitted = transitions.submit(late, ANNA, NOW).post
    drawn.draw("PLANNER", transitions.miss(submitted, NOW).post, public)
    drawn.draw("METRICS", unseen(post=public.post))
    assert sorted(unsettled(drawn)) == ["Osedd", "Sen"]
    assert unsettled(drawn, days=-1) == ["Sen"]
    drawn.draw("METRICS", witnessed(post=public.post))
    drawn.draw("PLANNER", transitions.edit(late, late.document, ANNA, NOW).post)
    assert unsettled(drawn) == []


def test_rests_and_strangers_are_shown(drawn: Drawn) -> None:
    found = stranger()
    drawn.draw("PUBLISHER", rested(), found, rested(minutes=9))
    assert drawn.reader.rests() == {"mastodon": rested(minutes=9)}
    assert drawn.reader.strangers() == drawn.reader.strangers(NOW) == [found]
    assert drawn.reader.strangers(NOW + HOUR) == []
