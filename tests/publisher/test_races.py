"""Histories of two hands on one delivery that are too narrow to be met by chance."""

from services.kit.messages import Due
from services.publisher.domain.rules import Repeat
from tests.publisher.builders import FRESH, HOUR, POST, SECOND, TRACE, order
from tests.publisher.history import History, Task
from tests.publisher.town import Fate


def to_the_end(history: History, task: Task) -> None:
    while task in history.tasks:
        history.go_on(task)


def begun(by: Repeat) -> History:
    """One whose order was taken in, and whose time has just come."""
    history = History(by)
    at = history.clock.now + HOUR
    history.tell(order(publish_at=at, fresh_until=at + FRESH))
    to_the_end(history, history.bring(history.messages[0], 0))
    history.pass_time(HOUR)
    return history


def test_an_order_that_is_taken_in_between_two_look_ups_is_not_called_lost() -> None:
    history = begun(Repeat.LOOK_UP)
    woken = history.bring(history.messages[0], 0)
    # It has looked one thing up, and not yet the other.
    history.go_on(woken)
    history.go_on(woken)
    newer = history.clock.now + HOUR
    history.tell(order(revision=2, publish_at=newer, fresh_until=newer + FRESH))
    to_the_end(history, history.bring(history.messages[-1], 1))
    assert history.states() == ["scheduled", "scheduled"]
    to_the_end(history, woken)
    assert history.states() == ["scheduled", "scheduled"]


def test_one_due_message_in_two_hands_of_one_replica_makes_one_call() -> None:
    history = begun(Repeat.LOOK_UP)
    # Our clock is behind: both take the broker's time, and with it say the same.
    due = Due(("torget", str(POST), "1"), TRACE, history.clock.now + 2 * SECOND)
    hands = [history.bring(due, 0), history.bring(due, 0)]
    for hand in hands:
        # Both have looked, and are about to claim.
        for _ in range(3):
            history.go_on(hand)
    history.town.fate = Fate.DONE_AND_LOST
    to_the_end(history, hands[0])
    to_the_end(history, hands[1])
    assert len(history.town.created) == 1
