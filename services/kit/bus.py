"""Hearing: ties durables to handlers, and decides what an exception means for a message."""

import asyncio
import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import structlog
from faststream.middlewares import AckPolicy
from faststream.nats import JStream, NatsMessage, PullSub
from nats.aio.msg import Msg
from nats.errors import Error
from nats.js.api import ConsumerConfig
from prometheus_client import CollectorRegistry, Counter

from schemas.codes import Code
from schemas.envelope import Fact, now, type_of
from schemas.flow import Durable, timer_stream
from schemas.parked import MessageParked
from services.kit.connection import Connection
from services.kit.consumers import consumer_state
from services.kit.facts import TRACE, TYPE, Facts, Kept, Unreadable, instant
from services.kit.messages import BrokerAway, Due, Overtaken, Told, TryAgain
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

_INFRASTRUCTURE_PAUSE = timedelta(seconds=1)
_FAILURES_REMEMBERED = 10_000


class Bus:
    """One service's door to the broker: what it hears, looks up, tells and is woken for."""

    def __init__(self, settings: ServiceSettings, service: str) -> None:
        self.service = service
        self.connection = Connection(
            settings.nats_url, service, settings.secret("nkey"), settings.secret("tellers.toml")
        )
        self.facts = Facts(self.connection)
        self.timers = Timers(self.facts, service)
        self.registry = CollectorRegistry()
        self.ears: list[Durable] = []
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

        async def repeat() -> None:
            while True:
                try:
                    await chore()
                except (BrokerAway, Overtaken) as error:
                    log.info("chore.postponed", why=str(error))
                except Exception:
                    log.exception("chore.failed")
                await asyncio.sleep(pause.total_seconds())

        self._chores.append(repeat)

    async def start(self) -> None:
        """Connect and listen; waits while the broker is down or not provisioned yet."""
        await self.connection.connect()
        await self._wait_for_durables()
        if any(ear.stream == timer_stream(self.service) for ear in self.ears):
            self.every(REARM_EVERY, self.timers.rearm)
        await self.connection.broker.start()
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
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
            await self.stop()

    async def stop(self) -> None:
        """Finish what is in hand (ten seconds at most), then leave the broker."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.connection.stop()

    def _listen(self, durable: Durable, take: Heard, width: int) -> None:
        self.ears.append(durable)

        async def whole(message: NatsMessage) -> Any:
            return message.raw_message

        async def consume(message: Msg) -> None:
            await self._consume(durable, take, message)

        self.connection.broker.subscriber(
            durable.pattern,
            stream=JStream(durable.stream, declare=False),
            durable=durable.name,
            config=ConsumerConfig(durable_name=durable.name),
            # The client forgets the broker's prefix here; without it nothing ever arrives.
            inbox_prefix=f"{self.connection.inbox_prefix}.".encode(),
            # A fetch that was under way when the broker went is lost: one second of silence.
            pull_sub=PullSub(batch_size=width, timeout=1.0),
            max_workers=width,
            ack_policy=AckPolicy.MANUAL,
            decoder=whole,
        )(consume)

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
            outcome, ending = await self._outcome(durable, take, kept, trace)
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
            await take(kept, trace)
        except TryAgain as not_yet:
            log.debug("message.asked_to_wait", why=str(not_yet))
            return "postponed", not_yet.delay
        except (BrokerAway, Overtaken) as error:
            log.warning("message.interrupted", why=str(error))
            return "interrupted", _INFRASTRUCTURE_PAUSE
        except Unreadable as error:
            return await self._park(durable, kept, trace, Code.MESSAGE_UNREADABLE, str(error))
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
        fact = MessageParked(
            occurred_at=now(),
            trace=trace,
            teller=self.service,
            parked=uuid5(NAMESPACE_OID, f"{durable.stream}/{kept.sequence}/{durable.name}"),
            stream=durable.stream,
            sequence=kept.sequence,
            about=kept.subject,
            attempts=failures,
            code=code,
            parameters={"service": self.service, "attempts": failures, "error": error[:200]},
        )
        log.error("message.set_aside", code=code, error=error)
        try:
            await self.facts.tell(fact, after=0)
        except Overtaken:
            log.info("message.set_aside_before", parked=str(fact.parked))
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
            await consumer_state(self.connection, durable)
        except (BrokerAway, LookupError) as error:
            return str(error)
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
