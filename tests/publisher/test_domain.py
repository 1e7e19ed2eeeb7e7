"""The rules of a delivery, by table."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.deliveries import (
    DeliveryCancelled,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryWaiting,
)
from schemas.posts import Content
from services.kit.messages import Told
from services.publisher.domain import (
    Cancel,
    Expire,
    LookUp,
    Nothing,
    Order,
    Repeat,
    RepeatSafety,
    Schedule,
    Send,
    Step,
    Suspect,
    Timing,
    Wake,
    key,
    next_serial,
    next_step,
    opening,
    pause_after,
)
from tests.publisher.builders import (
    FRESH,
    NOON,
    POST,
    attempted,
    entry,
    order,
    scheduled,
    uncertain,
    withdrawn,
)

TIMING = Timing(timedelta(seconds=10), timedelta(seconds=30), timedelta(seconds=35))
KEY = RepeatSafety(Repeat.IDEMPOTENCY_KEY, timedelta(hours=1))
SURE = RepeatSafety(Repeat.DETERMINISTIC_ID)
SEEK = RepeatSafety(Repeat.LOOK_UP)
SECOND = timedelta(seconds=1)
PUBLISHED: dict[str, Any] = {
    "kind": "mastodon",
    "external_id": "1",
    "url": "https://x.example/1",
    "published_at": NOON,
    "known_by": "answer",
}
FAILED: dict[str, Any] = {"code": "channel_refused"}
WAITING: dict[str, Any] = {"attempt": 1, "until": NOON + 60 * SECOND, "code": "channel_throttled"}


def step(
    newest: Order | None,
    past: Told[DeliveryFact] | None,
    after: timedelta = timedelta(0),
    safety: RepeatSafety = KEY,
) -> Step:
    return next_step(newest, past, NOON + after, TIMING, safety)


@pytest.mark.parametrize(
    ("newest", "past", "after", "expected"),
    [
        (None, None, 0, Nothing()),
        (order(), None, -3600, Schedule(order())),
        (withdrawn(), None, 0, Nothing()),
        (order(), scheduled(), -60, Wake(NOON)),
        (order(), scheduled(), 0, Send(order(), 1)),
        (order(), scheduled(), 900, Send(order(), 1)),
        (order(), scheduled(), 901, Expire(NOON + FRESH)),
        (withdrawn(), scheduled(), -60, Cancel()),
        (order(revision=2), scheduled(), -60, Schedule(order(revision=2))),
        (order(), entry(DeliveryWaiting, **WAITING), 59, Wake(NOON + 60 * SECOND)),
        (order(), entry(DeliveryWaiting, **WAITING), 60, Send(order(), 2)),
        (withdrawn(), entry(DeliveryWaiting, **WAITING), 1, Cancel()),
        (order(), entry(DeliveryPublished, **PUBLISHED), 5, Nothing()),
        (withdrawn(), entry(DeliveryPublished, **PUBLISHED), 5, Nothing()),
        (order(revision=2), entry(DeliveryPublished, **PUBLISHED), 5, Nothing()),
        (order(), entry(DeliveryFailed, **FAILED), 5, Nothing()),
        (order(revision=2), entry(DeliveryFailed, **FAILED), 5, Schedule(order(revision=2))),
        (order(revision=2), entry(DeliveryCancelled), 5, Schedule(order(revision=2))),
        (order(), entry(DeliveryExpired, fresh_until=NOON), 5, Nothing()),
    ],
)
def test_the_next_step_of_a_delivery(
    newest: Order | None, past: Told[DeliveryFact] | None, after: int, expected: Step
) -> None:
    assert step(newest, past, after * SECOND) == expected


def test_nobody_moves_while_the_owner_of_an_attempt_may_still_be_sending() -> None:
    assert step(order(), attempted(), 29 * SECOND) == Wake(NOON + 30 * SECOND)
    assert step(withdrawn(), attempted(), 29 * SECOND) == Wake(NOON + 30 * SECOND)


def test_a_silent_owner_makes_the_outcome_uncertain_until_the_channel_has_settled() -> None:
    assert step(order(), attempted(), 30 * SECOND) == Suspect(NOON + 35 * SECOND)


@pytest.mark.parametrize("safety", [KEY, SURE, SEEK])
def test_an_uncertain_delivery_is_left_alone_until_it_has_settled(safety: RepeatSafety) -> None:
    assert step(order(), uncertain(), 34 * SECOND, safety) == Wake(NOON + 35 * SECOND)


def test_a_key_is_used_again_only_in_the_first_half_of_its_window() -> None:
    fresh = order(fresh_until=NOON + timedelta(hours=2))
    assert step(fresh, uncertain(), timedelta(minutes=29)) == Send(fresh, 2)
    assert step(fresh, uncertain(), timedelta(minutes=30)) == LookUp()


def test_a_channel_without_key_is_always_asked_first() -> None:
    assert step(order(), uncertain(), 35 * SECOND, SEEK) == LookUp()


def test_one_absent_look_up_is_not_believed_but_two_are() -> None:
    assert step(order(), uncertain(look_ups=1), 35 * SECOND, SEEK) == LookUp()
    assert step(order(), uncertain(look_ups=2), 35 * SECOND, SEEK) == Send(order(), 2)


@pytest.mark.parametrize("safety", [KEY, SURE, SEEK])
def test_nothing_uncertain_is_sent_again_when_it_is_too_late(safety: RepeatSafety) -> None:
    assert step(order(), uncertain(), FRESH + SECOND, safety) == LookUp()
    assert step(order(), uncertain(look_ups=2), FRESH + SECOND, safety) == Expire(NOON + FRESH)


@pytest.mark.parametrize("safety", [KEY, SURE, SEEK])
def test_what_was_withdrawn_while_uncertain_is_looked_up_and_never_sent(
    safety: RepeatSafety,
) -> None:
    assert step(withdrawn(), uncertain(), 35 * SECOND, safety) == LookUp()
    assert step(withdrawn(), uncertain(look_ups=2), 35 * SECOND, safety) == Cancel()


def test_a_newer_order_waits_until_the_earlier_ones_outcome_is_known() -> None:
    newer = order(revision=2)
    assert step(newer, uncertain(), 35 * SECOND) == LookUp()
    assert step(newer, uncertain(look_ups=2), 35 * SECOND) == Schedule(newer)


def test_every_attempt_at_a_delivery_has_the_same_key_and_no_other_delivery_has_it() -> None:
    assert key("torget", POST, 1) == key("torget", POST, 1)
    assert len({key("torget", POST, 1), key("torget", POST, 2), key("berget", POST, 1)}) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kort.", "Kort."),
        ("  Två\n\nstycken  här ", "Två stycken här"),
        ("Läs mer om vaccinet på https://x.example/a", "Läs mer om vaccinet på"),
        ("#Vaccin nu", "#Vaccin nu"),
        ("ord " * 30, ("ord " * 15).strip()),
        ("x" * 90, "x" * 60),
    ],
)
def test_the_opening_is_what_no_platform_rewrites(text: str, expected: str) -> None:
    assert opening(Content(text=text)) == expected


def test_timers_of_one_entry_never_share_a_name() -> None:
    assert next_serial("812", "812") == "812-1"
    assert next_serial("812", "812-1") == "812-2"
    assert next_serial("813", "812-7") == "813-1"
    assert next_serial("812", "") == "812-1"


def test_waits_between_tries_grow_to_a_bound() -> None:
    minute = timedelta(minutes=1)
    waits = [pause_after(attempt, 1.0, SECOND, minute) for attempt in range(1, 9)]
    assert waits[:3] == [2 * SECOND, 4 * SECOND, 8 * SECOND]
    assert waits[-1] == minute
    assert pause_after(3, 0.0, SECOND, minute) == timedelta(0)
