"""Lets a running system work with the file of channels as it stands now."""

import httpx

from budkavle import programs
from budkavle.alone import run_once
from budkavle.children import end_leftovers
from budkavle.programs import Plan
from budkavle.supervisor import Program
from budkavle.system import readiness
from budkavle.terminal import Terminal, command_in
from budkavle.tokens import SPEAKERS
from budkavle.trouble import Trouble
from budkavle.waiting import comes_true

_WITHIN = 60.0


async def apply(terminal: Terminal, plan: Plan) -> None:
    """Make what the channels need at the broker, and start those again who speak to them."""
    if not plan.folder.in_use():
        command = command_in(plan.folder.root, "up")
        terminal.line("It begins when the system starts: {command}", command=command)
        return
    await _run(terminal, plan, programs.provision_streams(plan))
    before = _noted(plan)
    # What runs it starts it again at once, with the new file.
    end_leftovers(before, plan.mark)
    async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
        for name in before:
            await _await_back(client, plan, name, before[name])
    terminal.good("Publisher and siren have started again, with the channels as they are now.")


async def drop(terminal: Terminal, plan: Plan, channel: str) -> None:
    """Take away what a channel that is gone was heard through."""
    await _run(terminal, plan, programs.provision_streams(plan, without=channel))


async def _run(terminal: Terminal, plan: Plan, program: Program) -> None:
    ended = await run_once(terminal, plan, program)
    if ended.status:
        raise Trouble("The streams could not be prepared: {words}", words=ended.words)


def _noted(plan: Plan) -> dict[str, dict[str, object]]:
    noted = plan.folder.read_running().get("programs", {})
    return {name: noted[name] for name in SPEAKERS if name in noted}


async def _await_back(
    client: httpx.AsyncClient, plan: Plan, name: str, before: dict[str, object]
) -> None:
    async def back() -> bool:
        now = _noted(plan).get(name)
        if now is None or now == before:
            return False
        return not await readiness(client, plan.ports.url(name))

    if not await comes_true(back, _WITHIN):
        log = plan.folder.logs / f"{name}.log"
        raise Trouble("{name} has not come back. See {log}", name=name, log=log)
