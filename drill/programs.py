"""Programs that are started again the moment they end, and can be killed and frozen."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from budkavle.children import spawn
from budkavle.logfile import LogFile
from services.kit.unfit import CANNOT_START

ROOT = Path(__file__).parents[1]

_GRACE = 12.0
_PAUSE = 0.2
_TELLS_IT_ALL = 1.0


class CannotStart(Exception):
    """A program's set-up is at fault; the message holds its last words."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A program ended though nobody had killed it."""

    name: str
    status: int
    words: str


class Program:
    """One of our programs."""

    def __init__(
        self,
        name: str,
        module: str,
        environment: Mapping[str, str],
        logs: Path,
        origin: str = "",
    ) -> None:
        self.name = name
        self.origin = origin
        """Where it answers, if it is spoken to."""
        self.ended: list[Ended] = []
        self._argv = (sys.executable, "-m", *module.split())
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        self._log = logs / f"{name}.log"
        self._child: asyncio.subprocess.Process | None = None
        self._stopping = False
        self._keeping: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Give the process that runs just now."""
        return self._child.pid if self._child is not None else None

    def start(self) -> None:
        """Keep it running from now on."""
        self._stopping = False
        self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Let it end in good order, or end it."""
        self._stopping = True
        self.resume()
        self._send(signal.SIGTERM)
        if self._keeping is None:
            return
        _, running = await asyncio.wait([self._keeping], timeout=_GRACE)
        if running:
            self._send(signal.SIGKILL)
            await asyncio.wait(running)

    def kill(self) -> None:
        """End it at once."""
        self._send(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it stand still, with all its connections open."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on, as if no time had passed."""
        self._send(signal.SIGCONT)

    def complain(self) -> None:
        """Raise if it cannot run at all."""
        if self._keeping is not None and self._keeping.done():
            self._keeping.result()

    async def _keep(self) -> None:
        with LogFile(self._log) as log:
            while not self._stopping:
                log.begin()
                child = await spawn(self._argv, self._environment)
                self._child = child
                copying = asyncio.create_task(_copy(child, log))
                status = await child.wait()
                self._child = None
                await asyncio.wait([copying], timeout=_TELLS_IT_ALL)
                copying.cancel()
                words = "".join(log.last[-1:])
                if status == CANNOT_START:
                    raise CannotStart(f"{self.name}: {words}")
                if status != -signal.SIGKILL and not self._stopping:
                    self.ended.append(Ended(self.name, status, words))
                    await asyncio.sleep(_PAUSE)

    def _send(self, what: signal.Signals) -> None:
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                self._child.send_signal(what)


async def _copy(child: asyncio.subprocess.Process, log: LogFile) -> None:
    if child.stdout is None:
        return
    while line := await child.stdout.readline():
        log.write(line)
