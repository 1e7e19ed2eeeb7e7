"""One HTTP exchange with a platform, told apart into never sent, perhaps applied, and answered."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

MOST_BYTES = 1024 * 1024
"""No answer that we read is larger; a larger one is not read to its end."""

_CONNECTIONS = 32
"""More than one replica works on at a time: waiting for our own would look like their trouble."""

_KEPT = 3.0
"""Seconds that a connection may wait for its next request: less than common servers keep theirs."""

T = TypeVar("T")


class NeverSent(Exception):
    """No byte of the request left us: surely nothing has happened at the platform."""


class AnswerLost(Exception):
    """The request may have arrived, and no whole answer came back."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer of a platform."""

    status: int
    headers: httpx.Headers
    body: bytes

    def read(self, shape: TypeAdapter[T]) -> T | None:
        """Give the body in this shape; None if it is something else."""
        try:
            return shape.validate_json(self.body)
        except ValidationError:
            return None


class Exchange:
    """Connections to one platform. It never repeats a request and follows no redirect.

    What readers see has a connection of its own. On one that was kept, the server or a firewall
    may have forgotten us: the request is lost, and nobody can say that it was. A new connection
    that cannot be made is proof that nothing was sent. Everything else shares kept connections;
    to lose such a request is harmless.
    """

    def __init__(self, base_url: str, headers: dict[str, str]) -> None:
        trust = httpx.create_ssl_context()

        def client(keep: int) -> httpx.AsyncClient:
            return httpx.AsyncClient(
                base_url=base_url,
                # Packed answers could unpack to more than we want to hold.
                headers={"Accept-Encoding": "identity", "User-Agent": "Budkavle", **headers},
                follow_redirects=False,
                limits=httpx.Limits(
                    max_connections=_CONNECTIONS,
                    max_keepalive_connections=keep,
                    keepalive_expiry=_KEPT,
                ),
                verify=trust,
            )

        self._alone, self._shared = client(keep=0), client(keep=_CONNECTIONS)

    async def ask(
        self, method: str, path: str, patience: float, *, alone: bool, **content: Any
    ) -> Reply:
        """Send one request and read its whole answer within `patience` seconds.

        `alone`: on a connection of its own. Raises `NeverSent` or `AnswerLost`; every status that
        came is a `Reply`.
        """
        client = self._alone if alone else self._shared
        # Connecting is given up first, while it is still certain that nothing was sent.
        timeout = httpx.Timeout(patience, connect=patience / 2, pool=patience / 2)
        sending = _Sending()
        try:
            async with (
                asyncio.timeout(patience),
                client.stream(
                    method, path, timeout=timeout, extensions={"trace": sending}, **content
                ) as response,
            ):
                return Reply(response.status_code, response.headers, await _whole(response))
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as error:
            if sending.begun:
                raise AnswerLost(repr(error)) from error
            raise NeverSent(repr(error)) from error

    async def close(self) -> None:
        """Give the connections back."""
        await self._alone.aclose()
        await self._shared.aclose()


class _Sending:
    """Hears how far a request has come. Errors alone do not tell: some come before and after."""

    begun = False
    """Whether its first byte may have left us."""

    async def __call__(self, step: str, _: Mapping[str, Any]) -> None:
        if step == "http11.send_request_headers.started":
            self.begun = True


async def _whole(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MOST_BYTES:
            raise AnswerLost(f"the answer is larger than {MOST_BYTES} bytes")
    return bytes(body)
