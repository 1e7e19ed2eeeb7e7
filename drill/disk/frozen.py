"""A disk that can be cut off, from the side of the program that cuts it off."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_ANSWERS_WITHIN = 15.0
_SYS_ADMIN = 21  # the bit of the right to mount


class NoFuse(Exception):
    """This machine does not let us mount a disk of our own; the message says what to do."""


class FrozenDisk:
    """A mounted folder that keeps only what was made durable."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def cut_after(self, changes: int) -> None:
        """Go dark after so many more changes; returns when it is dark.

        What is asked of it then gets no answer, so nobody can acknowledge what is not on it.
        """
        await self._tell(f"pull {changes}", "dark")

    async def back(self, seed: int | None = None) -> None:
        """Mount again what the cut left; with a seed, some pages more than was asked for."""
        await self._tell("back" if seed is None else f"back {seed}", "mounted")

    async def lie(self, seed: int) -> None:
        """Answer most fsyncs from now on without doing them."""
        await self._tell(f"lie {seed}", "lying")

    async def _tell(self, command: str, answer: str) -> None:
        assert self._process.stdin is not None  # noqa: S101 – it was asked for
        self._process.stdin.write(f"{command}\n".encode())
        await _says(self._process, answer)


@asynccontextmanager
async def frozen_disk(place: Path) -> AsyncIterator[FrozenDisk]:
    """Mount an empty one; `NoFuse` where that cannot be done."""
    if reason := no_fuse():
        raise NoFuse(reason)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "drill.disk", str(place)), stdin=pipe, stdout=pipe
    )
    try:
        await _says(process, "mounted")
        yield FrozenDisk(process)
    finally:
        assert process.stdin is not None  # noqa: S101 – it was asked for
        process.stdin.close()
        try:
            async with asyncio.timeout(_ANSWERS_WITHIN):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def no_fuse() -> str | None:
    """Say why a disk of our own cannot be mounted here; None if nothing is known against it."""
    if not Path("/dev/fuse").exists():
        return "there is no /dev/fuse (Linux with the fuse module: modprobe fuse)"
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "/dev/fuse may not be opened here (in a container: --device /dev/fuse)"
    rights = re.search(r"CapEff:\s*(\w+)", Path("/proc/self/status").read_text())
    if rights is None or not int(rights[1], 16) >> _SYS_ADMIN & 1:
        return "mounting takes root; without it, run under: unshare --user --map-root-user --mount"
    return None


async def _says(process: asyncio.subprocess.Process, word: str) -> None:
    assert process.stdout is not None  # noqa: S101 – it was asked for
    async with asyncio.timeout(_ANSWERS_WITHIN):
        said = (await process.stdout.readline()).decode().strip()
    if said != word:
        raise RuntimeError(f"the disk said {said!r} instead of {word!r}; its error is above")
