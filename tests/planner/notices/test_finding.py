"""What the board shows is what people are told of: each kind of trouble, and when it is over."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.channels import StrangerFound
from schemas.codes import Code
from schemas.deliveries import DeliveryFact, DeliveryHeld
from schemas.notices import Kind
from schemas.parked import MessageParked, MessageReleased
from schemas.posts import PostFact
from services.planner.board import Alerts
from services.planner.domain import transitions
from services.planner.notices.finding import SINCE, UNREADY_FOR, Found
from services.planner.notices.troubles import Trouble
from tests.crisis import hold
from tests.planner.deliveries import STATES, delivery, unseen, witnessed
from tests.planner.drawn import Drawn, approved, post
from tests.planner.samples import ANNA, NOW, probed
from tests.planner.signs import removed

SOON = NOW + timedelta(seconds=30)
LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def found(drawn: Drawn) -> Found:
    return Found(drawn.board, drawn.reader, Alerts(drawn.file).hold)


def drawn_post(drawn: Drawn) -> PostFact:
    fact = approved(post("Natt", 1))
    drawn.draw("PLANNER", fact)
    return fact


def kinds(troubles: Any) -> list[tuple[Kind, UUID | None, str | None]]:
    return [(trouble.kind, trouble.post, trouble.channel) for trouble in troubles]


def held(post: UUID, code: Code = Code.PUBLISHING_PAUSED) -> DeliveryFact:
    state = delivery("scheduled", post=post).model_dump(exclude={"type", "event_id"})
    return DeliveryHeld(**state, code=code, parameters={"why": "olycka", "person": "astrid"})


@pytest.mark.parametrize("state", ["failed", "expired", "uncertain", "held"])
def test_a_delivery_that_stands_still_is_trouble_until_it_goes_on(
    drawn: Drawn, found: Found, state: str
) -> None:
    one = drawn_post(drawn).post
    drawn.draw("PUBLISHER", held(one) if state == "held" else delivery(state, post=one))
    expected = [(Kind(state), one, "newsroom")]
    assert kinds(found.all(LATER)) == kinds(found.of_post(one, LATER)) == expected
    drawn.draw("PUBLISHER", delivery("published", post=one))
    assert kinds(found.all(LATER)) == kinds(found.of_post(one, LATER)) == []


def test_what_an_alert_holds_is_trouble_when_the_hold_is_released(
    drawn: Drawn, found: Found
) -> None:
    one, other = drawn_post(drawn).post, drawn_post(drawn).post
    drawn.draw("SIREN", hold(NOW))
    drawn.draw("PUBLISHER", held(one, Code.HELD_FOR_ALERT), delivery("failed", post=other))
    assert kinds(found.all(LATER)) == [(Kind.FAILED, other, "newsroom")]
    assert found.of_post(one, LATER) == []
    drawn.draw("SIREN", hold(LATER, version=2))
    assert kinds(found.of_post(one, LATER)) == [(Kind.HELD, one, "newsroom")]
    assert len(found.all(LATER)) == 2


@pytest.mark.parametrize("state", STATES)
def test_no_state_of_a_delivery_stops_the_watch(drawn: Drawn, found: Found, state: str) -> None:
    one = drawn_post(drawn).post
    drawn.draw("PUBLISHER", delivery(state, post=one))
    assert kinds(found.all(LATER)) == kinds(found.of_post(one, LATER))


def test_an_order_that_nobody_has_taken_in_is_trouble_after_a_minute(
    drawn: Drawn, found: Found
) -> None:
    one = drawn_post(drawn).post
    assert kinds(found.of_post(one, SOON)) == []
    assert kinds(found.of_post(one, LATER)) == [(Kind.UNHEARD, one, "newsroom")]
    drawn.draw("PUBLISHER", delivery("scheduled", post=one))
    assert kinds(found.of_post(one, LATER)) == []


def test_a_missed_post_is_trouble_once_whatever_its_channels(drawn: Drawn, found: Found) -> None:
    draft = post("Natt", 1, 1)
    submitted = transitions.submit(draft, ANNA, NOW).post
    drawn.draw("PLANNER", transitions.miss(submitted, NOW).post)
    assert kinds(found.all(LATER)) == [(Kind.MISSED, draft.post, None)]


def test_what_a_stranger_cannot_see_is_trouble_until_one_can(drawn: Drawn, found: Found) -> None:
    one = drawn_post(drawn).post
    drawn.draw("PUBLISHER", delivery("published", post=one))
    drawn.draw("METRICS", unseen(post=one))
    assert kinds(found.all(LATER)) == [(Kind.UNSEEN, one, "newsroom")]
    assert kinds(found.all(NOW + SINCE + timedelta(minutes=1))) == []
    drawn.draw("METRICS", witnessed(post=one))
    assert kinds(found.all(LATER)) == []


def test_a_channel_gets_some_time_to_come_back(drawn: Drawn, found: Found) -> None:
    drawn.draw("PUBLISHER", probed("newsroom", ready=False))
    assert kinds(found.all(SOON)) == []
    assert kinds(found.all(NOW + UNREADY_FOR)) == [(Kind.UNREADY, None, "newsroom")]
    drawn.draw("PUBLISHER", probed("newsroom", at=LATER))
    assert kinds(found.all(LATER + UNREADY_FOR)) == []


def test_a_token_that_ends_within_two_weeks_is_trouble_and_once_more_days_before(
    drawn: Drawn, found: Found
) -> None:
    ends = NOW + timedelta(days=20)
    drawn.draw("PUBLISHER", probed("newsroom", token_ends=ends))
    assert kinds(found.all(ends - timedelta(days=15))) == []
    [early] = found.all(ends - timedelta(days=14))
    [still] = found.all(ends - timedelta(days=4))
    [late] = found.all(ends - timedelta(days=3))
    [over] = found.all(ends + timedelta(days=9))
    assert kinds([early, late]) == [(Kind.EXPIRING, None, "newsroom")] * 2
    assert early.problem == still.problem != late.problem == over.problem
    assert early.code is Code.TOKEN_ENDS
    assert early.parameters == {"channel": "Newsroom", "date": "2026-12-13"}
    drawn.draw("PUBLISHER", probed("newsroom", token_ends=ends + timedelta(days=60)))
    assert found.all(ends) == []


def test_a_channel_that_was_taken_away_is_no_trouble(drawn: Drawn, found: Found) -> None:
    drawn.draw("PUBLISHER", probed("newsroom", ready=False, token_ends=NOW), removed("newsroom"))
    assert found.all(LATER) == []


def test_a_stranger_on_our_account_is_trouble(drawn: Drawn, found: Found) -> None:
    drawn.draw(
        "PUBLISHER",
        StrangerFound(
            occurred_at=NOW,
            trace=uuid4(),
            channel="newsroom",
            stranger=uuid4(),
            external_id="7",
            url="http://newsroom.example/7",
            posted_at=NOW,
            code=Code.STRANGER,
            parameters={"channel": "newsroom"},
        ),
    )
    assert kinds(found.all(LATER)) == [(Kind.STRANGER, None, "newsroom")]


def test_a_message_that_was_set_aside_is_trouble_until_it_is_released(
    drawn: Drawn, found: Found
) -> None:
    common = {"occurred_at": NOW, "trace": uuid4(), "teller": "metrics", "parked": uuid4()}
    parked = MessageParked(
        **common,
        stream="PUBLISHER",
        sequence=3,
        about="publisher.delivery.newsroom.x",
        attempts=1,
        code=Code.MESSAGE_UNREADABLE,
    )
    drawn.draw("METRICS", parked)
    assert [(each.kind, each.stream) for each in found.all(LATER)] == [(Kind.PARKED, "METRICS")]
    drawn.draw("METRICS", MessageReleased(**common))
    assert found.all(LATER) == []


def test_trying_again_and_failing_again_is_a_new_problem(drawn: Drawn, found: Found) -> None:
    one = drawn_post(drawn).post

    def problem(attempt: int) -> Trouble:
        failed = delivery("failed", post=one).model_copy(update={"attempt": attempt})
        drawn.draw("PUBLISHER", failed)
        [trouble] = found.of_post(one, LATER)
        return trouble

    first, again, second = problem(1), problem(1), problem(2)
    assert first.problem == again.problem
    assert first.problem != second.problem


def test_it_says_how_far_it_has_read(drawn: Drawn, found: Found) -> None:
    assert found.positions() == {"PLANNER": 0, "PUBLISHER": 0, "METRICS": 0}
    drawn.draw("PUBLISHER", probed("newsroom"), probed("mastodon"))
    assert found.positions()["PUBLISHER"] == 2
