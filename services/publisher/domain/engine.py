"""The delivery engine: what is true next, and what is to be done about it.

The same function runs in production, in the exhaustive model and under Hypothesis. It knows no
clock and does nothing itself: the caller stores the entry by compare-and-set, then carries the
effect out and comes back with what happened.
"""

from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFact,
    DeliveryHeld,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
)
from services.kit.messages import Told
from services.publisher.domain.attempt import claim, conclude, gate, silent
from services.publisher.domain.doubt import learn, settle
from services.publisher.domain.happenings import (
    STAY,
    Answered,
    Claimed,
    Event,
    Heard,
    LookedUp,
    Move,
    Rang,
    State,
    View,
    Wake,
)
from services.publisher.domain.rules import Rules
from services.publisher.domain.wishes import (
    decided,
    lost,
    obstacle,
    overruled,
    renewed,
    take_in,
    wants,
)


def step(state: State, event: Event, rules: Rules) -> Move:
    """Decide from the newest entry and what has happened; asked twice, it says the same."""
    match state, event:
        case None, Heard(view) | Rang(view):
            return take_in(view)
        case Told(), Heard(view):
            return _hear(state, view, rules)
        case Told(), Rang(view):
            return _ring(state, view, rules)
        case Told(DeliveryAttempted()), Claimed():
            return gate(state, event, rules)
        case Told(DeliveryAttempted()), Answered():
            return conclude(state, event, rules)
        case Told(DeliveryUncertain() as unsure, place, stored_at), LookedUp():
            return learn(Told(unsure, place, stored_at), event, rules)
        case _:
            raise TypeError(f"{type(event).__name__} does not happen to {state}")


def _hear(state: Told[DeliveryFact], view: View, rules: Rules) -> Move:
    """Take note of an order or a decision. What waits keeps its timer; nothing is sent."""
    past = state.fact
    match past:
        case DeliveryAttempted():
            return Move(None, Wake(state.stored_at + past.lease))
        case DeliveryUncertain():
            stays = Move(None, Wake(past.until)) if past.until else STAY
            return decided(state, view, rules) or stays
        case DeliveryScheduled() | DeliveryWaiting():
            due = past.until if isinstance(past, DeliveryWaiting) else past.publish_at
            moved = decided(state, view, rules) or overruled(state, view)
            return moved or Move(None, Wake(due))
        case DeliveryHeld():
            return decided(state, view, rules) or overruled(state, view) or STAY
        case _:
            return decided(state, view, rules) or renewed(state, view) or STAY


def _ring(state: Told[DeliveryFact], view: View, rules: Rules) -> Move:
    """Do what the time has come for."""
    past = state.fact
    match past:
        case DeliveryAttempted():
            free_from = state.stored_at + past.lease
            if view.now < free_from:
                # While its owner may still be sending, nobody else moves.
                return Move(None, Wake(free_from))
            return silent(state, view, rules)
        case DeliveryUncertain():
            return settle(Told(past, state.sequence, state.stored_at), view, rules)
        case DeliveryScheduled() | DeliveryWaiting():
            return _go_on(state, view, rules)
        case DeliveryHeld():
            return overruled(state, view) or STAY
        case _:
            return renewed(state, view) or STAY


def _go_on(state: Told[DeliveryFact], view: View, rules: Rules) -> Move:
    past = state.fact
    if moved := overruled(state, view):
        return moved
    if not wants(view.order, past):
        return lost(state, view, rules)
    due = past.until if isinstance(past, DeliveryWaiting) else past.publish_at
    if view.now < due:
        return Move(None, Wake(due))
    return obstacle(state, view) or claim(state, view, rules)
