"""How a platform is entered: where it says no, and what is written down of it."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Awaitable[Response]]

_READING = {"GET", "HEAD"}
_MOST_WORDS = 2000


class Refusal(Exception, ABC):
    """A request is answered with an error of the platform's, and nothing is changed."""

    status: int

    @abstractmethod
    def answer(self) -> Response:
        """The platform's own way of saying it."""


class Door(ABC):
    """Stands before the endpoints of one dialect; the fault line speaks through it too."""

    @abstractmethod
    def error(self, status: int, *, retry_after: int | None = None) -> Response:
        """The platform's answer with this status."""

    @abstractmethod
    async def note(self, request: Request, *, status: int, **fields: Any) -> None:
        """Write down a request that changed nothing, and whose it was."""

    async def record_request(self, request: Request, text: str, status: int, fault: str) -> None:
        """Write down a request that a fault kept from being applied."""
        await self.note(request, status=status, text=text[:_MOST_WORDS] or None, fault=fault)

    def refusing(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint, with its refusals answered and, where it would write, recorded."""

        async def answer(request: Request) -> Response:
            try:
                return await endpoint(request)
            except Refusal as no:
                if request.method not in _READING:
                    await self.note(request, status=no.status)
                return no.answer()

        return answer
