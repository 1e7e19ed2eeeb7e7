"""What people want of a delivery: by the newest order, by a decision, by a pause."""

from datetime import datetime, timedelta

from schemas.alerts import HoldActivated
from schemas.codes import Code
from schemas.decisions import DecisionMade
from schemas.deliveries import (
    Aim,
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.posts import OrderApproved, OrderWithdrawn
from services.kit.messages import Told
from services.publisher.domain.answers import Published
from services.publisher.domain.entries import begun, done, following
from services.publisher.domain.happenings import STAY, Move, Order, Stop, View, Wake
from services.publisher.domain.rules import Rules

AGREEING_LOOK_UPS = 2
"""So many times in a row it was not found before it counts as not there."""

_SOON = timedelta(seconds=1)
_STANDING = (DeliveryScheduled, DeliveryWaiting, DeliveryHeld, DeliveryFailed, DeliveryExpired)


def take_in(view: View) -> Move:
    """Begin a delivery that has no entry yet."""
    order = view.order
    if not isinstance(order, OrderApproved):
        return STAY
    return Move(begun(order, "publish", None, view.now), Wake(order.publish_at))


def renewed(state: Told[DeliveryFact], view: View) -> Move | None:
    """Begin anew where the newest order asks for something that was not begun before.

    Only for a delivery of which nothing can be under way.
    """
    order = view.order
    aim = _new_aim(state.fact, order)
    if order is None or aim is None:
        return None
    entry = begun(order, aim, state, view.now)
    return Move(entry, Wake(entry.publish_at))


def overruled(state: Told[DeliveryFact], view: View) -> Move | None:
    """Say what to do where the newest order no longer wants what this delivery is about to do."""
    past, order = state.fact, view.order
    if again := renewed(state, view):
        return again
    if isinstance(order, OrderWithdrawn) and order.revision >= past.revision:
        return None if wants(order, past) else _cancel(state, view.now)
    return None


def _new_aim(past: DeliveryFact, order: Order | None) -> Aim | None:
    match order:
        case OrderApproved() if order.revision > past.revision:
            return "correct" if past.proof else "publish"
        case OrderWithdrawn(public="retract") if past.proof and order.revision >= past.revision:
            begun_before = past.aim == "retract" and past.revision == order.revision
            return None if begun_before else "retract"
        case _:
            return None


def _cancel(state: Told[DeliveryFact], now: datetime) -> Move:
    said = {"code": Code.ORDER_WITHDRAWN, "parameters": {"channel": state.fact.channel}}
    return Move(following(DeliveryCancelled, state, now, **said))


def wants(order: Order | None, past: DeliveryFact) -> bool:
    """Whether the newest order is the very one that this delivery carries out."""
    if order is None or order.revision != past.revision:
        return False
    if past.aim == "retract":
        return isinstance(order, OrderWithdrawn) and order.public == "retract"
    return isinstance(order, OrderApproved)


def obstacle(state: Told[DeliveryFact], view: View) -> Move | None:
    """Say what to do where it must not go out now: too late, paused, or held for an alert."""
    past = state.fact
    until = _fresh_until(past, view.order)
    if until is not None and view.now > until:
        return Move(following(DeliveryExpired, state, view.now, fresh_until=until))
    stop = next((stop for stop in view.pauses if _covers(stop, past, view.order)), None)
    if stop is None:
        return None
    said = {"code": Code.PUBLISHING_PAUSED, "parameters": {"why": stop.why}}
    if isinstance(stop, HoldActivated):
        said = {"code": Code.HELD_FOR_ALERT, "parameters": {"why": stop.why, "person": stop.by}}
    return Move(following(DeliveryHeld, state, view.now, **said))


def lost(state: Told[DeliveryFact], view: View, rules: Rules) -> Move:
    """End a delivery whose order is not to be found, if it stays so for a while.

    In a cluster a look-up may be answered by a node that is a moment behind.
    """
    past, again = state.fact, view.now + _SOON
    if view.now < past.publish_at + rules.timing.settle:
        if not isinstance(past, DeliveryAttempted):
            return Move(None, Wake(again))
        slow = {"code": Code.SENDER_SLOW, "parameters": {"channel": past.channel}}
        return Move(following(DeliveryWaiting, state, view.now, until=again, **slow), Wake(again))
    said = {"code": Code.ORDER_LOST, "parameters": {"channel": past.channel}}
    return Move(following(DeliveryFailed, state, view.now, **said))


def _fresh_until(past: DeliveryFact, order: Order | None) -> datetime | None:
    if past.aim == "retract":
        return None
    if past.fresh_until is None and isinstance(order, OrderApproved):
        return order.fresh_until
    return past.fresh_until


def _covers(stop: Stop, past: DeliveryFact, order: Order | None) -> bool:
    if past.aim == "retract":
        # Taking something away is never what a pause is meant to stop.
        return False
    if isinstance(stop, HoldActivated):
        return True
    match stop.scope:
        case "all":
            return True
        case "channel":
            return stop.name == past.channel
        case "label":
            return isinstance(order, OrderApproved) and stop.name in order.labels


def decided(state: Told[DeliveryFact], view: View, rules: Rules) -> Move | None:
    """Carry out a person's decision; None: there is none for this entry that can be followed."""
    decision, past, now = view.decision, state.fact, view.now
    if decision is None or decision.on != state.sequence:
        return None
    match decision.choice:
        case "there" if isinstance(past, DeliveryUncertain) and past.aim == "publish":
            seen = Published("", decision.url or "")
            found = done(rules, state, view.order, seen, now, "person")
            return Move(found, None if wants(view.order, past) else Wake(now))
        case "absent" if isinstance(past, DeliveryUncertain):
            # They may have looked before a call that is still under way has ended.
            until = max(past.until or now, now)
            agreed = {"code": past.code, "parameters": past.parameters, "until": until}
            looked = following(DeliveryUncertain, state, now, look_ups=AGREEING_LOOK_UPS, **agreed)
            return Move(looked, Wake(until))
        case "send" if isinstance(past, _STANDING) and wants(view.order, past):
            return _send(state, view)
        case "drop" if isinstance(past, (*_STANDING, DeliveryUncertain)):
            dropped = _dropped(state, decision, now)
            return Move(dropped, None if wants(view.order, past) else Wake(now))
        case _:
            return None


def _send(state: Told[DeliveryFact], view: View) -> Move:
    order, now = view.order, view.now
    fresh = {}
    if isinstance(order, OrderApproved):
        fresh = {"fresh_until": now + (order.fresh_until - order.publish_at)}
    again = following(
        DeliveryScheduled,
        state,
        now,
        publish_at=now,
        first_attempt_at=None,
        handle=None,
        **fresh,
    )
    return Move(again, Wake(now))


def _dropped(state: Told[DeliveryFact], decision: DecisionMade, now: datetime) -> DeliveryCancelled:
    said = {
        "code": Code.DROPPED,
        "parameters": {"channel": state.fact.channel, "person": decision.by},
    }
    return following(DeliveryCancelled, state, now, **said)
