"""Kills the publisher in the middle of a post, and shows that nothing is lost and nothing twice."""

import os
import signal
import time
from collections.abc import Sequence

from budkavle.demo.judge import is_of
from budkavle.demo.simulated import Simulator
from budkavle.demo.story import Row
from budkavle.programs import MASTODON
from budkavle.system import System
from budkavle.terminal import Terminal
from budkavle.trouble import Trouble
from budkavle.waiting import comes_true

SLOW = 1.8
"""Seconds that the simulator takes over the post; under what the publisher waits for an answer."""

_BACK_WITHIN = 20.0
_LOOK_EVERY = 0.02


def victim(rows: Sequence[Row]) -> Row:
    """Choose the post in whose middle the publisher dies."""
    candidates = [row for row in rows if row.channel == MASTODON]
    return candidates[len(candidates) // 2]


async def kill_in_the_middle(
    terminal: Terminal, system: System, simulator: Simulator, row: Row, within: float
) -> None:
    """Wait for the call of one post, kill the publisher while it is open, see it come back."""
    rule = await simulator.make_slow(row.text.strip().splitlines()[0], SLOW)
    if not await comes_true(lambda: simulator.has_struck(rule), within, every=_LOOK_EVERY):
        raise Trouble("{title} was never sent to {channel}.", title=row.title, channel=row.channel)
    killed = system.supervisor.pids["publisher"]
    os.kill(killed, signal.SIGKILL)
    began = time.monotonic()
    terminal.bad(
        "The publisher (number {pid}) was killed with SIGKILL while it was sending “{title}” "
        "to {channel}.",
        pid=killed,
        title=row.title,
        channel=row.channel,
    )
    await _back(system, killed)
    terminal.good(
        "The supervisor has started it again (number {pid}); ready after {seconds} s. What was "
        "being sent is looked up, never blindly repeated.",
        pid=system.supervisor.pids["publisher"],
        seconds=f"{time.monotonic() - began:.1f}",
    )


async def _back(system: System, killed: int) -> None:
    async def ready() -> bool:
        again = system.supervisor.pids.get("publisher")
        return again not in {None, killed} and not await system.problems("publisher")

    if not await comes_true(ready, _BACK_WITHIN):
        raise Trouble("The publisher did not come back within {seconds} s.", seconds=_BACK_WITHIN)


async def tell_what_the_record_says(terminal: Terminal, simulator: Simulator, row: Row) -> None:
    """Say how often the post became public, by the simulator's own record."""
    shown = [each for each in await simulator.shown() if is_of(row, each)]
    repeated = sum(each.again for each in shown)
    terminal.line(
        "The simulator's record of “{title}”: made public: {count}. Sent again under the same "
        "key, without effect: {repeated}.",
        title=row.title,
        count=len(shown) - repeated,
        repeated=repeated,
    )
