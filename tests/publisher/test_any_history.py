"""Whatever happens, in whatever order: never lost, never twice, never unasked, never stuck."""

from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from schemas.decisions import Choice
from schemas.deliveries import (
    DeliveryExpired,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.posts import OrderApproved
from services.kit.messages import Told
from services.publisher.domain.rules import Repeat
from tests.publisher.builders import FRESH, SECOND, decision, hold, order, pause, withdrawn
from tests.publisher.endings import check_the_end, dropped_in_doubt
from tests.publisher.history import History, Task
from tests.publisher.kept import Writing
from tests.publisher.town import Fate

_SPANS = [timedelta(seconds=span) for span in (0, 1, 10, 11, 31, 36, 900, 2700)]
_TO_THE_END = 100
# What comes first is drawn most often.
_IN_DOUBT = [Fate.DONE_AND_LOST, Fate.LATE, Fate.LOST, Fate.BROKEN]
_FATES = [*_IN_DOUBT, *(fate for fate in Fate if fate not in _IN_DOUBT)]
_DISTURBANCES = [
    *["nothing"] * 12,
    *["kill", "wait"] * 4,
    *["approve", "pause", "hold"] * 2,
    *["retract", "withdraw"],
]


class AnyHistory(RuleBasedStateMachine):
    """Two replicas of the real publisher; everything around them is as bad as it likes."""

    @initialize(
        kind=st.sampled_from([*((by, 0) for by in Repeat), (Repeat.NONE, 1)]),
        wait=st.sampled_from(_SPANS),
        start=st.sampled_from(["new", "new", "new", "restored", "restored and shown"]),
    )
    def begin(self, kind: tuple[Repeat, int], wait: timedelta, start: str) -> None:
        self.history = History(*kind)
        approved = self._approved(1, wait)
        if start == "new":
            self.history.tell(approved)
        else:
            self.history.restore(approved, shown=start == "restored and shown")

    def _approved(self, revision: int, wait: timedelta) -> OrderApproved:
        at = self.history.clock.now + wait
        return order(revision=revision, publish_at=at, fresh_until=at + FRESH)

    @rule(
        disturbance=st.sampled_from(_DISTURBANCES),
        wait=st.sampled_from(_SPANS),
        replica=st.integers(0, 1),
    )
    def disturb(self, disturbance: str, wait: timedelta, replica: int) -> None:
        self._disturb(disturbance, wait, replica)

    def _disturb(self, disturbance: str, wait: timedelta, replica: int) -> None:
        history = self.history
        newest = history.shared.orders[-1]
        match disturbance:
            case "approve" if newest.revision < 4:
                history.tell(self._approved(newest.revision + 1, wait))
            case "withdraw" | "retract" if isinstance(newest, OrderApproved):
                public = "keep" if disturbance == "withdraw" else "retract"
                history.tell(withdrawn(newest.revision, public=public))
            case "pause":
                history.shared.pauses = () if history.shared.pauses else (pause(),)
            case "hold":
                history.shared.pauses = () if history.shared.pauses else (hold(),)
            case "kill":
                history.kill(replica)
            case "wait":
                history.pass_time(wait)

    @precondition(lambda self: self.history.can_go_on)
    @rule(
        of=st.data(),
        replica=st.integers(0, 1),
        fate=st.sampled_from(_FATES),
        steps=st.sampled_from([*range(1, 13), *[_TO_THE_END] * 8]),
        disturbance=st.sampled_from(_DISTURBANCES),
        acknowledged=st.booleans(),
    )
    def wake(
        self,
        of: st.DataObject,
        replica: int,
        fate: Fate,
        steps: int,
        disturbance: str,
        *,
        acknowledged: bool,
    ) -> None:
        """Let what wakes the delivery come, and a replica work on it, disturbed in the middle."""
        history = self.history
        if not history.messages:
            history.wait_for_a_timer()
        task = history.bring(of.draw(st.sampled_from(history.messages)), replica)
        self._work(task, steps, fate, acknowledged=acknowledged)
        if task in history.tasks and disturbance != "nothing":
            self._disturb(disturbance, 10 * SECOND, replica)
            self._work(task, _TO_THE_END, fate, acknowledged=acknowledged)

    @precondition(lambda self: bool(self.history.tasks))
    @rule(
        of=st.data(),
        steps=st.sampled_from([*range(1, 7), *[_TO_THE_END] * 2]),
        fate=st.sampled_from(_FATES),
        writing=st.sampled_from([*[Writing.STORED] * 2, *Writing]),
    )
    def work_on(self, of: st.DataObject, steps: int, fate: Fate, writing: Writing) -> None:
        task = of.draw(st.sampled_from(self.history.tasks))
        self.history.shared.writing = writing
        self._work(task, steps, fate, acknowledged=True)

    def _work(self, task: Task, steps: int, fate: Fate, *, acknowledged: bool) -> None:
        self.history.town.fate = fate
        for _ in range(steps):
            if task in self.history.tasks:
                self.history.go_on(task, acknowledged=acknowledged)

    @precondition(lambda self: bool(_choices(self.history)))
    @rule(of=st.data())
    def decide(self, of: st.DataObject) -> None:
        choice = of.draw(st.sampled_from(_choices(self.history)))
        seen = self.history.shared.entries[-1]
        revision = seen.fact.revision
        shown = next((at for at, of in self.history.town.shown.items() if of == revision), "")
        url = f"{self.history.town.url}{shown}" if choice == "there" else None
        self.history.messages.append(
            Told(decision(choice, on=seen.sequence, url=url), 1, self.history.clock.now)
        )

    @invariant()
    def nothing_is_public_twice(self) -> None:
        """More than once only where a crisis lane said so, and as often as it counted."""
        history = self.history
        repeats: dict[int, int] = {}
        for told in history.shared.entries:
            known = repeats.get(told.fact.revision, 0)
            repeats[told.fact.revision] = max(known, told.fact.repeats)
        assert max(repeats.values(), default=0) <= history.repeats
        for revision in {revision for _, revision in history.town.created}:
            times = sum(other == revision for _, other in history.town.created)
            assert times <= 1 + repeats.get(revision, 0), history.states()
        # What a person dropped without knowing may stand beside a newer one.
        more = sum(repeats.values()) + dropped_in_doubt(history)
        assert len(history.town.shown) <= 1 + more, history.states()

    def teardown(self) -> None:
        if hasattr(self, "history"):
            self.history.settle_down()
            self.nothing_is_public_twice()
            check_the_end(self.history)


def _choices(history: History) -> list[Choice]:
    """List what an honest person could say of the newest entry now, having looked."""
    entry = history.shared.newest_entry
    match entry:
        case DeliveryUncertain(aim="publish"):
            settled = entry.until is None or entry.until <= history.clock.now
            if entry.revision in history.town.shown.values():
                return ["there", "drop"]
            return ["absent", "drop"] if settled else ["drop"]
        case DeliveryHeld() | DeliveryExpired() | DeliveryFailed() | DeliveryWaiting():
            return ["send", "drop"]
        case _:
            return []


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(
    max_examples=200,
    stateful_step_count=40,
    derandomize=True,
    deadline=None,
    # What is found is told as it was found: to make it shorter takes minutes.
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
