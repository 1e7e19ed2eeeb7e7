"""Keeps a message ours while it is worked on, so that a dead replica's come to others soon."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from nats.aio.msg import Msg
from nats.errors import Error


class Holding:
    """Says "still at it" three times for each ack wait, until told to stop or for too long."""

    def __init__(self, message: Msg, ack_wait: timedelta, at_most: timedelta) -> None:
        self._message = message
        self._pause = ack_wait.total_seconds() / 3
        self._loop = asyncio.get_running_loop()
        self._ends = self._loop.time() + at_most.total_seconds()
        self._next = self._loop.call_later(self._pause, self._beat)
        self._saying: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """Let go, before the message is acknowledged."""
        self._next.cancel()
        if self._saying is not None:
            self._saying.cancel()

    def _beat(self) -> None:
        if self._loop.time() < self._ends:
            self._saying = self._loop.create_task(self._say())
            self._next = self._loop.call_later(self._pause, self._beat)

    async def _say(self) -> None:
        # Not heard, the message comes to another replica as well, which finds it in work.
        with suppress(Error, ConnectionError):
            await self._message.in_progress()
