"""A task that misses a cancellation is cancelled again until it has ended."""

import asyncio
from contextlib import suppress

import pytest

from services.kit import ending
from services.kit.ending import end


async def test_a_loop_that_drops_a_cancellation_ends_all_the_same() -> None:
    dropped = 0

    async def loop() -> None:
        nonlocal dropped
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                # As `asyncio.wait_for` does when the answer comes in the same instant.
                dropped += 1
                if dropped == 2:
                    raise

    task = asyncio.create_task(loop())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await end(task)
    assert (task.cancelled(), dropped) == (True, 2)


async def test_what_has_failed_before_or_fails_in_the_end_disturbs_nobody() -> None:
    async def fail() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise ZeroDivisionError

    async def nothing() -> None:
        raise ZeroDivisionError

    tasks = [asyncio.create_task(fail()), asyncio.create_task(nothing())]
    await asyncio.sleep(0)
    await end(*tasks)
    assert all(task.done() for task in tasks)
    await end()


async def test_a_task_that_never_ends_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "_AGAIN", 0.01)
    gone = asyncio.Event()

    async def stubborn() -> None:
        while not gone.is_set():
            with suppress(asyncio.CancelledError):
                await gone.wait()

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await end(task)
    assert not task.done()
    gone.set()
    await task
