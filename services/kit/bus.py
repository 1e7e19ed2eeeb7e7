"""Hearing: ties durables to handlers, and decides what an exception means for a message."""

import asyncio
import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import structlog
from nats.aio.msg import Msg
from nats.errors import Error
from prometheus_client import CollectorRegistry, Counter

from schemas.codes import Code
from schemas.envelope import Fact, type_of
from schemas.flow import Durable, followed, timer_stream
from services.kit.chores import repeat
from services.kit.connection import Connection
from services.kit.consumers import consumer_state
from services.kit.ending import end
from services.kit.facts import TRACE, TYPE, Facts, Unreadable
from services.kit.hearing import Ear
from services.kit.holding import Holding
from services.kit.marks import RENEW_EVERY, Marks
from services.kit.messages import BrokerAway, Due, Kept, Overtaken, Told, TryAgain, instant
from services.kit.parking import Parking
from services.kit.settings import ServiceSettings
from services.kit.timers import Timers

log = structlog.get_logger()

Heard = Callable[[Kept, UUID], Awaitable[None]]

WIDTH = 16
"""Messages of one durable that one replica works on at a time."""

PAUSES = tuple(timedelta(seconds=s) for s in (0.5, 1, 2, 4, 5, 5, 5))
"""Waits after a handler's own failure; after the last one the message is parked."""

REARM_EVERY = timedelta(seconds=30)
"""How often timers that should have fired are put again."""

_GUARD_EVERY = timedelta(seconds=1)
LONGEST_WORK = timedelta(seconds=60)
"""A handler that takes longer no longer keeps its message from other replicas."""

_INFRASTRUCTURE_PAUSE = timedelta(seconds=1)
_FAILURES_REMEMBERED = 10_000
_FINISH_WITHIN = 10.0


class Bus:
    """One service's door to the broker: what it hears, looks up, tells and is woken for."""

    def __init__(self, settings: ServiceSettings, service: str) -> None:
        self.service = service
        self.connection = Connection(
            settings.nats_url,
            service,
            settings.secret("nkey"),
            settings.secret_file("tellers.toml"),
            settings.secret("signing.key"),
        )
        self.registry = CollectorRegistry()
        self.facts = Facts(self.connection, self.registry)
        self.timers = Timers(self.facts, service)
        self.parking = Parking(self.facts, service)
        # A service that keeps nothing on disk has no marks.
        folder = getattr(settings, "data", None)
        streams = dict.fromkeys((service.upper(), timer_stream(service), *followed(service)))
        self.marks = Marks(self.connection, folder, streams)
        self.ears: list[Durable] = []
        self.longest_work = LONGEST_WORK
        self._ack_waits: dict[Durable, timedelta] = {}
        self._hearing: list[Ear] = []
        self._takes: dict[Durable, Heard] = {}
        self.started = asyncio.Event()
        self._chores: list[Callable[[], Coroutine[None, None, None]]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._failures: OrderedDict[tuple[str, int], int] = OrderedDict()
        self._handled = Counter(
            "budkavle_messages",
            "Messages by outcome",
            ["durable", "outcome"],
            registry=self.registry,
        )

    def hear(
        self,
        durable: Durable,
        handle: Callable[[Told[Any]], Awaitable[None]],
        *types: type[Fact],
        width: int = WIDTH,
    ) -> None:
        """Hear facts of these types through a durable; others on it are skipped."""
        wanted = {type_of(kind) for kind in types}

        async def take(message: Kept, _: UUID) -> None:
            # Most of what a wide durable brings is for others; it need not be read to be skipped.
            said = message.headers.get(TYPE)
            if said is not None and said not in wanted:
                return
            told = self.facts.read(message)
            if told is not None and isinstance(told.fact, types):
                await handle(told)

        self._listen(durable, take, width)

    def hear_dues(
        self, durable: Durable, handle: Callable[[Due], Awaitable[None]], *, width: int = WIDTH
    ) -> None:
        """Be woken by this service's own timers."""

        async def take(message: Kept, trace: UUID) -> None:
            await handle(Due(tuple(message.subject.split(".")[2:]), trace, message.stored_at))

        self._listen(durable, take, width)

    def every(self, pause: timedelta, chore: Callable[[], Awaitable[object]]) -> None:
        """Repeat a chore that every replica may do, because doing it twice changes nothing."""
        self._chores.append(partial(repeat, pause, chore))

    async def start(self) -> None:
        """Connect and listen; waits while the broker is down or not provisioned yet."""
        await self.connection.connect()
        await self._wait_for_durables()
        await self.marks.wait_until_sound()
        self.every(_GUARD_EVERY, self.marks.guard)
        self.every(RENEW_EVERY, self.marks.renew)
        if any(ear.stream == timer_stream(self.service) for ear in self.ears):
            self.every(REARM_EVERY, self.timers.rearm)
        for hearing in self._hearing:
            hearing.start()
        self.started.set()
        self._tasks = [asyncio.create_task(chore()) for chore in self._chores]
        log.info("service.listening", durables=[ear.name for ear in self.ears])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start in the background, so that a service answers while the broker is away."""
        starting = asyncio.create_task(self.start())
        starting.add_done_callback(_report)
        try:
            yield
        finally:
            await end(starting)
            await self.stop()

    async def stop(self) -> None:
        """Finish what is in hand (ten seconds at most), then leave the broker."""
        await end(*self._tasks)
        await asyncio.gather(*(hearing.stop(_FINISH_WITHIN) for hearing in self._hearing))
        if self.started.is_set():
            with suppress(BrokerAway):
                await self.marks.renew()
        await self.connection.stop()

    async def take(self, durable: Durable, kept: Kept, trace: UUID) -> None:
        """Let the handler of a durable take a message that somebody has brought up again."""
        await self._takes[durable](kept, trace)

    def _listen(self, durable: Durable, take: Heard, width: int) -> None:
        self.ears.append(durable)
        self._takes[durable] = take

        async def work(message: Msg) -> None:
            await self._consume(durable, take, message)

        self._hearing.append(Ear(self.connection, durable, width, work))

    async def _consume(self, durable: Durable, take: Heard, message: Msg) -> None:
        place = message.metadata
        kept = Kept(
            message.subject,
            place.sequence.stream,
            instant(place.timestamp.isoformat()),
            message.data,
            dict(message.headers or {}),
        )
        trace = _trace(kept.headers)
        with structlog.contextvars.bound_contextvars(
            subject=kept.subject, sequence=kept.sequence, trace=str(trace)
        ):
            held = Holding(message, self._ack_waits[durable], self.longest_work)
            try:
                outcome, ending = await self._outcome(durable, take, kept, trace)
            finally:
                held.stop()
            self._handled.labels(durable.name, outcome).inc()
            log.info(
                "message.done", outcome=outcome, durable=durable.name, delivery=place.num_delivered
            )
            with suppress(Error, ConnectionError):
                # Only a hint: a message that comes again finds its work done.
                await (message.ack() if ending is None else message.nak(ending.total_seconds()))

    async def _outcome(
        self, durable: Durable, take: Heard, kept: Kept, trace: UUID
    ) -> tuple[str, timedelta | None]:
        """Say how it went, and how long to wait before it comes again (None: never)."""
        key = (durable.name, kept.sequence)
        try:
            await self.marks.guard()
            await take(kept, trace)
        except TryAgain as not_yet:
            log.debug("message.asked_to_wait", why=str(not_yet))
            return "postponed", not_yet.delay
        except (BrokerAway, Overtaken) as error:
            log.warning("message.interrupted", why=str(error))
            return "interrupted", _INFRASTRUCTURE_PAUSE
        except Unreadable as error:
            return await self._park(durable, kept, trace, error.code, str(error))
        except Exception as error:
            failures = self._failures[key] = self._failures.pop(key, 0) + 1
            if len(self._failures) > _FAILURES_REMEMBERED:
                self._failures.popitem(last=False)
            log.exception("message.failing", failures=failures)
            if failures <= len(PAUSES):
                return "failed", PAUSES[failures - 1]
            return await self._park(
                durable, kept, trace, Code.MESSAGE_ABANDONED, type(error).__name__
            )
        self._failures.pop(key, None)
        return "handled", None

    async def _park(
        self, durable: Durable, kept: Kept, trace: UUID, code: Code, error: str
    ) -> tuple[str, timedelta | None]:
        """Set a message aside as a fact that people see; until that is stored it stays ours."""
        failures = self._failures.pop((durable.name, kept.sequence), 1)
        try:
            await self.parking.park(durable, kept, trace, code, error, failures)
        except BrokerAway:
            return "interrupted", _INFRASTRUCTURE_PAUSE
        return "parked", None

    async def _wait_for_durables(self) -> None:
        told = False
        for ear in self.ears:
            while (missing := await self._missing(ear)) is not None:
                if not told:
                    log.warning("service.not_provisioned", durable=ear.name, why=missing)
                    told = True
                await asyncio.sleep(0.5)

    async def _missing(self, durable: Durable) -> str | None:
        """Say why a durable cannot be heard; None: it is there."""
        try:
            state = await consumer_state(self.connection, durable)
        except (BrokerAway, LookupError) as error:
            return str(error)
        self._ack_waits[durable] = state.ack_wait
        return None


def _report(starting: asyncio.Task[None]) -> None:
    if not starting.cancelled() and (error := starting.exception()):
        # Half a start cannot be taken up again in this process; the supervisor makes a new one.
        log.critical("service.cannot_start", exc_info=error)
        os._exit(70)


def _trace(headers: dict[str, str]) -> UUID:
    try:
        return UUID(headers.get(TRACE, ""))
    except ValueError:
        return uuid4()
