"""Deliveries over every adapter, each speaking to its own dialect of the simulator."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.publisher.domain.answers import Published
from services.publisher.ports import Channel
from tests.channels.builders import laid, parcel, picture_file
from tests.channels.platforms import SIMULATED
from tests.channels.platforms.base import Simulated

_AT_ONCE = 8
_TEXT = "Så tvättar du händerna: tvål, varmt vatten och trettio sekunder. "


async def adapters(origin: str, deliveries: int) -> dict[str, Any]:
    """Publish as many in all, one kind after the other, and say what each took."""
    each = deliveries // len(SIMULATED)
    return {
        "deliveries": each * len(SIMULATED),
        "channels": {kind: await _kind(made, origin, each) for kind, made in SIMULATED.items()},
    }


async def _kind(made: type[Simulated], origin: str, deliveries: int) -> dict[str, Any]:
    async with made.standing(origin) as platform:
        channel = platform.channel()
        try:
            await channel.check()
            with _connections() as opened:
                began, cpu = time.perf_counter(), time.process_time()
                await _deliver(channel, platform, deliveries)
                seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        finally:
            await channel.close()
    return {
        "per_second": round(deliveries / seconds, 1),
        "cpu_ms_each": round(1000 * cpu / deliveries, 2),
        "connections_each": round(len(opened) / deliveries, 2),
    }


async def _deliver(channel: Channel, platform: Simulated, deliveries: int) -> None:
    pictures = [picture_file()] if platform.demands_picture else []
    left = iter(range(deliveries))

    async def one_after_another() -> None:
        for number in left:
            sent = await laid(channel, parcel(f"{_TEXT}{number}", *pictures))
            answer = await channel.commit(sent)
            if type(answer) is not Published:
                raise RuntimeError(f"{channel.kind}: {answer}")

    await asyncio.gather(*(one_after_another() for _ in range(_AT_ONCE)))


@contextmanager
def _connections() -> Iterator[list[str]]:
    """Write down every connection that this program opens meanwhile."""
    loop = asyncio.get_running_loop()
    opened: list[str] = []
    really = loop.create_connection

    async def create_connection(*given: Any, **more: Any) -> Any:
        opened.append(str(given[1:]))
        return await really(*given, **more)

    loop.create_connection = create_connection  # type: ignore[method-assign]
    try:
        yield opened
    finally:
        loop.create_connection = really  # type: ignore[method-assign]
