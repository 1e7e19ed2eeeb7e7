"""How fast approvals with two channels are made durable, beside the bare batches that they are."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from benchmarks.rig import desk, quantiles
from budkavle.planner import Stand
from budkavle.programs import MASTODON, NEWSROOM
from budkavle.system import System
from schemas.envelope import Fact, now
from schemas.posts import Approval, Content, OrderApproved, OrderWithdrawn
from services.kit.connection import Connection
from services.kit.facts import Facts

_TEXT = "Mätningen skriver lika mycket som en vanlig kort nyhet gör. " * 4


async def approving(system: System, posts: int) -> dict[str, Any]:
    """Time approvals alone: one person at a time, then eight at once in a closed loop."""
    return {
        "one_at_a_time": await _approving(system, posts // 4, 1),
        "eight_at_once": await _approving(system, posts, 8),
    }


async def _approving(system: System, posts: int, at_once: int) -> dict[str, Any]:
    async with desk(system, "anna") as author, desk(system, "bengt") as approver:
        waiting = [await _submitted(author, number) for number in range(posts)]
        seconds, whole = await _in_turn(approver.approve, waiting, at_once)
    bare, bare_whole = await _bare_batches(system, posts, at_once)
    ours = quantiles(seconds) | {"per_second": round(posts / whole, 1)}
    theirs = quantiles(bare) | {"per_second": round(posts / bare_whole, 1)}
    ratio = round(ours["p50_ms"] / theirs["p50_ms"], 2)
    return {"http": ours, "bare_batch_of_three": theirs, "ratio_p50": ratio}


async def _submitted(author: Any, number: int) -> Stand:
    at = (datetime.now(UTC) + timedelta(days=2, seconds=number)).isoformat()
    variants = [
        {"channel": channel, "text": f"{number}: {_TEXT}", "publish_at": at}
        for channel in (NEWSROOM, MASTODON)
    ]
    drafted = await author.draft({"title": f"Mätning {number}", "variants": variants})
    return await author.submit(drafted)  # type: ignore[no-any-return]  # a planner's answer


async def _in_turn(act: Any, things: list[Any], at_once: int) -> tuple[list[float], float]:
    """Act on everything, `at_once` at a time; gives each one's seconds and the whole."""
    seconds: list[float] = []
    rest = iter(things)

    async def one_after_the_other() -> None:
        for thing in rest:
            began = time.perf_counter()
            await act(thing)
            seconds.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(at_once)))
    return seconds, time.perf_counter() - began


async def _bare_batches(system: System, count: int, at_once: int) -> tuple[list[float], float]:
    """Store three facts of the same size in one atomic batch, straight to the same broker."""
    secrets = system.plan.folder.secrets / "planner"
    seed, signing = ((secrets / name).read_text().strip() for name in ("nkey", "signing.key"))
    tellers = secrets / "tellers.toml"
    connection = Connection(system.plan.ports.nats_url, "planner", seed, tellers, signing)
    await connection.connect()
    facts = Facts(connection)

    async def store(batch: list[tuple[Fact, int]]) -> None:
        await facts.tell_together(batch)

    try:
        return await _in_turn(store, [_batch() for _ in range(count)], at_once)
    finally:
        await connection.stop()


def _batch() -> list[tuple[Fact, int]]:
    """Make orders that are withdrawn from the start, for a channel that does not exist."""
    at, post, trace = now(), uuid4(), uuid4()
    common: dict[str, Any] = {"occurred_at": at, "trace": trace, "revision": 1}
    orders: list[tuple[Fact, int]] = [
        (
            OrderApproved(
                **common,
                channel=channel,
                post=post,
                content=Content(text=_TEXT),
                publish_at=at,
                fresh_until=at,
                digest="0" * 64,
                approvals=(Approval(person="bench", at=at),),
            ),
            0,
        )
        for channel in ("bench-a", "bench-b")
    ]
    return [*orders, (OrderWithdrawn(**common, channel="bench-c", post=post, by="bench"), 0)]
