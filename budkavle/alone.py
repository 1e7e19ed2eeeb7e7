"""The broker of a system whose services are stopped."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from budkavle import broker, programs
from budkavle.children import end_leftovers
from budkavle.ports import demand_free
from budkavle.programs import Plan
from budkavle.supervisor import Ended, Program, Supervisor
from budkavle.terminal import Terminal
from budkavle.trouble import Trouble
from budkavle.waiting import comes_true
from services.provision.keys import write_keys

_BROKER_WITHIN = 60.0
_NEEDED = ("broker", "monitor")


@asynccontextmanager
async def broker_alone(terminal: Terminal, plan: Plan) -> AsyncIterator[None]:
    """Run the broker of a folder that we hold, and nothing else, for as long as the block runs."""
    folder = plan.folder
    if leftovers := end_leftovers(folder.read_running().get("programs", {}), plan.mark):
        terminal.leftovers(leftovers)
    demand_free(plan.ports.of(_NEEDED))
    write_keys(folder.secrets)
    broker.write_config(folder, plan.ports)
    supervisor = Supervisor(
        folder.logs,
        terminal.ended,
        lambda programs: folder.write_running({"ports": {}, "programs": programs}),
    )
    supervisor.keep(programs.the_broker(plan))
    try:
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            if not await comes_true(broker.Monitor(client, plan.ports).healthy, _BROKER_WITHIN):
                raise Trouble(
                    "The broker has not come up. See {log}", log=folder.logs / "broker.log"
                )
        yield
    finally:
        await supervisor.stop(["broker"])
        folder.running.unlink(missing_ok=True)


async def run_once(terminal: Terminal, plan: Plan, program: Program) -> Ended:
    """Run a program to its end; its output goes to its log."""
    return await Supervisor(plan.folder.logs, terminal.ended, lambda _: None).run_once(program)
