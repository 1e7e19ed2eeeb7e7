"""Ends tasks for good."""

import asyncio
from typing import Any

_AGAIN = 1.0
"""Seconds that a task may take for its own tidying before it is cancelled once more."""


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait until each has ended, however.

    One cancellation is not enough: before Python 3.12 `asyncio.wait_for`, in which the broker's
    client waits, drops one that comes in the same instant as the answer, and a loop goes round
    for ever.
    """
    running = {task for task in tasks if not task.done()}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=_AGAIN)
    await asyncio.gather(*tasks, return_exceptions=True)
