"""Keeps programs running: what dies is started again, unless its set-up is at fault."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from budkavle.children import end, spawn
from budkavle.logfile import LogFile
from services.kit.unfit import CANNOT_START

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0
_STEADY = 10.0
"""Seconds that a program has to run before its next death counts as the first one."""
_LAST_OUTPUT = 1.0
_NOT_STARTED = 127


@dataclass(frozen=True, slots=True)
class Program:
    """Something to keep running."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    grace: float = 6.5
    """Seconds it may take to stop by itself."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A program ended without being asked to."""

    name: str
    status: int
    again_after: float | None
    """Seconds until it is started again; None: a person must mend its set-up first."""
    words: str
    """The last it said."""


class Supervisor:
    """Starts programs, notes their numbers, starts again what dies, stops all."""

    def __init__(
        self,
        logs: Path,
        tell: Callable[[Ended], None],
        note: Callable[[dict[str, dict[str, object]]], None],
    ) -> None:
        self._logs = logs
        self._tell = tell
        self._note = note
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._noted: dict[str, dict[str, object]] = {}
        self.pids: dict[str, int] = {}
        self.unfit: dict[str, str] = {}

    def keep(self, program: Program) -> None:
        """Start a program and keep it running until it is stopped."""
        self._tasks[program.name] = asyncio.create_task(self._keep(program), name=program.name)

    async def run_once(self, program: Program) -> Ended:
        """Run a program to its end."""
        with LogFile(self._logs / f"{program.name}.log") as log:
            status = await self._one_run(program, log)
            return Ended(program.name, status, None, "\n".join(log.last))

    async def stop(self, names: Iterable[str]) -> None:
        """Stop these programs, all at the same time; kill those that do not stop in their grace."""
        tasks = [self._tasks.pop(name) for name in names if name in self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, program: Program) -> None:
        pause = _FIRST_PAUSE
        clock = asyncio.get_running_loop().time
        with LogFile(self._logs / f"{program.name}.log") as log:
            while True:
                started = clock()
                log.begin()
                try:
                    status = await self._one_run(program, log)
                    words = "\n".join(log.last)
                except OSError as error:  # it could not even be started; perhaps it can be soon
                    status, words = _NOT_STARTED, str(error)
                if status == CANNOT_START:
                    self.unfit[program.name] = words
                    self._tell(Ended(program.name, status, None, words))
                    return
                if clock() - started > _STEADY:
                    pause = _FIRST_PAUSE
                self._tell(Ended(program.name, status, pause, words))
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _one_run(self, program: Program, log: LogFile) -> int:
        child = await spawn(program.argv, program.environment)
        self._note_change(program, child.pid)
        reading = asyncio.create_task(_copy(child.stdout, log))
        try:
            return await child.wait()
        finally:
            await end(child, program.grace)
            await asyncio.wait([reading], timeout=_LAST_OUTPUT)
            reading.cancel()
            self._note_change(program, None)

    def _note_change(self, program: Program, pid: int | None) -> None:
        if pid is None:
            self.pids.pop(program.name, None)
            self._noted.pop(program.name, None)
        else:
            self.pids[program.name] = pid
            self._noted[program.name] = {"pid": pid, "argv": list(program.argv)}
        self._note(dict(self._noted))


async def _copy(output: asyncio.StreamReader | None, log: LogFile) -> None:
    if output is None:
        return
    while True:
        try:
            line = await output.readline()
        except ValueError:  # longer than a line may be; the reader has dropped it
            continue
        if not line:
            return
        # A full disk may cost us a line; a pipe that nobody reads would stop the program.
        with contextlib.suppress(OSError):
            log.write(line)
