"""One look-up for everybody who asks at the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import Context
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """Whoever asks while a look-up is under way shares the next one, with all who do.

    So no answer is older than the question it is given to.
    """

    def __init__(self, look_up: Callable[[], Awaitable[T]]) -> None:
        self._look_up = look_up
        self._under_way: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    def ask(self) -> asyncio.Future[T]:
        """Give the answer of a look-up that has not begun yet."""
        if self._next is None:
            # What it says in the log is not about whoever happened to ask first.
            self._next = asyncio.create_task(self._after(self._under_way), context=Context())
        # Whoever asked may be cancelled; the others still want to know.
        return asyncio.shield(self._next)

    async def _after(self, under_way: asyncio.Task[T] | None) -> T:
        if under_way is not None:
            await asyncio.wait([under_way])
        self._under_way, self._next = self._next, None
        return await self._look_up()
