"""The demo from beginning to end: a week of posts in a minute, and the verdict."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from rich.live import Live
from rich.table import Table

from budkavle.demo import desk, week
from budkavle.demo.breaking import kill_in_the_middle, tell_what_the_record_says, victim
from budkavle.demo.judge import Evidence, verdict
from budkavle.demo.setting import furnish, lay_out
from budkavle.demo.simulated import Simulator
from budkavle.demo.story import BAD_ENDS, Row, table
from budkavle.demo.watch import Watch
from budkavle.folder import Folder
from budkavle.planner import ChannelState, Planner
from budkavle.ports import Ports
from budkavle.sign_in import one_time_link
from budkavle.stopping import until_asked_to_stop
from budkavle.system import System, running
from budkavle.terminal import Terminal, command_in
from budkavle.trouble import Trouble
from budkavle.up import FIRST_PERSON
from budkavle.waiting import comes_true

_LEAD = 6.0
"""Seconds between the last approval and the first post."""
_WRITING = 0.35
"""Seconds that one post takes from draft to approval, when the machine is busy."""
_CHANNELS_WITHIN = 20.0
_SETTLED_WITHIN = 45.0
_AT_MOST = 170.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the demo shall be."""

    seconds: float
    once: bool
    breaks: bool


async def demo(terminal: Terminal, data: Path | None, ports: Ports, wishes: Wishes) -> int:
    """Show it; 1 when the verdict is not clean and nobody stays to look."""
    with contextlib.ExitStack() as stack:
        root = data or Path(stack.enter_context(TemporaryDirectory(prefix="budkavle-demo-")))
        status = await until_asked_to_stop(_demo(terminal, Folder(root), ports, wishes))
    if status is None:  # stopped by a person: no verdict was given
        return 1 if wishes.once else 0
    return status


async def _demo(terminal: Terminal, folder: Folder, ports: Ports, wishes: Wishes) -> int:
    shown = week.read()
    plan = lay_out(folder, ports, shown.organisation, shown.labels)
    terminal.line("Starting in {folder} …", folder=folder.root)
    async with running(
        plan,
        terminal.ended,
        terminal.leftovers,
        lambda plan: furnish(plan, shown.organisation, shown.labels),
    ) as system:
        terminal.good("Ready after {seconds} s.", seconds=f"{system.seconds:.1f}")
        wrongs = await _tell_the_story(terminal, system, shown, wishes)
        for wrong in wrongs:
            terminal.bad(wrong.text, **wrong.values)
        if not wrongs:
            terminal.good("Every post is out exactly once, seen by a stranger, and measured.")
        if not wishes.once:
            await _stay(terminal, system)
        return 1 if wrongs else 0


async def _tell_the_story(
    terminal: Terminal, system: System, shown: week.Week, wishes: Wishes
) -> list[Trouble]:
    try:
        async with asyncio.timeout(_AT_MOST), _cast(terminal, system, shown) as (people, simulator):
            rows = await _write(terminal, people, shown, wishes)
            reader = people[shown.posts[0].author]
            rows = await _follow(terminal, system, reader, simulator, rows, breaks=wishes.breaks)
            terminal.console.print(table(terminal.say, rows, terminal.console.width))
            if wishes.breaks:
                await tell_what_the_record_says(terminal, simulator, victim(rows))
            return verdict(rows, await _evidence(system, simulator))
    except Trouble as trouble:
        return [trouble]
    except TimeoutError:
        return [Trouble("The demo was not done after {seconds} s.", seconds=round(_AT_MOST))]


@asynccontextmanager
async def _cast(
    terminal: Terminal, system: System, shown: week.Week
) -> AsyncIterator[tuple[desk.People, Simulator]]:
    """Give everybody who has a part their way to the planner, and the judge its record."""
    plan = system.plan
    names = {name for post in shown.posts for name in (post.author, post.approver)}
    async with AsyncExitStack() as stack:
        people = {
            name: await stack.enter_async_context(
                Planner(plan.ports.url("planner"), plan.folder.token_of(name), terminal.say.code)
            )
            for name in sorted(names)
        }
        simulator = await stack.enter_async_context(Simulator(plan.ports.url("simulator")))
        yield people, simulator


async def _write(
    terminal: Terminal, people: desk.People, shown: week.Week, wishes: Wishes
) -> list[Row]:
    await _channels_ready(next(iter(people.values())))
    digests = await desk.hand_in_pictures(people, shown)
    first = datetime.now(UTC) + timedelta(seconds=_LEAD + _WRITING * len(shown.posts))
    moments = desk.planned(shown, first, wishes.seconds - _LEAD)
    approved: list[week.Post] = []
    with terminal.console.status(terminal.say("The week is being written and approved …")):
        rows = await desk.write_and_approve(people, shown, moments, digests, approved.append)
    terminal.good(
        "{posts} posts of the week are written, and approved by others. From now on nobody needs "
        "to be at work; the week passes in {seconds} s.",
        posts=len(approved),
        seconds=round(wishes.seconds),
    )
    return rows


async def _channels_ready(planner: Planner) -> None:
    """The publisher probes its channels by itself; wait until the planner has heard of all."""
    channels: list[ChannelState] = []

    async def ready() -> bool:
        channels[:] = await planner.channels()
        return len(channels) > 1 and all(channel.ready for channel in channels)

    if not await comes_true(ready, _CHANNELS_WITHIN, every=0.2):
        why = "; ".join(f"{each.name}: {each.why}" for each in channels if not each.ready)
        raise Trouble("The channels are not ready: {why}", why=why or "–")


async def _follow(
    terminal: Terminal,
    system: System,
    reader: Planner,
    simulator: Simulator,
    rows: Sequence[Row],
    *,
    breaks: bool,
) -> list[Row]:
    last = max(row.publish_at for row in rows if row.publish_at)
    within = (last - datetime.now(UTC)).total_seconds() + _SETTLED_WITHIN

    def draw(rows: Sequence[Row]) -> Table:
        return table(terminal.say, rows, terminal.console.width)

    with Live(console=terminal.console, transient=True, refresh_per_second=4) as live:
        watch = Watch(reader, rows, lambda: live.update(draw(watch.rows)))
        watching = asyncio.create_task(watch.until(_settled, within))
        try:
            if breaks:
                await kill_in_the_middle(terminal, system, simulator, victim(rows), within)
            await watching
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
    return watch.rows


def _settled(rows: Sequence[Row]) -> bool:
    return all(
        row.state in BAD_ENDS or (row.out and row.witnessed_after is not None and row.measured)
        for row in rows
    )


async def _evidence(system: System, simulator: Simulator) -> Evidence:
    url = f"{system.plan.ports.url('publisher')}/feed.json"
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        try:
            items = (await client.get(url)).raise_for_status().json()["items"]
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise Trouble("{url} cannot be read: {why}", url=url, why=error) from error
    return Evidence(await simulator.shown(), Counter(item["url"] for item in items))


async def _stay(terminal: Terminal, system: System) -> None:
    plan, say = system.plan, terminal.say
    terminal.line("")
    terminal.line("Put the week board and the wall side by side:")
    terminal.pairs(
        {
            say("The week board"): await one_time_link(plan.folder, plan.ports, FIRST_PERSON),
            say("The wall"): plan.ports.url("simulator"),
            say("The newsroom"): plan.ports.url("publisher"),
            say("The siren"): plan.ports.url("siren"),
            say("Alerts, for everybody"): plan.ports.url("alerts"),
            say("The officers' papers"): f"{plan.folder.officers}/",
        }
    )
    terminal.line("Write a post yourself; it is on the wall within 20 seconds:")
    command = command_in(
        plan.folder.root, f'post "{say("Hello from the demo!")}" --approve-as bengt'
    )
    terminal.line("  {command}", command=command)
    terminal.line("Run an exercise of an alert; only the exercise's own accounts see it:")
    practice = command_in(plan.folder.root, "alert exercise --as astrid --auto bo")
    terminal.line("  {command}", command=practice)
    terminal.line("Stop with Ctrl-C.")
    await asyncio.Event().wait()
