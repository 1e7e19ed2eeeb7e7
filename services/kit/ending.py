"""Ends tasks for good."""

import asyncio
from typing import Any

import structlog

log = structlog.get_logger()

_AGAIN = 1.0
"""Seconds that a task may take for its own tidying before it is cancelled once more."""

_TRIES = 10


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until each has ended, however; ten seconds at most.

    One cancellation is not enough: before Python 3.12 `asyncio.wait_for`, in which the broker's
    client waits, drops one that comes in the same instant as the answer, and a loop goes round
    for ever.
    """
    running = {task for task in tasks if not task.done()}
    for _ in range(_TRIES):
        if not running:
            break
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_AGAIN)
    for task in running:
        log.error("task.does_not_end", task=repr(task))
    await asyncio.gather(*(each for each in tasks if each not in running), return_exceptions=True)
