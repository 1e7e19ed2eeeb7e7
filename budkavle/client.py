"""A conversation by HTTP that is ended with its block."""

from types import TracebackType
from typing import Self

import httpx


class Client:
    """What speaks to one program; its connections last as long as the block."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.aclose()
