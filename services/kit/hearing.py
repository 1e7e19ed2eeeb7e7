"""Pulls messages through one durable, and has several of them worked on at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from nats.aio.msg import Msg
from nats.errors import Error
from nats.js import JetStreamContext

from schemas.flow import Durable
from services.kit.connection import Connection
from services.kit.ending import end

log = structlog.get_logger()

_FETCH = 1.0
"""Seconds of one fetch. One that is under way when the broker goes is lost: so long a silence."""

_AGAIN = 0.2
"""Seconds until it is tried again when the broker has not let us fetch."""


class Ear:
    """Hears one durable. Beyond what is worked on, at most as many messages wait here again."""

    def __init__(
        self,
        connection: Connection,
        durable: Durable,
        width: int,
        work: Callable[[Msg], Awaitable[None]],
    ) -> None:
        self.durable = durable
        self._connection = connection
        self._width = width
        self._work = work
        self._places = asyncio.Semaphore(width)
        self._in_hand: set[asyncio.Task[None]] = set()
        self._pulling: asyncio.Task[None] | None = None
        self._subscription: JetStreamContext.PullSubscription | None = None

    def start(self) -> None:
        """Begin to hear."""
        self._pulling = asyncio.create_task(self._pull())

    async def stop(self, within: float) -> None:
        """Hear no more, and let what is in hand be finished; what is not by then comes again."""
        if self._pulling is not None:
            await end(self._pulling)
        if self._subscription is not None:
            # The client's farewell would wait until it has been told of each message that it is
            # done, which a fetch never tells it.
            with suppress(Error, ConnectionError):
                await self._subscription.unsubscribe()
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=within)
            await end(*late)

    async def _pull(self) -> None:
        while True:
            try:
                if self._subscription is None:
                    self._subscription = await self._subscribe()
                messages = await self._subscription.fetch(self._width, timeout=_FETCH)
            except TimeoutError:
                continue
            except (Error, ConnectionError) as error:
                log.info("durable.not_heard", durable=self.durable.name, why=repr(error))
                await asyncio.sleep(_AGAIN)
                continue
            for message in messages:
                await self._places.acquire()
                task = asyncio.create_task(self._take(message))
                self._in_hand.add(task)
                task.add_done_callback(self._in_hand.discard)

    async def _subscribe(self) -> JetStreamContext.PullSubscription:
        stream = self._connection.client.jetstream()
        # The client forgets the broker's prefix here; without it nothing ever arrives.
        inbox = f"{self._connection.inbox_prefix}.".encode()
        return await stream.pull_subscribe_bind(
            self.durable.name, self.durable.stream, inbox_prefix=inbox
        )

    async def _take(self, message: Msg) -> None:
        try:
            await self._work(message)
        except Exception:
            # One message that cannot even be judged must not end the hearing of the others.
            log.exception("message.not_judged", durable=self.durable.name)
        finally:
            self._places.release()
