"""Waits until everything is at rest, and sees when something will never be."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence

from drill.entries import Entries, Place, at_rest
from schemas.flow import durables, timer_stream
from services.kit.connection import Connection
from services.kit.consumers import consumer_state
from services.kit.facts import Facts

_LOOK_EVERY = 0.5
_SURE = 4
"""Looks in a row at which nobody had anything to do."""


class Rest:
    """Looks at the broker and at the ledger."""

    def __init__(
        self, connection: Connection, facts: Facts, entries: Entries, channels: Sequence[str]
    ) -> None:
        self._connection = connection
        """Of one who may look at everything."""
        self._facts = facts
        self._entries = entries
        self._durables = tuple(durables(channels))

    async def wait(
        self, places: Sequence[Place], within: float, enough: Callable[[], Awaitable[bool]]
    ) -> list[Place]:
        """Return the deliveries that are not at rest: none, after a while.

        It returns early when there is `enough` to see already, and when nobody has any more
        messages or timers: what is not at rest then never will be.
        """
        clock = asyncio.get_running_loop().time
        give_up = clock() + within
        idle = 0
        while True:
            await self._entries.read_on(self._facts)
            moving = [place for place in places if not at_rest(self._entries.newest(place))]
            busy = await self._busy()
            idle = 0 if busy else idle + 1
            if (not moving and not busy) or idle >= _SURE or clock() > give_up or await enough():
                return moving
            await asyncio.sleep(_LOOK_EVERY)

    async def _busy(self) -> bool:
        """Whether any message waits to be heard, or any timer of the publisher to come."""
        for durable in self._durables:
            state = await consumer_state(self._connection, durable)
            if state.pending or state.unacked:
                return True
        # Not the due messages: the broker may keep one that was acknowledged just before a kill.
        asked = json.dumps({"subjects_filter": "timer.>"}).encode()
        answer = await self._connection.ask(
            f"$JS.API.STREAM.INFO.{timer_stream('publisher')}", asked
        )
        return bool(json.loads(answer.data)["state"].get("subjects"))
