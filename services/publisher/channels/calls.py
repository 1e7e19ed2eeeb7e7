"""Calls to one platform; what surely did nothing is told from what may have been applied."""

from collections.abc import Callable

from schemas.codes import Code
from schemas.envelope import Parameters
from services.publisher.channels.exchange import AnswerLost, Exchange, NeverSent, Reply
from services.publisher.domain.answers import NotNow, Refused, Unclear


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
    """An exchange whose answers one platform words in its own way."""

    def __init__(
        self,
        exchange: Exchange,
        title: str,
        patience: float,
        *,
        held_up: Callable[[Reply], NotNow | None],
        refused: Callable[[Reply], Refused | None],
    ) -> None:
        self._exchange = exchange
        self._title = title
        self.patience = patience
        self._held_up = held_up
        self._refused = refused

    def named(self, **more: str | int) -> Parameters:
        """Give what people are told of an answer: the channel, and more."""
        return {"channel": self._title, **more}

    async def visible(
        self, method: str, path: str, patience: float, **content: object
    ) -> Reply | NotNow | Unclear:
        """Make a call that readers can see, once. What a reply means is for the caller to say."""
        try:
            reply = await self._exchange.ask(method, path, patience, **content)
        except NeverSent:
            return NotNow(Code.CHANNEL_UNREACHABLE, self.named())
        except AnswerLost:
            return Unclear(Code.ANSWER_LOST, self.named())
        return self._held_up(reply) or reply

    async def unseen(self, method: str, path: str, **content: object) -> Reply:
        """Ask for something that no reader can see; every failure of it is harmless: `Unready`."""
        try:
            reply = await self._exchange.ask(method, path, self.patience, **content)
        except (NeverSent, AnswerLost) as error:
            raise Unready(NotNow(Code.CHANNEL_UNREACHABLE, self.named())) from error
        if (no := self._held_up(reply) or self._refused(reply)) is not None:
            raise Unready(no)
        if not 200 <= reply.status < 300:
            raise Unready(NotNow(Code.CHANNEL_BUSY, self.named(status=reply.status)))
        return reply

    async def read(self, path: str, **content: object) -> Reply:
        """Read something; a call that fails raises `NeverSent` or `AnswerLost`."""
        return await self._exchange.ask("GET", path, self.patience, **content)

    async def close(self) -> None:
        """Give the connections back."""
        await self._exchange.close()
