"""Calls to one platform; what surely did nothing is told from what may have been applied."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from schemas.codes import Code
from schemas.envelope import Parameters
from services.publisher.channels.exchange import AnswerLost, Exchange, NeverSent, Reply
from services.publisher.channels.waits import wait_of
from services.publisher.domain.answers import NotNow, Refused, Unclear

T = TypeVar("T")

_PREPARING = 0.6
"""The share of the time for what comes before a visible call."""


class Unready(Exception):
    """Something that no reader sees could not be made ready: surely nothing is public."""

    def __init__(self, answer: NotNow | Refused) -> None:
        super().__init__(answer.code)
        self.answer = answer


class Unexpected(Exception):
    """An answer that says neither yes nor no."""

    def __init__(self, status: int | str) -> None:
        super().__init__(str(status))
        self.status = status


class Calls:
    """An exchange whose answers one platform words in its own way.

    `held_up` says what surely did nothing until something else changes, by the status alone unless
    a platform says it otherwise; `refused` says what of the unseen would be refused again, or what
    has to be mended first.
    """

    def __init__(
        self,
        exchange: Exchange,
        title: str,
        patience: float,
        *,
        refused: Callable[[Reply], NotNow | Refused | None],
        held_up: Callable[[Reply], NotNow | None] | None = None,
    ) -> None:
        self._exchange = exchange
        self._title = title
        self.patience = patience
        self._held_up = held_up or self._by_status
        self._refused = refused

    def named(self, **more: str | int) -> Parameters:
        """Give what people are told of an answer: the channel, and more."""
        return {"channel": self._title, **more}

    def lost(self) -> Unclear:
        """Say that no whole answer came to a call that may have been carried out."""
        return Unclear(Code.ANSWER_LOST, self.named())

    def unclear(self, status: int | str) -> Unclear:
        """Say that an answer came from which nobody knows what has been done."""
        return Unclear(Code.ANSWER_UNCLEAR, self.named(status=status))

    def busy(self, reply: Reply) -> NotNow:
        """Say that the platform has trouble of its own, with something that nobody sees."""
        return NotNow(Code.CHANNEL_BUSY, self.named(status=reply.status))

    async def visible(
        self, method: str, path: str, patience: float, **content: object
    ) -> Reply | NotNow | Unclear:
        """Make a call that readers can see, once. What a reply means is for the caller to say."""
        try:
            reply = await self._exchange.ask(method, path, patience, alone=True, **content)
        except NeverSent:
            return NotNow(Code.CHANNEL_UNREACHABLE, self.named())
        except AnswerLost:
            return self.lost()
        return self._held_up(reply) or reply

    async def unseen(self, method: str, path: str, **content: object) -> Reply:
        """Ask for something that no reader can see; every failure of it is harmless: `Unready`."""
        return self._good(await self.told(method, path, **content))

    async def answered(
        self, path: str, is_gone: Callable[[Reply], bool], **content: object
    ) -> Reply:
        """Read the comment that is to be answered; one that is gone is `Unready` for ever."""
        reply = await self.told("GET", path, **content)
        if is_gone(reply):
            raise Unready(self.comment_gone())
        return self._good(reply)

    def comment_gone(self) -> Refused:
        """Say that nothing is left to answer."""
        return Refused(Code.COMMENT_GONE, self.named())

    async def told(self, method: str, path: str, **content: object) -> Reply:
        """Make a call that no reader sees, whose reply the caller reads; `Unready` without one."""
        try:
            return await self._exchange.ask(method, path, self.patience, alone=False, **content)
        except (NeverSent, AnswerLost) as error:
            raise Unready(NotNow(Code.CHANNEL_UNREACHABLE, self.named())) from error

    def _good(self, reply: Reply) -> Reply:
        if (no := self._held_up(reply) or self._refused(reply)) is not None:
            raise Unready(no)
        if not 200 <= reply.status < 300:
            raise Unready(self.busy(reply))
        return reply

    async def ready(self, made: Awaitable[T]) -> T | NotNow | Refused:
        """Await what no reader sees, and leave a visible call enough time for a clear answer."""
        try:
            async with asyncio.timeout(self.patience * _PREPARING):
                return await made
        except Unready as unready:
            return unready.answer
        except TimeoutError:
            return NotNow(Code.CHANNEL_UNREACHABLE, self.named())

    async def seen(self, reading: Awaitable[T], within: float | None = None) -> T | Unclear:
        """Await what is read back, for `within` seconds; whatever goes wrong tells nothing."""
        try:
            async with asyncio.timeout(self.patience if within is None else within):
                return await reading
        except Unready as unready:
            return Unclear(unready.answer.code, unready.answer.parameters)
        except (NeverSent, AnswerLost, TimeoutError):
            return self.lost()
        except Unexpected as unexpected:
            return self.unclear(unexpected.status)

    async def read(self, path: str, **content: object) -> Reply:
        """Read something; a call that fails raises `NeverSent` or `AnswerLost`."""
        return await self._exchange.ask("GET", path, self.patience, alone=False, **content)

    async def close(self) -> None:
        """Give the connections back."""
        await self._exchange.close()

    def _by_status(self, reply: Reply) -> NotNow | None:
        match reply.status:
            case 401 | 403:
                return NotNow(Code.CREDENTIALS_REFUSED, self.named())
            case 429:
                return NotNow(Code.CHANNEL_THROTTLED, self.named(), wait_of(reply))
            case _:
                return None
