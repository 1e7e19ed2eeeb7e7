"""Waiting for something to become true, and never for longer than a limit."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")

_LOOK_EVERY = 0.02


@overload
async def eventually(condition: Callable[[], Awaitable[T]], within: float = ...) -> T: ...
@overload
async def eventually(condition: Callable[[], T], within: float = ...) -> T: ...


async def eventually(condition: Callable[[], Any], within: float = 5.0) -> Any:
    """Ask again until the answer is true, and give it; an error after `within` seconds."""
    clock = asyncio.get_running_loop().time
    give_up = clock() + within
    while True:
        said = condition()
        answer = await said if inspect.isawaitable(said) else said
        if answer:
            return answer
        if clock() > give_up:
            raise AssertionError(f"not within {within} s: {_source(condition)} (last: {answer!r})")
        await asyncio.sleep(_LOOK_EVERY)


def _source(condition: Callable[..., object]) -> str:
    try:
        return inspect.getsource(condition).strip()
    except (OSError, TypeError):
        return repr(condition)
