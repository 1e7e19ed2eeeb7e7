"""Two replicas over one ledger, walked from await to await, so that any of them can be the last."""

from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from schemas.codes import Code
from schemas.decisions import DecisionMade
from schemas.deliveries import DeliveryAttempted
from schemas.posts import OrderApproved, OrderWithdrawn
from services.kit.messages import BrokerAway, Due, Overtaken, Told, TryAgain
from services.publisher.courier import Courier
from services.publisher.domain.answers import Unclear
from services.publisher.domain.happenings import Order
from services.publisher.domain.keys import key
from services.publisher.domain.rules import Repeat
from services.publisher.handlers import Publisher
from services.publisher.ports import Parcel, Said
from tests.publisher.builders import POST, SECOND, TRACE, rules, uncertain
from tests.publisher.fakes import Album, Notebook
from tests.publisher.kept import Shared, Writing
from tests.publisher.town import TIGHT, Clock, Fate, Town, TwoPhaseTown

_MOST_AT_ONCE = 3

Message = Told[Order] | Told[DecisionMade] | Due


@dataclass(eq=False)
class Task:
    """One message in the hands of one replica."""

    replica: int
    message: Message
    work: Coroutine[Any, Any, None]


@dataclass
class History:
    """Everything there is, and what has been asked for so far."""

    by: Repeat
    repeats: int = 0
    clock: Clock = field(default_factory=Clock)
    tasks: list[Task] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    """Stored and not acknowledged: each may come again at any moment."""

    def __post_init__(self) -> None:
        make = TwoPhaseTown if self.by is Repeat.TWO_PHASE else Town
        self.town = make(self.clock, self.by)
        self.town.before_call = self._before_call
        self.shared = Shared(self.clock)
        self.boots = [0, 0]
        self.replicas = [self._replica(0), self._replica(1)]

    def tell(self, order: OrderApproved | OrderWithdrawn) -> None:
        self.shared.orders.append(order)
        self.messages.append(Told(order, len(self.shared.orders), self.clock.now))

    def restore(self, order: OrderApproved, *, shown: bool) -> None:
        """Begin with a copy that does not know what has become of an order."""
        self.tell(order)
        if shown:
            self.town.show_before(key("torget", POST, 1), 1)
        marked = uncertain(
            publish_at=order.publish_at,
            fresh_until=order.fresh_until,
            first_attempt_at=min(order.publish_at, self.clock.now),
            attempt=0,
            code=Code.RESTORED,
            until=self.clock.now,
        )
        self.shared.entries.append(Told(marked.fact, 1, self.clock.now))
        self.shared.timers["1"] = self.clock.now

    @property
    def can_go_on(self) -> bool:
        """Whether something can wake the delivery, and a replica has a hand free."""
        return bool(self.messages or self.shared.timers) and len(self.tasks) < _MOST_AT_ONCE

    def bring(self, message: Message, replica: int) -> Task:
        """Hand a message to a replica, which begins with it at its next step."""
        publisher = self.replicas[replica]
        if isinstance(message, Due):
            work = publisher.continue_delivery(message)
        elif isinstance(message.fact, DecisionMade):
            work = publisher.follow_decision(Told(message.fact, 1, self.clock.now))
        else:
            work = publisher.take_order(Told(message.fact, 1, self.clock.now))
        self.tasks.append(Task(replica, message, work))
        return self.tasks[-1]

    def go_on(self, task: Task, *, acknowledged: bool = True) -> None:
        """Let a replica work as far as the next point."""
        self.tasks.remove(task)
        try:
            task.work.send(None)
        except (TryAgain, Overtaken, BrokerAway):
            return
        except StopIteration:
            if acknowledged and task.message in self.messages:
                self.messages.remove(task.message)
            return
        self.tasks.append(task)

    def kill(self, replica: int) -> None:
        """End a replica where it stands; its successor remembers nothing."""
        for task in [task for task in self.tasks if task.replica == replica]:
            task.work.close()
            self.tasks.remove(task)
        self.boots[replica] += 1
        self.replicas[replica] = self._replica(replica)

    def pass_time(self, span: timedelta) -> None:
        """Let time pass, for those in the middle of something too."""
        self.clock.move(self.clock.now + span)
        for serial, at in list(self.shared.timers.items()):
            if at <= self.clock.now:
                del self.shared.timers[serial]
                due = Due(("torget", str(POST), serial), TRACE, self.clock.now)
                self.messages.append(due)

    def wait_for_a_timer(self) -> None:
        """Let time pass until the next timer comes."""
        earliest = min(self.shared.timers.values())
        self.pass_time(max(earliest - self.clock.now, timedelta(0)))

    def settle_down(self) -> None:
        """Let everything that is under way come to its end, with nothing failing any more."""
        self.town.fate, self.shared.writing = Fate.DONE, Writing.STORED
        for _ in range(2000):
            if self.tasks:
                self.go_on(self.tasks[0])
            elif self.messages:
                self.bring(self.messages[0], 0)
            elif self.shared.timers:
                self.wait_for_a_timer()
            else:
                self.pass_time(60 * SECOND)
                return
        raise AssertionError(f"never comes to rest: {self.states()}")

    def states(self) -> list[str]:
        return [told.fact.type.split(".")[1] for told in self.shared.entries]

    def _replica(self, number: int) -> Publisher:
        owner = f"{'ab'[number]}/{self.boots[number]}"
        rule = rules(self.by, timing=TIGHT, owner=owner, repeats=self.repeats)
        shared, clock = self.shared, self.clock
        courier = Courier(
            ledger=shared,
            orders=shared,
            alarm=shared,
            lanes=shared,
            media=Album(),
            call=_call,
            look=_call,
            now=lambda: clock.now,
            clock=clock.seconds,
            chance=lambda: 0.5,
        )
        return Publisher(
            channels={"torget": self.town},
            rules={"torget": rule},
            ledger=shared,
            orders=shared,
            lanes=shared,
            notices=Notebook(),
            courier=courier,
            now=lambda: clock.now,
            chance=lambda: 0.5,
        )

    def _before_call(self, parcel: Parcel | None, aim: str) -> None:
        """No call without a claim, an approval that counts now, and a moment that is right."""
        claim, order = self.shared.newest_entry, self.shared.orders[-1]
        assert isinstance(claim, DeliveryAttempted)
        assert claim.aim == aim
        assert self.clock.now < self.shared.entries[-1].stored_at + claim.lease
        assert order.revision == claim.revision
        assert self.clock.now >= claim.publish_at
        if aim == "retract":
            assert isinstance(order, OrderWithdrawn)
            return
        assert isinstance(order, OrderApproved)
        assert parcel is not None
        assert parcel.revision == order.revision
        assert not self.shared.pauses
        assert claim.fresh_until is not None
        assert self.clock.now <= claim.fresh_until


async def _call(asked: Awaitable[Said], channel: str, within: timedelta) -> Said | Unclear:
    try:
        return await asked
    except ConnectionError:
        return Unclear(Code.ANSWER_UNCLEAR, {})
