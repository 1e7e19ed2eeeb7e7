"""Lists the channels of the file, with what the running system knows of them."""

from collections.abc import Mapping
from typing import Any

from budkavle.channels import table
from budkavle.planner import Planner
from budkavle.programs import Plan
from budkavle.terminal import Terminal
from budkavle.trouble import Trouble
from budkavle.up import FIRST_PERSON


async def list_channels(terminal: Terminal, plan: Plan) -> None:
    """Print a line for each channel."""
    channels = table.read(plan.folder.channels)
    quotas = await _quotas(terminal, plan)
    terminal.pairs({name: _line(said, quotas.get(name, "")) for name, said in channels.items()})


def _line(said: Mapping[str, Any], quota: str) -> str:
    parts = [said.get("kind", "?"), said.get("title", ""), quota]
    return " · ".join(parts if quota else parts[:2])


async def _quotas(terminal: Terminal, plan: Plan) -> dict[str, str]:
    """Ask the planner how many posts are left; a system that does not answer has told nothing."""
    folder = plan.folder
    if not folder.in_use():
        return {}
    try:
        token = folder.token_of(FIRST_PERSON)
        async with Planner(plan.ports.url("planner"), token, terminal.say.code) as planner:
            return {each.name: each.quota for each in await planner.channels()}
    except Trouble:
        return {}
