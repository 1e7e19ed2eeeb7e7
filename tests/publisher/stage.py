"""One publisher on fakes, with a clock that a test moves."""

from collections.abc import Callable
from datetime import datetime, timedelta

from schemas.decisions import Choice
from services.kit.messages import Due, Told
from services.publisher.courier import Courier
from services.publisher.domain.happenings import Order
from services.publisher.domain.rules import Repeat
from services.publisher.handlers import Publisher
from services.publisher.ledger import call
from tests.publisher.builders import (
    HOUR,
    NOON,
    POST,
    SAFETIES,
    TRACE,
    decision,
    order,
    rules,
)
from tests.publisher.fakes import (
    Album,
    Bell,
    Desk,
    MemoryLedger,
    Notebook,
    OpenLanes,
    call_at_once,
    square,
)


class Stage:
    """A publisher with everything around it within reach."""

    def __init__(
        self,
        newest: Order | None = None,
        by: Repeat = Repeat.IDEMPOTENCY_KEY,
        *,
        answers: Repeat | None = None,
        repeats: int = 0,
        ledger: MemoryLedger | None = None,
        lanes: OpenLanes | None = None,
    ) -> None:
        self.now = NOON - HOUR
        self.clock: Callable[[], float] = lambda: 0.0
        self.square = square(by)
        self.square.answer_safety = SAFETIES[answers] if answers else None
        self.ledger = ledger or MemoryLedger()
        self.desk = Desk(newest or order())
        self.bell = Bell()
        self.album = Album()
        self.notebook = Notebook()
        self.lanes = lanes or OpenLanes()
        courier = Courier(
            ledger=self.ledger,
            orders=self.desk,
            alarm=self.bell,
            lanes=self.lanes,
            media=self.album,
            call=call_at_once,
            look=call,
            now=lambda: self.now,
            # A test may change the clock later on.
            clock=lambda: self.clock(),  # noqa: PLW0108
            chance=lambda: 0.5,
        )
        self.publisher = Publisher(
            channels={"torget": self.square},
            rules={
                "torget": rules(
                    by,
                    owner="here/1",
                    repeats=repeats,
                    answer_safety=self.square.answer_safety,
                )
            },
            ledger=self.ledger,
            orders=self.desk,
            lanes=self.lanes,
            notices=self.notebook,
            courier=courier,
            now=lambda: self.now,
            chance=lambda: 0.5,
        )

    async def hear(self) -> None:
        """Let the newest order come, or come again."""
        assert self.desk.order is not None
        await self.publisher.take_order(Told(self.desk.order, 1, self.now))

    async def order(self, newest: Order) -> None:
        """Let people order something else."""
        self.desk.order = newest
        await self.hear()

    async def decide(self, choice: Choice, **said: str) -> None:
        """Let a person decide about the newest entry."""
        made = decision(choice, on=len(self.ledger.entries), **said)
        await self.publisher.follow_decision(Told(made, 1, self.now))

    async def ring(self, late: timedelta = timedelta(0)) -> None:
        """Let the newest timer come, at its time or later."""
        serial, at = self.bell.set[-1]
        self.now = self.ledger.now = max(self.now, at) + late
        await self.ring_again(serial, self.now)

    async def ring_again(self, serial: str, at: datetime) -> None:
        """Let a timer come that has come before, or by another's clock."""
        await self.publisher.continue_delivery(Due(("torget", str(POST), serial), TRACE, at))

    async def publish(self) -> None:
        """Let an order go all the way."""
        await self.hear()
        await self.ring()
        assert self.ledger.states()[-1] == "published"
