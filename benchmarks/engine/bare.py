"""What the engine is measured beside: the same calls and durable writes, with no thought in them.

A plain client pulls the same orders and dues, sets the same timers, makes the same HTTP calls with
the same library, and stores messages of the same number, size and place. It looks nothing up,
signs and checks nothing, and would neither notice a withdrawal nor recover from a lost answer.
"""

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import nats
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from pydantic_settings import BaseSettings, SettingsConfigDict

from benchmarks.engine.replica import CHANNELS
from benchmarks.engine.sizes import SIZES, text_of
from services.kit.bus import WIDTH

_CONNECTIONS = 8
"""As many as the adapters of the shipped publisher allow themselves to one channel."""

_PATIENCE = 60.0
"""A call that fails would end this program; on a busy machine it may only be slow."""

Work = Callable[[Msg], Awaitable[None]]


class BareSettings(BaseSettings):
    """The same that a replica is told."""

    model_config = SettingsConfigDict(env_prefix="PUBLISHER_", extra="ignore")

    nats_url: str
    secrets: Path
    platform: str


@dataclass(frozen=True, slots=True)
class Bare:
    """Publishes one channel's posts."""

    channel: str
    stream: JetStreamContext
    platform: aiohttp.ClientSession

    async def take_order(self, message: Msg) -> None:
        """Write down that an order came, and set its timer."""
        said = json.loads(message.data)
        post, trace = said["post"], said["trace"]
        place = await self._store("scheduled", post, trace, 0)
        timer = {
            "Nats-Schedule": f"@at {said['publish_at']}",
            "Nats-Schedule-Target": f"due.publisher.{self.channel}.{post}.{place}",
            "Budkavle-Trace": trace,
            "Nats-Expected-Last-Subject-Sequence": "0",
        }
        subject = f"timer.publisher.{self.channel}.{post}.{place}"
        await self.stream.publish(subject, b"", stream="TIMERS_PUBLISHER", headers=timer)
        await message.ack()

    async def publish(self, message: Msg) -> None:
        """Write down the attempt, make the call, write down what came of it."""
        _, _, _, post, place = message.subject.split(".")
        trace = (message.headers or {}).get("Budkavle-Trace", "")
        claim = await self._store("attempted", post, trace, int(place))
        async with self.platform.post(
            f"/plain/{self.channel}/posts",
            json={"text": text_of(post)},
            headers={"Idempotency-Key": post},
        ) as answer:
            answer.raise_for_status()
            await answer.json()
        await self._store("published", post, trace, claim)
        await message.ack()

    async def _store(self, state: str, post: str, trace: str, after: int) -> int:
        size = SIZES[state]
        headers = {
            "Nats-Msg-Id": f"{post[:-2]}{state[:2]}",
            "Budkavle-Type": f"delivery.{state}.v1",
            "Budkavle-Trace": trace,
            "Budkavle-Proof": "0" * size.proof,
            "Nats-Expected-Last-Subject-Sequence": str(after),
        }
        subject = f"publisher.delivery.{self.channel}.{post}"
        stored = await self.stream.publish(
            subject, b"0" * size.body, stream="PUBLISHER", headers=headers
        )
        return stored.seq


async def _pull(stream: JetStreamContext, name: str, durable: str, work: Work) -> None:
    """Work on as many messages at a time as a replica does, without waiting for the slowest."""
    subscription = await stream.pull_subscribe_bind(durable, name)
    places = asyncio.Semaphore(WIDTH)

    async def one(message: Msg) -> None:
        try:
            await work(message)
        finally:
            places.release()

    async with asyncio.TaskGroup() as under_way:
        while True:
            try:
                messages = await subscription.fetch(WIDTH, timeout=1.0)
            except TimeoutError:
                continue
            for message in messages:
                await places.acquire()
                under_way.create_task(one(message))


async def _run(settings: BareSettings) -> None:
    client = await nats.connect(
        settings.nats_url,
        nkeys_seed_str=(settings.secrets / "nkey").read_text().strip(),
        inbox_prefix="_INBOX_publisher",
    )
    stream = client.jetstream()
    tasks = []
    for channel in CHANNELS:
        platform = aiohttp.ClientSession(
            settings.platform,
            headers={"Authorization": f"Bearer {channel}", "Accept-Encoding": "identity"},
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS, force_close=True),
            timeout=aiohttp.ClientTimeout(total=_PATIENCE),
        )
        bare = Bare(channel, stream, platform)
        order = f"publisher-planner-order-{channel}"
        tasks.append(_pull(stream, "PLANNER", order, bare.take_order))
        due = f"publisher-due-{channel}"
        tasks.append(_pull(stream, "TIMERS_PUBLISHER", due, bare.publish))
    work = asyncio.gather(*tasks)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, os._exit, 0)
    await work


def main() -> None:
    """Run until told to stop."""
    asyncio.run(_run(BareSettings()))


if __name__ == "__main__":
    main()
