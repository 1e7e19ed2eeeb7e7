"""Carries each alert to each channel: every channel by itself, one alert's words in their order."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from schemas.alerts import AlertFact
from schemas.deliveries import DeliveryFact
from schemas.envelope import now
from services.kit.ending import end
from services.kit.messages import BrokerAway, Overtaken, Told
from services.publisher.courier import Courier
from services.publisher.domain.engine import step
from services.publisher.domain.happenings import Heard, Rang, View
from services.publisher.domain.rules import Patience, Rules
from services.publisher.ports import Channel
from services.publisher.siren.domain.orders import delivery_of, first_order, withdrawn
from services.publisher.siren.memory import AlertOrders, LocalAlarm, SpoolLedger, ours
from services.publisher.siren.ports import ALERTS
from services.publisher.siren.spool import Spool

log = structlog.get_logger()

PATIENCE = Patience(timedelta(seconds=0.3), timedelta(seconds=5), heeds=False)
"""Between tries in a crisis."""

REPEATS = 2
"""So often an alert is sent again to a channel where nobody can find out whether it is public."""

_LOOKED_AT_AGAIN = timedelta(days=2)
"""After a restart, alerts that have expired and are older than this are taken to be done."""

_AFTER_TROUBLE = timedelta(seconds=1)


def in_crisis(rules: Rules) -> Rules:
    """Make a channel's rules those of an emergency."""
    return replace(rules, repeats=REPEATS, patience=PATIENCE)


class Lane:
    """One process's way to the channels. What it has begun it goes on with after a restart."""

    def __init__(
        self,
        spool: Spool,
        ledger: SpoolLedger,
        orders: AlertOrders,
        channels: Mapping[str, Channel],
        rules: Mapping[str, Rules],
        courier: Courier,
        alarm: LocalAlarm,
    ) -> None:
        self._spool = spool
        self._ledger = ledger
        self._orders = orders
        self._channels = channels
        self._rules = {name: in_crisis(each) for name, each in rules.items()}
        self._courier = courier
        self._alarm = alarm
        self._turns: defaultdict[tuple[str, UUID], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._walks: set[asyncio.Task[None]] = set()

    def begin(self, moment: datetime) -> None:
        """Go on with everything that was not done when the last process ended."""
        for told in list(self._spool.things(ALERTS)):
            self._orders.learn(told.fact)
            if _is_recent(told, moment):
                self.reach(told.fact)

    async def stop(self) -> None:
        """Leave off; a call that is under way is taken up by looking whether it was answered."""
        self._alarm.stop_all()
        await end(*self._walks)

    def entries(self, fact: AlertFact) -> list[tuple[DeliveryFact, int]]:
        """Make the first entries of an alert's newest bulletin, to be stored together with it.

        Every channel gets one. What counts there is asked right before the call.
        """
        self._orders.learn(fact)
        made = []
        for channel in fact.issued[-1].bulletin.contents:
            heard = Heard(View(now(), first_order(fact, channel)))
            move = step(None, heard, self._rules[channel])
            if move.entry is not None:
                made.append((ours(move.entry), 0))
        return made

    def last_entries(self, fact: AlertFact, dropped: AlertFact) -> list[tuple[DeliveryFact, int]]:
        """Make the last entries of an alert that is given up, to be stored together with that."""
        made = []
        for issued in fact.issued:
            post = delivery_of(fact.alert, issued.number)
            for channel in sorted(issued.bulletin.contents.keys() & self._rules.keys()):
                if (state := self._ledger.known(channel, post)) is None:
                    continue
                heard = Heard(View(now(), withdrawn(dropped, issued.number, channel)))
                move = step(state, heard, self._rules[channel])
                if move.entry is not None:
                    made.append((ours(move.entry), state.sequence))
        return made

    def reach(self, fact: AlertFact) -> None:
        """Go to every channel of an alert, at once and apart from each other."""
        names = {name for issued in fact.issued for name in issued.bulletin.contents}
        for name in sorted(names & self._channels.keys()):
            self._walk(self._go_through(name, fact))

    def wake(self, channel: str, post: UUID, at: datetime) -> None:
        """Look at a delivery again: its time has come."""
        alert, _ = self._orders.place(post)
        self._walk(self._go_on(channel, alert, post, at))

    def _walk(self, walk: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(walk)
        self._walks.add(task)
        task.add_done_callback(self._walks.discard)

    async def _go_through(self, channel: str, fact: AlertFact) -> None:
        """First the newest word, then what has to become of those before it."""
        for issued in reversed(fact.issued):
            # A clock that is put back must not make an accepted alert wait.
            due = now() if issued.release_at > issued.accepted_at else issued.release_at
            await self._go_on(channel, fact.alert, delivery_of(fact.alert, issued.number), due)

    async def _go_on(self, channel: str, alert: UUID, post: UUID, at: datetime) -> None:
        async with self._turns[channel, alert]:
            state = self._ledger.known(channel, post)
            if state is None:
                return
            try:
                order = await self._orders.newest(channel, post)
                rang = Rang(View(max(now(), at), order, chance=self._courier.chance()))
                await self._courier.carry(
                    self._channels[channel], self._rules[channel], state, rang, str(state.sequence)
                )
            except (BrokerAway, Overtaken) as error:
                log.warning("siren.interrupted", channel=channel, why=repr(error))
            except Exception:
                # A fault of ours must not leave an alert where it is.
                log.exception("siren.failed", channel=channel)
            else:
                return
            await self._alarm.wake(channel, post, "", now() + _AFTER_TROUBLE, alert)


def _is_recent(told: Told[AlertFact], moment: datetime) -> bool:
    issued = told.fact.issued
    stands = bool(issued) and moment < issued[-1].bulletin.expires
    return stands or moment - told.stored_at < _LOOKED_AT_AGAIN
