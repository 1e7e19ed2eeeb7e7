"""People who write, approve and withdraw while everything is being harmed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import compress
from typing import Any

from drill.channels import Fleet
from drill.desk import Desk, NoAnswer, Refused
from drill.plans import Fate, Plan
from tests.simulator.running import png

Pictures = Sequence[Mapping[str, str]]
"""As a variant names them."""

_AT_ONCE = 24
_TOO_LATE = {"time_past", "post_missed", "changed_meanwhile", "wrong_state"}


@dataclass(slots=True)
class Accepted:
    """A post that the planner has said yes to: what it must become of it counts from here."""

    plan: Plan
    post: str
    publish_at: datetime | None
    at: datetime
    withdrawn_at: datetime | None = None

    @property
    def stopped(self) -> bool:
        """Whether it was withdrawn before its time, so that it may never show."""
        return bool(self.withdrawn_at and self.publish_at and self.withdrawn_at < self.publish_at)


@dataclass(slots=True)
class Notes:
    """What the planner has answered: the one side of the judgement."""

    accepted: list[Accepted] = field(default_factory=list)
    too_late: int = 0
    """Posts whose time had passed when the planner could be asked; they were written anew."""
    left: list[Plan] = field(default_factory=list)
    unknown: list[Plan] = field(default_factory=list)
    """Nobody knows whether these were accepted."""
    forgotten: list[Accepted] = field(default_factory=list)
    """Whoever has only a copy does not know what people did about these after it was made."""
    wrong: list[str] = field(default_factory=list)
    """Answers that there is no good reason for."""

    @property
    def deliveries(self) -> int:
        """How many variants were accepted."""
        return sum(len(each.plan.texts) for each in self.accepted)

    def forget(self, since: datetime) -> None:
        """Take out what was accepted or withdrawn after a copy was begun."""
        newer = [(each.withdrawn_at or each.at) >= since for each in self.accepted]
        self.forgotten = list(compress(self.accepted, newer))
        self.accepted = list(compress(self.accepted, (not each for each in newer)))


async def write_all(desk: Desk, plans: Sequence[Plan], notes: Notes, channels: Fleet) -> None:
    """Let every post be written at its time; returns when the planner has answered to all."""
    pictures: dict[str, Pictures] = {}
    if pictured := [name for name, drilled in channels.items() if drilled.pictured]:
        kept = (await desk.ask("POST", "/pictures", content=png())).body["digest"]
        shown = [{"digest": kept, "alt": "En övningsbild"}]
        pictures = dict.fromkeys(pictured, shown)
    clock = asyncio.get_running_loop().time
    began = clock()
    places = asyncio.Semaphore(_AT_ONCE)

    async def write(plan: Plan) -> None:
        await asyncio.sleep(max(0.0, began + plan.begins - clock()))
        async with places:
            accepted = await _write(desk, plan, notes, pictures)
        if accepted is not None and plan.fate in {Fate.STOPPED, Fate.RECALLED}:
            await _withdraw(desk, accepted, notes)

    async with asyncio.TaskGroup() as people:
        for plan in plans:
            people.create_task(write(plan))


async def _write(
    desk: Desk, plan: Plan, notes: Notes, pictures: Mapping[str, Pictures]
) -> Accepted | None:
    publish_at = None
    if plan.ahead is not None:
        publish_at = datetime.now(UTC) + timedelta(seconds=plan.ahead)
    try:
        return await _approved(desk, plan, _written(plan, publish_at, pictures), publish_at, notes)
    except Refused as no:
        if not (publish_at and datetime.now(UTC) > publish_at and no.code in _TOO_LATE):
            notes.wrong.append(f"post {plan.number}: {no}")
            return None
    # It could not be asked in time. The same words, as another post, go out as soon as they can.
    notes.too_late += 1
    try:
        return await _approved(desk, plan, _written(plan, None, pictures), None, notes)
    except Refused as no:
        notes.wrong.append(f"post {plan.number}, written anew: {no}")
        return None


async def _approved(
    desk: Desk,
    plan: Plan,
    written: Mapping[str, Any],
    publish_at: datetime | None,
    notes: Notes,
) -> Accepted | None:
    try:
        drafted = await desk.ask("POST", "/posts", json=written)
        post = str(drafted.body["id"])
        submitted = await desk.ask("POST", f"/posts/{post}/submit")
        if plan.fate is Fate.LEFT:
            notes.left.append(plan)
            return None
        await desk.ask("POST", f"/posts/{post}/approve", "bengt", submitted.etag)
    except NoAnswer:
        notes.unknown.append(plan)
        return None
    accepted = Accepted(plan, post, publish_at, datetime.now(UTC))
    notes.accepted.append(accepted)
    return accepted


async def _withdraw(desk: Desk, accepted: Accepted, notes: Notes) -> None:
    if accepted.plan.fate is Fate.RECALLED:
        due = accepted.publish_at or accepted.at
        wait = (due - datetime.now(UTC)).total_seconds() + accepted.plan.recalled_after
        await asyncio.sleep(max(0.0, wait))
    try:
        await desk.ask("POST", f"/posts/{accepted.post}/withdraw", "bengt")
    except NoAnswer:
        notes.wrong.append(f"post {accepted.plan.number}: no answer to its withdrawal")
    except Refused as no:
        notes.wrong.append(f"post {accepted.plan.number}, its withdrawal: {no}")
    else:
        accepted.withdrawn_at = datetime.now(UTC)


def _written(
    plan: Plan, publish_at: datetime | None, pictures: Mapping[str, Pictures]
) -> Mapping[str, Any]:
    at = publish_at.isoformat() if publish_at else "on_approval"
    return {
        "title": f"Inlägg {plan.number}",
        "variants": [
            {
                "channel": channel,
                "text": text,
                "publish_at": at,
                "pictures": pictures.get(channel, []),
            }
            for channel, text in plan.texts.items()
        ],
    }
