"""Asks the engine that ships, and remembers what it said: it always says the same."""

from typing import NamedTuple

from drill.model.entries import CHANNEL, NOW, TICK, Entry, compact, decision_of, fact_of, order_of
from drill.model.setting import Setting
from schemas.codes import Code
from schemas.envelope import Parameters
from services.publisher.domain.answers import (
    Absent,
    Answer,
    Finding,
    NotNow,
    Prepared,
    Published,
    Unclear,
)
from services.publisher.domain.engine import step
from services.publisher.domain.happenings import (
    Answered,
    Call,
    Check,
    Claimed,
    Event,
    Heard,
    LookedUp,
    LookUp,
    Rang,
    View,
    Wake,
)

_NAMED: Parameters = {"channel": CHANNEL}
_ANSWERS: dict[str, Answer] = {
    "busy": NotNow(Code.CHANNEL_BUSY, _NAMED),
    "spent": NotNow(Code.CHANNEL_BUSY, _NAMED, anew=True),
    "lost": Unclear(Code.ANSWER_LOST, _NAMED),
    "done": Published("1", "https://torget.example/1"),
}
_FINDINGS: dict[str, Finding] = {
    "there": Published("1", "https://torget.example/1"),
    "absent": Absent(),
    "lost": Unclear(Code.ANSWER_LOST, _NAMED),
}


class Told(NamedTuple):
    """What the engine is told has happened, in words that can be compared."""

    what: str
    order: str
    answer: str = ""
    elapsed: int = 0


class Decision(NamedTuple):
    """What the engine wants: an entry to store, then something to do, in how many ticks."""

    entry: Entry | None
    effect: str
    ticks: int = 0


class Engine:
    """The engine, as each of the replicas has it."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._rules = setting.rules()
        self._said: dict[tuple[Entry | None, Told], Decision] = {}

    def decide(self, base: Entry | None, told: Told) -> Decision:
        """Give what follows."""
        known = self._said.get((base, told))
        if known is None:
            known = self._said[base, told] = self._ask(base, told)
        return known

    def _ask(self, base: Entry | None, told: Told) -> Decision:
        state = None if base is None else fact_of(base, self._setting.lease)
        move = step(state, self._event(told), self._rules)
        entry = None if move.entry is None else compact(move.entry)
        match move.effect:
            case Wake(at):
                return Decision(entry, "wake", max(0, -((NOW - at) // TICK)))
            case Check():
                return Decision(entry, "check")
            case Call():
                return Decision(entry, "call")
            case LookUp():
                return Decision(entry, "look up")
            case None:
                return Decision(entry, "")

    def _event(self, told: Told) -> Event:
        order = order_of(told.order, self._setting.fresh)
        view = View(NOW, order)
        match told.what:
            case "heard":
                return Heard(view)
            case "decided":
                return Heard(View(NOW, order, decision=decision_of(told.answer)))
            case "rang":
                return Rang(view)
            case "claimed":
                return Claimed(view, told.elapsed * TICK)
            case "answered":
                return Answered(order, _answer(told.answer), NOW)
            case _:
                return LookedUp(view, _FINDINGS[told.answer])


def _answer(name: str) -> Answer:
    return _ANSWERS.get(name) or Prepared(name)
