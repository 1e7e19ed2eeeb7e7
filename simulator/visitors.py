"""Made-up readers of the organisation's own page, so that it has views to measure."""

import asyncio
import ipaddress
import random
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog

from simulator.world import World

_POLL_SECONDS = 2.0
_SPREAD_SECONDS = 20.0
_FEWEST, _MOST = 5, 60
_MOST_ITEMS = 50
_MOST_VISITS_WAITING = 2000
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

log = structlog.get_logger()


class Visitors:
    """Hears of new items by their feed, and visits each as many times as the seed says."""

    def __init__(self, world: World, feed: str) -> None:
        self._world = world
        self._feed = feed
        self._visits: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(8)

    async def run(self) -> None:
        """Poll until cancelled."""
        limits = httpx.Limits(max_connections=8)
        headers = {"User-Agent": _BROWSER, "Accept-Language": "sv"}
        async with httpx.AsyncClient(limits=limits, headers=headers, timeout=5) as client:
            try:
                while True:
                    await self._look(client)
                    await asyncio.sleep(_POLL_SECONDS)
            finally:
                for visit in self._visits:
                    visit.cancel()
                await asyncio.gather(*self._visits, return_exceptions=True)

    async def _look(self, client: httpx.AsyncClient) -> None:
        try:
            answer = await client.get(self._feed)
            answer.raise_for_status()
            items = answer.json()["items"]
            addresses = [address for item in items[:_MOST_ITEMS] if (address := _address(item))]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as trouble:
            log.info("feed.unread", feed=self._feed, why=type(trouble).__name__)
            return
        for address in addresses:
            await self._send_readers(client, address)

    async def _send_readers(self, client: httpx.AsyncClient, address: str) -> None:
        luck = random.Random(f"{self._world.settings.seed}:{address}")  # noqa: S311
        visits = luck.randint(_FEWEST, _MOST)
        busy = len(self._visits) + visits > _MOST_VISITS_WAITING
        if address in self._world.posts.visited or busy:
            return
        self._world.write(dialect="visitors", what="visited", id=address)
        await self._world.record.kept()
        for _ in range(visits):
            visit = asyncio.create_task(
                self._visit(client, address, luck.uniform(0, _SPREAD_SECONDS))
            )
            self._visits.add(visit)
            visit.add_done_callback(self._visits.discard)

    async def _visit(self, client: httpx.AsyncClient, address: str, wait: float) -> None:
        await asyncio.sleep(wait)
        async with self._room:
            try:
                await client.get(address)
            except httpx.HTTPError as trouble:
                log.info("visit.failed", address=address, why=type(trouble).__name__)


def _address(item: dict[str, Any]) -> str | None:
    """Where an item can be read, if that is on this machine; nothing else is visited."""
    address = item.get("url")
    if not isinstance(address, str):
        return None
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or parts.hostname is None:
        return None
    if parts.hostname == "localhost":
        return address
    try:
        return address if ipaddress.ip_address(parts.hostname).is_loopback else None
    except ValueError:
        return None
