"""Reading the web with limits, and without cookies or proxies: as a stranger, or as an owner."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx

from services.kit.settings import MissingSecret
from services.metrics.domain import Page
from services.metrics.ports import NoAnswer, NoToken

LARGEST = 2_000_000
"""Bytes of a page that are read; a post's words stand before that."""

REDIRECTS = 3
AT_ONCE = 64
"""Connections; as many as due timers are kept at a time."""


class _Web:
    """Fetches addresses, each as if it had never been there before."""

    def __init__(self, answer_within: timedelta) -> None:
        self._patience = answer_within.total_seconds()
        self._client = httpx.AsyncClient(
            # Unpacked answers could be a thousand times larger than what was sent.
            headers={"User-Agent": "Budkavle-Witness", "Accept-Encoding": "identity"},
            # A stranger brings nothing along from one page to the next.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=self._patience,
            limits=httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=8),
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def _whole(self, asked: Awaitable[Page], url: str) -> Page:
        """Await a page within our patience; no whole answer is `NoAnswer`."""
        try:
            async with asyncio.timeout(self._patience):
                return await asked
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError) as error:
            # ValueError: an address that is none, for which Python has no class of its own.
            raise NoAnswer(f"{type(error).__name__} at {url}") from error

    async def _fetch(
        self, url: str, headers: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[Page, str]:
        async with self._client.stream("GET", url, headers=headers) as answer:
            location = answer.headers.get("location", "") if answer.is_redirect else ""
            return Page(answer.status_code, await _body(answer), answer.headers), location


class Stranger(_Web):
    """Reads what is public, and carries no credentials."""

    def __init__(self, answer_within: timedelta, read_bases: Mapping[str, str]) -> None:
        super().__init__(answer_within)
        self._bases = {_origin(public): private for public, private in read_bases.items()}

    async def read(self, url: str) -> Page:
        """Fetch one address and follow it within its origin; no whole answer is `NoAnswer`."""
        return await self._whole(self._follow(url), url)

    async def _follow(self, url: str) -> Page:
        url = self._private(url)
        for _ in range(REDIRECTS):
            page, location = await self._fetch(url)
            following = self._private(urljoin(url, location)) if location else ""
            if _origin(following) != _origin(url):
                return page
            url = following
        return (await self._fetch(url))[0]

    def _private(self, url: str) -> str:
        """Give the address to ask: another origin on a private network, and never a password."""
        parts = urlsplit(url)
        scheme, place = urlsplit(self._bases.get(_origin(url), url))[:2]
        return urlunsplit((scheme, place.rpartition("@")[2], parts.path, parts.query, ""))


class AccountOwner(_Web):
    """Asks a platform with a channel's token, which stays where it was sent: no redirects."""

    def __init__(self, answer_within: timedelta, secret: Callable[[str], str]) -> None:
        super().__init__(answer_within)
        self._secret = secret

    async def ask(
        self, channel: str, url: str, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Page:
        """Fetch one address with the channel's token."""
        try:
            token = await asyncio.to_thread(self._secret, f"{channel}.token")
        except MissingSecret as missing:
            raise NoToken(str(missing)) from missing
        return await self._whole(self._own(url, token, headers), url)

    async def _own(self, url: str, token: str, headers: Mapping[str, str]) -> Page:
        return (await self._fetch(url, {**headers, "Authorization": f"Bearer {token}"}))[0]


async def _body(answer: httpx.Response) -> str:
    content = bytearray()
    async for piece in answer.aiter_bytes():
        content += piece
        if len(content) >= LARGEST:
            break
    try:
        return content[:LARGEST].decode(answer.charset_encoding or "utf-8", errors="replace")
    except LookupError:
        return content[:LARGEST].decode(errors="replace")


def _origin(url: str) -> tuple[str, str, int | None]:
    """Take scheme, host and port, so that `https://a` and `https://A:443` are the same."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port
