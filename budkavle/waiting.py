"""Waiting for something to become true, and never for longer than a limit."""

import asyncio
from collections.abc import Awaitable, Callable


async def comes_true(
    condition: Callable[[], Awaitable[bool]], within: float, every: float = 0.1
) -> bool:
    """Ask again until the answer is yes; False when the time is over before."""
    clock = asyncio.get_running_loop().time
    give_up = clock() + within
    while True:
        if await condition():
            return True
        if clock() > give_up:
            return False
        await asyncio.sleep(every)
