"""One-time links that sign a person in at the week board."""

import asyncio
from pathlib import Path

from budkavle import programs
from budkavle.children import spawn
from budkavle.folder import Folder
from budkavle.ports import Ports
from budkavle.trouble import Trouble

_WITHIN = 20.0


async def one_time_link(folder: Folder, ports: Ports, person: str) -> str:
    """Ask the planner's program for a link; it is good for one use, within a quarter of an hour."""
    if not (folder.secrets / "planner").exists():
        raise Trouble(
            "There is no system in {folder} yet. Start one: budkavle up", folder=Path(folder.root)
        )
    planner = programs.service(programs.Plan(folder, ports), "planner")
    child = await spawn((*planner.argv, "sign-in", person), planner.environment)
    try:
        async with asyncio.timeout(_WITHIN):
            said, _ = await child.communicate()
    except TimeoutError as error:
        child.kill()
        await child.wait()
        raise Trouble(
            "The planner gave no sign-in link within {seconds} s.", seconds=_WITHIN
        ) from error
    lines = said.decode(errors="replace").split()
    links = [word for word in lines if word.startswith(("http://", "https://"))]
    if child.returncode or not links:
        raise Trouble(
            "The planner gave no sign-in link: {words}", words=said.decode(errors="replace").strip()
        )
    return links[-1]
