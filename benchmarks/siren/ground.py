"""A whole system under load: broker, planner, publisher, platforms well and ill, and the siren."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.engine.orders import store
from benchmarks.engine.sizes import order
from drill.programs import Program
from schemas.envelope import now
from tests.harness.broker import Broker, running_broker
from tests.siren.whole import HEALTHY, Account, Whole, beside, platform, whole

ILL = ("stum", "sjuk")
"""One that hangs, and one that answers 503."""


@dataclass(slots=True)
class Ground:
    """What a measurement stands on."""

    broker: Broker
    whole: Whole
    others: Mapping[str, Program]
    """Planner and publisher."""
    mark: int = 0
    """The place in the platform's record from which on is looked."""

    async def queue(self, orders: int) -> None:
        """Let so many normal posts be due at once, in all healthy channels by turns."""
        due = now()
        made = [order(HEALTHY[number % len(HEALTHY)], due) for number in range(orders)]
        await store(self.broker, made)

    async def waiting(self) -> int:
        """Say how many normal posts have not been made public yet, by the broker's durables."""
        async with self.broker.operator() as operator:
            stream = operator.jetstream()
            states = [
                await stream.consumer_info("PLANNER", f"publisher-planner-order-{name}")
                for name in HEALTHY
            ]
        return sum(each.num_pending + each.num_ack_pending for each in states)


@asynccontextmanager
async def ground(folder: Path) -> AsyncIterator[Ground]:
    """Run it in a folder of its own until the block ends."""
    async with AsyncExitStack() as stack:
        names = (*HEALTHY, *ILL)
        broker = await stack.enter_async_context(running_broker(folder, names, room="16GB"))
        sick = await stack.enter_async_context(platform(folder, "sick", ILL))
        mute = await stack.enter_async_context(platform(folder, "mute", ILL))
        ill = (Account("stum", mute.origin), Account("sjuk", sick.origin))
        made = await stack.enter_async_context(
            whole(folder, broker=broker.url, secrets=broker.secrets, ill=ill)
        )
        await _fail(ill[0].origin, {"kind": "hang", "seconds": 600})
        await _fail(ill[1].origin, {"kind": "status", "status": 503})
        others = await stack.enter_async_context(beside(folder, broker, ("planner", "publisher")))
        yield Ground(broker, made, others)


async def _fail(origin: str, effect: Mapping[str, object]) -> None:
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        rule = {"method": "POST", "path": "/mastodon/api/v1/statuses", "effect": effect}
        answer = await client.post(f"{origin}/faults", json=rule)
        answer.raise_for_status()
