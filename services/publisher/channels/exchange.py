"""One HTTP exchange with a platform, told apart into never sent, perhaps applied, and answered."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from pydantic import TypeAdapter, ValidationError
from yarl import URL

MOST_BYTES = 1024 * 1024
"""No answer that we read is larger; a larger one is not read to its end."""

_CONNECTIONS = 32
"""More than one replica works on at a time: waiting for our own would look like their trouble."""

_KEPT = 3.0
"""Seconds that a connection may wait for its next request: less than common servers keep theirs."""

_IN_ADDRESSES = "/?&=:%@!$'()*+,;~"

_UNCONNECTED = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
"""What is raised only before there is a connection to send on."""

T = TypeVar("T")


class NeverSent(Exception):
    """No byte of the request left us: surely nothing has happened at the platform."""


class AnswerLost(Exception):
    """The request may have arrived, and no whole answer came back."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer of a platform."""

    status: int
    headers: Mapping[str, str]
    """By name, in any case."""
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

    def __init__(
        self,
        base_url: str,
        headers: dict[str, str],
        bearer: Callable[[], str] | None = None,
    ) -> None:
        """`bearer` gives the token that counts now, where it may be another one tomorrow."""
        self._base_url = base_url
        self._bearer = bearer
        self._proxy = _proxy(base_url)
        # Packed answers could unpack to more than we want to hold.
        self._headers = {"Accept-Encoding": "identity", "User-Agent": "Budkavle", **headers}
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def ask(
        self, method: str, path: str, patience: float, *, alone: bool, **content: Any
    ) -> Reply:
        """Send one request and read its whole answer within `patience` seconds.

        `alone`: on a connection of its own. `content` may have `params` and `headers`, and one
        body: `json`, `data` (fields of a form, with `files` beside them) or `content` (bytes).
        Raises `NeverSent` or `AnswerLost`; every status that came is a `Reply`.
        """
        # Connecting is given up first, while it is still certain that nothing was sent.
        timeout = aiohttp.ClientTimeout(connect=patience / 2, sock_connect=patience / 2)
        try:
            async with (
                asyncio.timeout(patience),
                self._session(alone=alone).request(
                    method,
                    self._address(path, content.pop("params", {})),
                    timeout=timeout,
                    headers=self._with_bearer(content.pop("headers", {})),
                    **_worded(**content),
                ) as response,
            ):
                return Reply(response.status, response.headers, await _whole(response))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise AnswerLost(_name(error)) from None

    async def close(self) -> None:
        """Give the connections back."""
        for session in self._sessions.values():
            await session.close()

    def _address(self, path: str, params: Mapping[str, Any]) -> URL:
        asked = f"?{urlencode(list(_pairs(params)))}" if params else ""
        whole = path if path.startswith("http") else self._base_url + path
        return URL(quote(whole, safe=_IN_ADDRESSES) + asked, encoded=True)

    def _with_bearer(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        if self._bearer is None:
            return headers
        return {"Authorization": f"Bearer {self._bearer()}", **headers}

    def _session(self, *, alone: bool) -> aiohttp.ClientSession:
        """Give the connections of this kind; they belong to the event loop that first asks."""
        if alone not in self._sessions:
            self._sessions[alone] = aiohttp.ClientSession(
                headers=self._headers,
                connector=aiohttp.TCPConnector(
                    limit=_CONNECTIONS,
                    force_close=alone,
                    keepalive_timeout=None if alone else _KEPT,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                proxy=self._proxy,
                middlewares=[_once],
            )
        return self._sessions[alone]


def _proxy(address: str) -> str | None:
    """Name the proxy that the environment wants for this address: HTTPS_PROXY, NO_PROXY."""
    parts = urlsplit(address)
    if proxy_bypass(parts.hostname or ""):
        return None
    return getproxies().get(parts.scheme)


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Send it once: what it raises here is nothing that the library repeats a request for."""
    try:
        return await handler(request)
    except _UNCONNECTED as error:
        raise NeverSent(_name(error)) from None
    except (aiohttp.ClientError, OSError) as error:
        raise AnswerLost(_name(error)) from None


def _name(error: Exception) -> str:
    """Give its kind alone: in its words the library tells the whole request, token and all."""
    return type(error).__name__


def _worded(
    data: Mapping[str, Any] | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
    content: bytes | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Word a body as the library takes it, and leave out what it would do of itself."""
    body: BytesIO | aiohttp.FormData | None = None if content is None else BytesIO(content)
    if data is not None or files is not None:
        body = aiohttp.FormData(list(_pairs(data or {})))
        for field, (name, held, media_type) in (files or {}).items():
            body.add_field(field, BytesIO(held), filename=name, content_type=media_type)
    return {"data": body, "allow_redirects": False, **more}


def _pairs(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        for each in value if isinstance(value, list | tuple) else [value]:
            yield name, str(each).lower() if isinstance(each, bool) else str(each)


async def _whole(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > MOST_BYTES:
            raise AnswerLost(f"the answer is larger than {MOST_BYTES} bytes")
    return bytes(body)
