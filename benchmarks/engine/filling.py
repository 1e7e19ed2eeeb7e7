"""What a new delivery costs when very many others have been stored before it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from nats.aio.client import Client

from benchmarks.engine.ground import ROOM, Ground, ask, order_durables, standing_on
from benchmarks.engine.lone import LEAD, lone
from benchmarks.engine.orders import became, wait_for
from benchmarks.engine.racing import SLOWEST, prepare, used
from benchmarks.engine.replica import CHANNELS
from benchmarks.engine.sizes import facts_of, order
from schemas.envelope import Fact, now
from tests.harness.broker import Broker, running_broker

_EACH = 4
"""Facts of one delivery: the order, scheduled, attempted, published."""

_LONE = 40
_TOGETHER = 250
"""Deliveries that are sent before it is waited for: the broker drops what it cannot buffer."""


async def filling(levels: list[int], deliveries: int) -> list[dict[str, Any]]:
    """Measure new deliveries with so many facts stored before; levels rise."""
    found = []
    with TemporaryDirectory(prefix="budkavle-bench-") as name:
        folder = Path(name)
        async with running_broker(folder, CHANNELS, room=ROOM) as broker:
            there = 0
            for level in levels:
                await _fill(broker, (level - there) // _EACH)
                there = max(there, level)
                place = folder / f"with-{level}"
                place.mkdir()
                async with standing_on(broker, place, "replica") as made:
                    found.append({"facts": level} | await _measure(made, deliveries))
    return found


async def _measure(made: Ground, deliveries: int) -> dict[str, Any]:
    await lone(made, len(CHANNELS), now() + LEAD)
    alone = await lone(made, _LONE, now() + LEAD)
    start, _ = await prepare(made, [now()] * deliveries)
    before = made.cpu()
    await wait_for(made, 3 * deliveries, start, deliveries / SLOWEST + 10)
    spent = used(before, made.cpu())
    each = {name: round(1000 * seconds / deliveries, 2) for name, seconds in spent.items()}
    span = (await became(made, deliveries, start + 1)).span
    return {
        "per_second": round(deliveries / span, 1),
        "cpu_ms_each": {**each, "all": round(sum(each.values()), 2)},
        "lone": alone,
        "broker_resident_mb": round(made.resident()["broker"] / 1e6, 1),
    }


async def _fill(broker: Broker, deliveries: int) -> None:
    """Put deliveries that are over straight into the streams; nobody hears of their orders."""
    async with broker.operator() as operator:
        before = await _stored(operator)
        for number, (subject, kind, body) in enumerate(_old(deliveries), 1):
            headers = {"Nats-Msg-Id": uuid4().hex, "Budkavle-Type": kind}
            if number % (_EACH * _TOGETHER) in {0, 1}:
                # The first of a delivery goes to one stream and the last to the other.
                await operator.request(subject, body, headers=headers, timeout=60)
            else:
                await operator.publish(subject, body, headers=headers)
        await operator.flush(timeout=60)
        await _begin_at_the_end(operator)
        if (written := await _stored(operator) - before) != _EACH * deliveries:
            raise RuntimeError(f"{written} facts are there instead of {_EACH * deliveries}")


async def _stored(operator: Client) -> int:
    states = [await ask(operator, f"STREAM.INFO.{name}") for name in ("PLANNER", "PUBLISHER")]
    return sum(int(each["state"]["messages"]) for each in states)


async def _begin_at_the_end(operator: Client) -> None:
    """Make the durables anew, as if what is in the stream had long been heard."""
    last = int((await ask(operator, "STREAM.INFO.PLANNER"))["state"]["last_seq"])
    for ear in order_durables():
        config = (await ask(operator, f"CONSUMER.INFO.{ear.stream}.{ear.name}"))["config"]
        config |= {"deliver_policy": "by_start_sequence", "opt_start_seq": last + 1}
        config.pop("pause_until", None)
        await ask(operator, f"CONSUMER.DELETE.{ear.stream}.{ear.name}")
        await ask(
            operator,
            f"CONSUMER.CREATE.{ear.stream}.{ear.name}.{ear.pattern}",
            {"stream_name": ear.stream, "config": config, "action": "create"},
        )


def _old(deliveries: int) -> Iterator[tuple[str, str, bytes]]:
    sample = order(CHANNELS[0], now())
    facts: list[Fact] = [sample, *facts_of(sample).values()]
    patterns = [(fact.subject, fact.type, fact.model_dump_json()) for fact in facts]
    for _ in range(deliveries):
        post = str(uuid4())
        for subject, kind, body in patterns:
            yield (
                subject.replace(str(sample.post), post),
                kind,
                body.replace(str(sample.post), post).encode(),
            )
