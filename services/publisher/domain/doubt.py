"""After a lost answer: wait, then find out, and never repeat what may be public."""

from datetime import datetime

from schemas.deliveries import DeliveryScheduled, DeliveryUncertain
from services.kit.messages import Told
from services.publisher.domain.answers import Absent, Published, Unclear
from services.publisher.domain.attempt import claim
from services.publisher.domain.entries import done, following
from services.publisher.domain.happenings import STAY, LookedUp, LookUp, Move, View, Wake
from services.publisher.domain.rules import Repeat, Rules
from services.publisher.domain.wishes import (
    AGREEING_LOOK_UPS,
    lost,
    obstacle,
    overruled,
    wants,
)


def settle(state: Told[DeliveryUncertain], view: View, rules: Rules) -> Move:
    """Decide how an uncertain delivery goes on."""
    unsure = state.fact
    if unsure.until is None:
        return STAY
    if view.now < unsure.until:
        return Move(None, Wake(unsure.until))
    if unsure.aim == "publish" and unsure.look_ups < AGREEING_LOOK_UPS:
        return _find_out(state, view, rules)
    # Surely not public; or changing what is, which is the same done twice as done once.
    stop = overruled(state, view)
    if stop is None and view.now < unsure.publish_at:
        # Only a restored copy is unsure of what has not even come due.
        waits = following(DeliveryScheduled, state, view.now, first_attempt_at=None)
        return Move(waits, Wake(unsure.publish_at))
    stop = stop or obstacle(state, view)
    if stop is None and not wants(view.order, unsure):
        stop = lost(state, view, rules)
    return stop or claim(state, view, rules)


def _find_out(state: Told[DeliveryUncertain], view: View, rules: Rules) -> Move:
    unsure = state.fact
    due = view.now >= unsure.publish_at
    wanted = due and wants(view.order, unsure) and obstacle(state, view) is None
    if wanted and _harmless(unsure, view.now, rules):
        return claim(state, view, rules, doubt=True)
    if rules.safety_of(unsure).finds:
        return Move(None, LookUp())
    if wanted and unsure.repeats < rules.repeats:
        return claim(state, view, rules, doubt=True, repeats=1)
    said = {"code": unsure.code, "parameters": unsure.parameters, "until": None}
    return Move(following(DeliveryUncertain, state, view.now, **said))


def learn(state: Told[DeliveryUncertain], event: LookedUp, rules: Rules) -> Move:
    """Believe a look-up: at once if it is there, and only the second time if it is not."""
    unsure, view = state.fact, event.view
    match event.finding:
        case Published() as proof:
            found = done(rules, state, view.order, proof, view.now, "look-up")
            # A newer order may have come while nobody knew.
            return Move(found, Wake(view.now) if not wants(view.order, unsure) else None)
        case Absent():
            agreed = unsure.look_ups + 1 >= AGREEING_LOOK_UPS
            until = view.now if agreed else view.now + rules.timing.settle
            said = {"code": unsure.code, "parameters": unsure.parameters, "until": until}
            absent = following(
                DeliveryUncertain, state, view.now, look_ups=unsure.look_ups + 1, **said
            )
            return Move(absent, Wake(until))
        case Unclear():
            # Not a word from the channel: the entry stands, and we come back later.
            return Move(None, Wake(view.now + rules.timing.settle))


def _harmless(unsure: DeliveryUncertain, now: datetime, rules: Rules) -> bool:
    safety = rules.safety_of(unsure)
    match safety.by:
        case Repeat.DETERMINISTIC_ID:
            return True
        case Repeat.TWO_PHASE:
            return unsure.handle is not None
        case Repeat.IDEMPOTENCY_KEY if safety.window and unsure.first_attempt_at:
            return now < unsure.first_attempt_at + safety.window / 2
        case _:
            return False
