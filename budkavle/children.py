"""Starts programs that end when we end, and ends those that an earlier `budkavle` left behind."""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_LINE = 1 << 20
_PATIENCE = 5.0


async def spawn(argv: Sequence[str], environment: Mapping[str, str]) -> asyncio.subprocess.Process:
    """Start a program of ours; what it says comes on its `stdout`."""
    return await asyncio.create_subprocess_exec(
        *argv,
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=_LINE,
        # A session of its own: Ctrl-C in the terminal reaches us alone, and we stop in order.
        start_new_session=True,
        preexec_fn=_ends_with(os.getpid()),
    )


async def end(child: asyncio.subprocess.Process, grace: float) -> None:
    """Let a child end in good order, or end it when its seconds of grace are over."""
    if child.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        child.terminate()
    try:
        async with asyncio.timeout(grace):
            await child.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def _ends_with(parent: int) -> Callable[[], None] | None:
    """Make the kernel end the child when we are gone, however we went. Only Linux knows how."""
    if _LIBC is None:
        return None
    libc = _LIBC

    def ask_the_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # we went between the fork and the request
            os._exit(1)

    return ask_the_kernel


def end_leftovers(programs: Mapping[str, Mapping[str, Any]], mark: str) -> list[str]:
    """End what a killed `budkavle` has left running; gives the names of what was found.

    A number may belong to another program by now, so each has to run what we noted and to carry
    our mark in its environment.
    """
    noted = {name: (int(each["pid"]), list(each["argv"])) for name, each in programs.items()}
    found = {name: pid for name, (pid, argv) in noted.items() if _is_ours(pid, argv, mark)}
    left = set(found.values())
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
        give_up = time.monotonic() + _PATIENCE
        while left and time.monotonic() < give_up:
            left = {pid for pid in left if f"{mark} " in _told(pid)}
            time.sleep(0.05)
    return list(found)


def _is_ours(pid: int, argv: Sequence[str], mark: str) -> bool:
    said = _told(pid)
    return said.startswith(" ".join(argv)) and f"{mark} " in said


def _told(pid: int) -> str:
    """Give what a program was started with, and its environment; empty when there is none."""
    if sys.platform == "linux":
        try:
            parts = [Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
        except OSError:
            return ""
        return b"\0".join([*parts, b""]).decode(errors="replace").replace("\0", " ")
    said = subprocess.run(
        ["ps", "-Eww", "-o", "command=", "-p", str(pid)],  # noqa: S607 – where ps lies differs
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{said.stdout.strip()} "
