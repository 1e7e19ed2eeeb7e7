"""Fetches what callers name by its address, as platforms do that take no uploads."""

from functools import cache
from ssl import SSLContext

import httpx

_WITHIN = 5.0


class Unfetched(Exception):
    """There is nothing to be had at the address."""


class TooLarge(Exception):
    """There is more than the platform takes."""


async def fetch(address: str, most: int, *, asked: str | None = None) -> bytes:
    """Read at most so many bytes from a public address; `asked` is a range, as players ask."""
    content = bytearray()
    try:
        async with (
            httpx.AsyncClient(timeout=_WITHIN, trust_env=False, verify=_roots()) as client,
            client.stream("GET", address, headers={"Range": asked} if asked else {}) as answer,
        ):
            if answer.status_code != (206 if asked else 200):
                raise Unfetched(f"HTTP {answer.status_code}")
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > most:
                    raise TooLarge
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unfetched(type(error).__name__) from error
    return bytes(content)


@cache
def _roots() -> SSLContext:
    """Read whom the web trusts, once: nobody else is answered meanwhile."""
    return httpx.create_ssl_context(trust_env=False)
