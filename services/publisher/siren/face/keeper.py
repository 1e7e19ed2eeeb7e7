"""Keeps the public face's process alive beside the lane, and never waits for it."""

import asyncio
import sys
from contextlib import suppress

import structlog

from services.kit.ending import end
from services.publisher.siren.face.settings import FaceSettings

log = structlog.get_logger()

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 15.0
_SETTLED = 30.0
"""Seconds after which a process that ends has a new fault, not the one before."""

_FAREWELL = 3.0


class Face:
    """The child process that serves the public; it is started again whenever it ends."""

    def __init__(self, settings: FaceSettings) -> None:
        self._settings = settings
        self._child: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None

    @property
    def alive(self) -> bool:
        """Whether the process runs just now."""
        return self._child is not None and self._child.returncode is None

    def start(self) -> None:
        """Begin to keep it alive."""
        self._keeping = asyncio.create_task(self._keep(), name="siren-face")

    def redrawn(self) -> None:
        """Tell it that files have changed; if it does not hear, it sees for itself soon."""
        if self._child is not None and self._child.stdin is not None and self.alive:
            with suppress(OSError, RuntimeError):
                self._child.stdin.write(b"\n")

    async def stop(self) -> None:
        """End it, and keep it no longer."""
        if self._keeping is not None:
            await end(self._keeping)
        if self._child is not None:
            await _part(self._child)

    async def _keep(self) -> None:
        clock = asyncio.get_running_loop().time
        pause = _FIRST_PAUSE
        while True:
            began = clock()
            try:
                self._child = await self._begin()
                status = await self._child.wait()
            except OSError as error:
                log.warning("face.not_started", error=str(error))
            else:
                log.warning("face.ended", status=status)
            if clock() - began > _SETTLED:
                pause = _FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _begin(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.publisher.siren.face",
            *self._settings.arguments(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
        )


async def _part(child: asyncio.subprocess.Process) -> None:
    """Let go of the child's input, which ends it; one that stays is ended by force."""
    if child.stdin is not None:
        child.stdin.close()
    try:
        async with asyncio.timeout(_FAREWELL):
            await child.wait()
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()
