"""Runs something until it is done, or until somebody asks us to stop."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_SIGNS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def until_asked_to_stop(work: Coroutine[Any, Any, T]) -> T | None:
    """Give what the work gives; None if Ctrl-C or a signal came first, after it has cleaned up."""
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(work)
    asked = asyncio.Event()

    def ask() -> None:
        # The second time changes nothing: stopping has a limit of its own.
        if not asked.is_set():
            asked.set()
            task.cancel()

    for sign in _SIGNS:
        loop.add_signal_handler(sign, ask)
    try:
        return await task
    except asyncio.CancelledError:
        if not asked.is_set():
            raise
        return None
    finally:
        for sign in _SIGNS:
            loop.remove_signal_handler(sign)
