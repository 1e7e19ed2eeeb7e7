"""Runs everything on this machine until somebody stops it."""

import asyncio

from budkavle.channels import table
from budkavle.programs import Plan
from budkavle.sign_in import one_time_link
from budkavle.stopping import until_asked_to_stop
from budkavle.system import System, running
from budkavle.terminal import Terminal, command_in
from budkavle.trouble import Trouble

FIRST_PERSON = "anna"


def alert_channels(plan: Plan) -> list[str]:
    """Name the accounts that an alert goes to, beside the siren's own page."""
    channels = table.read(plan.folder.channels)
    return [name for name, said in channels.items() if said.get("kind") != "newsroom"]


async def up(terminal: Terminal, plan: Plan) -> int:
    """Start, say where everything is, and stay until asked to stop."""
    await until_asked_to_stop(_up(terminal, plan))
    terminal.line("Stopped. Everything is kept in {folder}.", folder=plan.folder.root)
    return 0


async def _up(terminal: Terminal, plan: Plan) -> None:
    terminal.line("Starting in {folder} …", folder=plan.folder.root)
    async with running(plan, terminal.ended, terminal.leftovers) as system:
        terminal.good("Ready after {seconds} s.", seconds=f"{system.seconds:.1f}")
        await _say_where(terminal, system)
        await asyncio.Event().wait()


async def _say_where(terminal: Terminal, system: System) -> None:
    plan, say = system.plan, terminal.say
    try:
        board = await one_time_link(plan.folder, plan.ports, FIRST_PERSON)
    except Trouble as trouble:
        terminal.bad(trouble.text, **trouble.values)
        board = plan.ports.url("planner")
    terminal.pairs(
        {
            say("The week board"): board,
            say("The newsroom"): plan.ports.url("publisher"),
            say("The siren"): plan.ports.url("siren"),
            say("Alerts, for everybody"): plan.ports.url("alerts"),
            say("The officers' papers"): f"{plan.folder.officers}/",
            say("Tokens"): f"{plan.folder.people}/",
            say("Logs"): f"{plan.folder.logs}/",
        }
    )
    terminal.line(
        "The link opens the board once, as {person}. A new one: {command}",
        person=FIRST_PERSON,
        command=command_in(plan.folder.root, f"sign-in {FIRST_PERSON}"),
    )
    if not alert_channels(plan):
        terminal.line(
            "An alert has no channel yet but its own page. Another one: {command}",
            command=command_in(plan.folder.root, "channel add"),
        )
    terminal.line("Stop with Ctrl-C.")
