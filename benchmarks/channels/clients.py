"""HTTP clients beside each other: the same requests to the same server, by turns."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import aiohttp
import httpx

from services.publisher.channels.exchange import Exchange

_PATH = "/plain/clients/posts"
_OWN = {"Authorization": "Bearer clients"}
_SAID = {"text": "Mätningen skriver lika mycket som en vanlig kort nyhet gör. " * 4}
_AT_ONCE = 8
_PATIENCE = 30.0

Ask = Callable[[], Awaitable[None]]
Client = Callable[[str], AbstractAsyncContextManager[Ask]]


@dataclass(frozen=True, slots=True)
class _Run:
    seconds: float
    cpu: float


@asynccontextmanager
async def _httpx(origin: str, *, keep: bool) -> AsyncIterator[Ask]:
    limits = httpx.Limits(max_keepalive_connections=_AT_ONCE if keep else 0)
    async with httpx.AsyncClient(
        base_url=origin, headers=_OWN, limits=limits, timeout=_PATIENCE
    ) as client:

        async def ask() -> None:
            answer = await client.post(_PATH, json=_SAID)
            await answer.aread()

        yield ask


@asynccontextmanager
async def _aiohttp(origin: str, *, keep: bool) -> AsyncIterator[Ask]:
    connector = aiohttp.TCPConnector(force_close=not keep)
    patience = aiohttp.ClientTimeout(total=_PATIENCE)
    async with aiohttp.ClientSession(
        origin, headers=_OWN, connector=connector, timeout=patience
    ) as client:

        async def ask() -> None:
            async with client.post(_PATH, json=_SAID) as answer:
                await answer.read()

        yield ask


@asynccontextmanager
async def _ours(origin: str, *, keep: bool) -> AsyncIterator[Ask]:
    exchange = Exchange(origin, _OWN)
    try:

        async def ask() -> None:
            await exchange.ask("POST", _PATH, _PATIENCE, alone=not keep, json=_SAID)

        yield ask
    finally:
        await exchange.close()


CLIENTS: Mapping[str, tuple[Any, bool]] = {
    "ours, own connections": (_ours, False),
    "ours, kept connections": (_ours, True),
    "httpx, own connections": (_httpx, False),
    "httpx, kept connections": (_httpx, True),
    "aiohttp, own connections": (_aiohttp, False),
    "aiohttp, kept connections": (_aiohttp, True),
}


async def clients(origin: str, requests: int, rounds: int) -> dict[str, Any]:
    """Ask by turns; gives the middle of all rounds, and each beside httpx's own connections."""
    runs: dict[str, list[_Run]] = {name: [] for name in CLIENTS}
    for _ in range(rounds):
        for name, (client, keep) in CLIENTS.items():
            async with client(origin, keep=keep) as ask:
                await ask()
                runs[name].append(await _race(ask, requests))
    cpu = {name: median(run.cpu for run in done) for name, done in runs.items()}
    seconds = {name: median(run.seconds for run in done) for name, done in runs.items()}
    beside = "httpx, own connections"
    return {
        name: {
            "per_second": round(requests / seconds[name]),
            "cpu_ms_each": round(1000 * cpu[name] / requests, 3),
            "ratio_time": round(seconds[name] / seconds[beside], 2),
            "ratio_cpu": round(cpu[name] / cpu[beside], 2),
        }
        for name in CLIENTS
    }


async def _race(ask: Ask, requests: int) -> _Run:
    left = iter(range(requests))

    async def one_after_another() -> None:
        for _ in left:
            await ask()

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(one_after_another() for _ in range(_AT_ONCE)))
    return _Run(time.perf_counter() - began, time.process_time() - cpu)
