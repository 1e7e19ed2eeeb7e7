"""One drill from its beginning to its verdict."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from drill import harm, restore
from drill.desk import Desk
from drill.entries import Entries, Place
from drill.judge import Judge, Verdict
from drill.load import Notes, write_all
from drill.person import decide_all
from drill.plans import plans
from drill.record import Record
from drill.recovery import recoveries
from drill.rest import Rest
from drill.shapes import Shape
from drill.world import World, world
from services.kit.facts import Facts
from services.provision.permissions import PROVISION

_ROUNDS = 5
_PERSON_WITHIN = 60.0
_TELL_EVERY = 15.0


@dataclass(slots=True)
class Outcome:
    """What a drill has come to."""

    shape: Shape
    seed: int
    verdict: Verdict = field(default_factory=Verdict)
    notes: Notes = field(default_factory=Notes)
    record: Record = field(init=False)
    struck: list[harm.Struck] = field(default_factory=list)
    trouble: Mapping[str, int] = field(default_factory=dict)
    recovery: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    asked: dict[Place, None] = field(default_factory=dict)
    """Deliveries of which nobody but a person could find out."""
    decided: int = 0
    asked_again: int = 0
    held: int = 0
    """Deliveries that stood still after a restore until a person had decided."""
    strangers: int = 0
    """Posts that the patrol has found and no ledger knows."""
    ended: list[str] = field(default_factory=list)
    entries: Entries = field(default_factory=Entries)
    lost_entries: Entries = field(default_factory=Entries)
    """What the ledger said until a copy was put in its place."""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.record = Record(self.shape.channels)


async def drill(shape: Shape, seed: int, folder: Path, defect: str = "") -> Outcome:
    """Run it. With a defect, stop as soon as something was seen."""
    began = time.monotonic()
    outcome = Outcome(shape, seed)
    async with world(shape, seed, folder, defect) as running:
        async with running.desk as desk:
            await _harm_and_work(running, desk, outcome, folder)
            async with _looking(running, outcome) as looking:
                await _judge(running, desk, outcome, looking, early=bool(defect))
                outcome.asked_again = desk.asked_again
        outcome.ended = [f"{each.name} ({each.status}): {each.words}" for each in running.ended]
    outcome.seconds = round(time.monotonic() - began, 1)
    return outcome


async def _harm_and_work(running: World, desk: Desk, outcome: Outcome, folder: Path) -> None:
    shape, seed = outcome.shape, outcome.seed
    copy = folder / "copy.tar"
    copying: asyncio.Task[datetime] | None = None
    await harm.set_trouble(running, shape)
    telling = asyncio.create_task(_tell(running, outcome))
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(write_all(desk, plans(shape, seed), outcome.notes, shape.channels))
            both.create_task(harm.strike(running, harm.blows(shape, seed), outcome.struck))
            if shape.restored:
                copying = both.create_task(restore.copy(running, copy, shape.span / 2))
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
    if copying is not None:
        outcome.notes.forget(copying.result())
        await restore.stop_all(running)
        async with running.broker.connection("publisher") as own:
            await outcome.lost_entries.read_on(Facts(own))
        await restore.put_back(running, copy)
    await running.ready()


@dataclass(frozen=True, slots=True)
class _Looking:
    rest: Rest
    entries: Entries
    judge: Judge


@asynccontextmanager
async def _looking(running: World, outcome: Outcome) -> AsyncIterator[_Looking]:
    broker = running.broker
    async with broker.connection("publisher") as own, broker.connection(PROVISION) as all_of_it:
        entries = outcome.entries
        channels = outcome.shape.channels
        judge = Judge(
            outcome.notes,
            outcome.record,
            entries,
            channels,
            outcome.shape.grace,
            outcome.lost_entries,
        )
        rest = Rest(all_of_it, Facts(own), entries, tuple(channels))
        yield _Looking(rest, entries, judge)


async def _judge(
    running: World, desk: Desk, outcome: Outcome, looking: _Looking, *, early: bool
) -> None:
    notes, record, platform = outcome.notes, outcome.record, running.platform
    places = [(channel, each.post) for each in notes.accepted for channel in each.plan.texts]

    async def wait(within: float) -> list[Place]:
        moving = await looking.rest.wait(places, within, seen)
        await record.read_on(platform)
        return moving

    async def seen() -> bool:
        if not early:
            return False
        await record.read_on(platform)
        outcome.verdict.violations = looking.judge.seen_so_far()
        return bool(outcome.verdict.violations)

    if outcome.shape.ends_in_peace:
        outcome.trouble = await harm.end_trouble(running)
    stuck = await wait(outcome.shape.rest_within)
    outcome.trouble = outcome.trouble or await harm.end_trouble(running)
    if await seen():
        # Seen is seen; the rest would take its time, and is not at rest.
        return
    if outcome.shape.restored:
        outcome.held = await restore.resume(desk)
    for _ in range(_ROUNDS):
        decided = await decide_all(running, desk, record)
        outcome.decided += decided
        if not decided:
            break
        stuck = await wait(_PERSON_WITHIN)
    await record.read_on(platform)
    states = {
        (variant["channel"], post["id"]): variant
        for post in await desk.posts()
        for variant in post["variants"]
    }
    outcome.verdict = looking.judge.judge(states, stuck)
    strangers = (await desk.ask("GET", "/strangers")).body["strangers"]
    outcome.strangers = len(strangers)
    outcome.verdict.violations += looking.judge.false_alarms(strangers)
    outcome.asked = dict.fromkeys(looking.entries.asked_a_person())
    lease = outcome.shape.timing.lease
    finding = outcome.shape.channels.finding
    outcome.recovery = recoveries(outcome.struck, record, looking.entries, lease, finding)


async def _tell(running: World, outcome: Outcome) -> None:
    """Say now and then how far it is."""
    began = time.monotonic()
    while True:
        await asyncio.sleep(_TELL_EVERY)
        await outcome.record.read_on(running.platform)
        print(
            f"  {time.monotonic() - began:4.0f} s: {outcome.notes.deliveries} deliveries accepted, "
            f"{len(outcome.record.published())} public, {len(outcome.struck)} blows",
            flush=True,
        )
