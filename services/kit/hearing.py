"""Pulls messages through one durable, and has several of them worked on at a time."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error

from schemas.flow import Durable
from services.kit.connection import Connection
from services.kit.ending import end

log = structlog.get_logger()

_OPEN = 1.0
"""Seconds that an asking stays open. One that the broker lost when it went is as long a silence."""

_AGAIN = 0.2
"""Seconds until it is tried again when the broker has not let us ask."""

_NOTHING_MORE = "408"
"""The broker's word that an asking has been open for as long as it was to be."""


class Ear:
    """Hears one durable. Beyond what is worked on, fewer than as many messages wait here again."""

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
        self._wish = json.dumps({"batch": width, "expires": int(_OPEN * 1e9)}).encode()
        self._places = asyncio.Semaphore(width)
        self._in_hand: set[asyncio.Task[None]] = set()
        self._pulling: asyncio.Task[None] | None = None
        self._subscription: Subscription | None = None
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._askings = 0
        self._asked = ""
        self._to_come = 0

    def start(self) -> None:
        """Begin to hear."""
        self._pulling = asyncio.create_task(self._pull())

    async def stop(self, within: float) -> None:
        """Hear no more, and let what is in hand be finished; what is not by then comes again."""
        if self._pulling is not None:
            await end(self._pulling)
        with suppress(Error, ConnectionError):
            if self._subscription is not None:
                await self._subscription.unsubscribe()
            while not self._arrived.empty():
                message = self._arrived.get_nowait()
                if message.reply:
                    await message.nak()
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=within)
            await end(*late)

    async def _pull(self) -> None:
        while True:
            await self._places.acquire()
            task = asyncio.create_task(self._take(await self._next()))
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)

    async def _next(self) -> Msg:
        """Wait for a message; ask the broker whenever none is on its way."""
        while True:
            try:
                if self._to_come <= 0:
                    await self._ask()
                async with asyncio.timeout(_OPEN + _AGAIN):
                    message = await self._arrived.get()
            except TimeoutError:
                self._to_come = 0
                continue
            except (Error, ConnectionError) as error:
                await self._not_heard(repr(error))
                continue
            if message.reply:
                self._to_come -= 1
                return message
            # Only what a stream keeps can be acknowledged: this is a word of the broker's own.
            if message.subject == self._asked:
                self._to_come = 0
                said = message.headers or {}
                if said.get("Status") != _NOTHING_MORE:
                    await self._not_heard(str(said))

    async def _ask(self) -> None:
        """Ask for as many as are worked on at a time; each comes as soon as it is there."""
        client = self._connection.client
        if self._subscription is None:
            # Not the client's own fetch: it holds what has come back until no more comes.
            self._subscription = await client.subscribe(
                f"{client.new_inbox()}.*", cb=self._arrived.put
            )
        self._askings += 1
        self._asked = self._subscription.subject.replace("*", str(self._askings))
        await client.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{self.durable.stream}.{self.durable.name}",
            self._wish,
            reply=self._asked,
        )
        self._to_come = self._width

    async def _not_heard(self, why: str) -> None:
        log.info("durable.not_heard", durable=self.durable.name, why=why)
        await asyncio.sleep(_AGAIN)

    async def _take(self, message: Msg) -> None:
        try:
            await self._work(message)
        except Exception:
            # One message that cannot even be judged must not end the hearing of the others.
            log.exception("message.not_judged", durable=self.durable.name)
        finally:
            self._places.release()
