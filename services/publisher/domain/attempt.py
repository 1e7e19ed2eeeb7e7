"""One attempt: the claim, the gate right before the call, and what the answer makes of it."""

from datetime import datetime, timedelta

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFact,
    DeliveryFailed,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.envelope import Parameters
from services.kit.messages import Told
from services.publisher.domain.answers import NotNow, Prepared, Published, Refused, Unclear
from services.publisher.domain.entries import done, following
from services.publisher.domain.happenings import (
    Answered,
    Call,
    Check,
    Claimed,
    Move,
    View,
    Wake,
)
from services.publisher.domain.rules import Repeat, Rules
from services.publisher.domain.wishes import lost, obstacle, overruled, wants

_SPREAD = timedelta(seconds=2)


def claim(
    state: Told[DeliveryFact], view: View, rules: Rules, *, doubt: bool = False, repeats: int = 0
) -> Move:
    """Make the next attempt ours, unless the channel rests."""
    past, now = state.fact, view.now
    if view.rest_until is not None and now < view.rest_until:
        # Not all in one moment, or the rest would end in the next one.
        after_rest = view.rest_until + view.chance * _SPREAD
        return Move(None, Wake(_within_freshness(past, after_rest)))
    entry = following(
        DeliveryAttempted,
        state,
        now,
        attempt=past.attempt + 1,
        first_attempt_at=past.first_attempt_at or now,
        repeats=past.repeats + repeats,
        owner=rules.owner,
        lease=rules.timing.lease,
        doubt=doubt,
    )
    return Move(entry, Check())


def gate(state: Told[DeliveryFact], event: Claimed, rules: Rules) -> Move:
    """Check once more, right before the call: still wanted, still allowed, still ours to send."""
    ours, view = state.fact, event.view
    if not isinstance(ours, DeliveryAttempted) or ours.owner != rules.owner:
        raise TypeError(f"no claim of ours: {ours.type}")
    stop = overruled(state, view) or obstacle(state, view)
    if stop is None and not wants(view.order, ours):
        stop = lost(state, view, rules)
    if stop is None and event.elapsed > rules.timing.lease / 3:
        stop = _slow(state, view, rules)
    if stop is None and view.order is not None:
        return Move(None, Call(view.order))
    if ours.doubt:
        # This attempt sent nothing; an earlier one may have, and is still to be found out.
        named: Parameters = {"channel": ours.channel}
        return _unsure(state, view.now, rules, Code.ANSWER_LOST, named, ours.handle)
    return stop or lost(state, view, rules)


def _slow(state: Told[DeliveryFact], view: View, rules: Rules) -> Move:
    """Give the attempt back: too much of the lease has gone to be sure of the rest of it."""
    until = view.now + rules.patience.pause(state.fact.attempt, view.chance)
    said = {"code": Code.SENDER_SLOW, "parameters": {"channel": state.fact.channel}}
    return Move(following(DeliveryWaiting, state, view.now, until=until, **said), Wake(until))


def conclude(state: Told[DeliveryFact], event: Answered, rules: Rules) -> Move:
    """Write down what came of the call."""
    ours, now = state.fact, event.now
    doubt = isinstance(ours, DeliveryAttempted) and ours.doubt and ours.aim == "publish"
    spent = isinstance(event.answer, NotNow) and event.answer.anew
    handle = None if spent else ours.handle
    match event.answer:
        case Published() as proof:
            return Move(done(rules, state, event.order, proof, now))
        case Prepared(handle):
            ready = following(
                DeliveryAttempted,
                state,
                now,
                handle=handle,
                owner=rules.owner,
                lease=rules.timing.lease,
                doubt=doubt,
            )
            return Move(ready, Check())
        case Refused(code, parameters) if not doubt:
            said = {"code": code, "parameters": parameters}
            return Move(following(DeliveryFailed, state, now, **said))
        case NotNow(code, parameters, wait) if not doubt:
            return _later(state, event, rules, code, parameters, handle, wait)
        case Unclear(code, parameters) if _nothing_shows(ours, rules):
            return _later(state, event, rules, code, parameters, handle)
        case Refused(code, parameters) | NotNow(code, parameters) | Unclear(code, parameters):
            wait = event.answer.wait if isinstance(event.answer, NotNow) else None
            return _unsure(state, now, rules, code, parameters, handle, wait)


def _later(
    state: Told[DeliveryFact],
    event: Answered,
    rules: Rules,
    code: Code,
    parameters: Parameters,
    handle: str | None,
    wait: timedelta | None = None,
) -> Move:
    """Try again: the channel surely did nothing that anybody can see."""
    pause = rules.patience.pause(state.fact.attempt, event.chance, wait)
    until = _within_freshness(state.fact, event.now + pause)
    said = {"code": code, "parameters": parameters, "handle": handle}
    return Move(following(DeliveryWaiting, state, event.now, until=until, **said), Wake(until))


def silent(state: Told[DeliveryFact], view: View, rules: Rules) -> Move:
    """Take note that the owner of a claim has fallen silent: it may or may not be done."""
    past = state.fact
    said = {"code": Code.SENDER_SILENT, "parameters": {"channel": past.channel}}
    if _nothing_shows(past, rules):
        waits = following(DeliveryWaiting, state, view.now, until=view.now, **said)
        return Move(waits, Wake(view.now))
    until = max(view.now, state.stored_at + rules.timing.settle)
    return Move(following(DeliveryUncertain, state, view.now, until=until, **said), Wake(until))


def _nothing_shows(past: DeliveryFact, rules: Rules) -> bool:
    """Whether a call without an answer can only have prepared something that nobody sees."""
    by = rules.safety_of(past).by
    return by is Repeat.TWO_PHASE and past.aim == "publish" and past.handle is None


def _unsure(
    state: Told[DeliveryFact],
    now: datetime,
    rules: Rules,
    code: Code,
    parameters: Parameters,
    handle: str | None,
    wait: timedelta | None = None,
) -> Move:
    """Wait, then find out. What lies ready is tried again; without it the channel is read."""
    until = now + max(rules.timing.settle, wait or timedelta(0))
    said = {"code": code, "parameters": parameters, "handle": handle}
    return Move(following(DeliveryUncertain, state, now, until=until, **said), Wake(until))


def _within_freshness(past: DeliveryFact, at: datetime) -> datetime:
    return min(at, past.fresh_until) if past.fresh_until else at
