"""A copy of the broker, made while everything is harmed, and put back when all has gone on."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from drill.desk import Desk
from drill.programs import ROOT
from drill.world import World
from services.provision.copies import examine

_TRIES = 10
_PAUSE = 1.0
_WITHIN = 60.0


class NotKept(Exception):
    """A copy could not be made or put back; the message says why."""


async def copy(world: World, path: Path, after: float) -> datetime:
    """Make a copy; what was stored before the moment that is given is in it."""
    await asyncio.sleep(after)
    said = ""
    for _ in range(_TRIES):
        status, said = await _provision(world, "backup", "--to", str(path))
        if status == 0:
            return examine(path).begun_at
        # The broker was killed meanwhile.
        await asyncio.sleep(_PAUSE)
    raise NotKept(said)


async def stop_all(world: World) -> None:
    """Stop every service, wherever it is."""
    await asyncio.gather(*(program.stop() for program in world.programs.values()))


async def put_back(world: World, path: Path) -> None:
    """Put the copy in the place of what the broker knows, and go on with it."""
    status, said = await _provision(world, "restore", "--from", str(path), "--replace")
    if status:
        raise NotKept(said)
    for program in world.programs.values():
        program.start()
    await world.ready()


async def resume(desk: Desk) -> int:
    """Lift the pause under which a restored system begins; gives how many posts were held."""
    answer = await desk.ask("POST", "/publishing/resume", "bengt", json={"scope": "all"})
    return len(answer.body["held"])


async def _provision(world: World, verb: str, *more: str) -> tuple[int | None, str]:
    broker = world.broker
    argv = ("-m", "services.provision", verb, "--secrets", str(broker.secrets))
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *argv,
        "--nats-url",
        broker.url,
        *more,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(_WITHIN):
            said, _ = await child.communicate()
    except TimeoutError:
        child.kill()
        await child.wait()
        return None, f"{verb} took more than {_WITHIN:.0f} s"
    return child.returncode, said.decode().strip()
