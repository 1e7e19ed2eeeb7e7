"""Runs a drill as a process of its own, as people do."""

import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_WITHIN = 240.0
_GRACE = 30.0


@dataclass(frozen=True, slots=True)
class Ran:
    """What a drill said, and its exit status."""

    status: int
    said: str


def run_drill(*words: str) -> Ran:
    """Run one to its end; one that takes too long is told to end what it has started."""
    drill = subprocess.Popen(
        [sys.executable, "-m", "drill", *words],
        cwd=_ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said, _ = drill.communicate(timeout=_WITHIN)
    except subprocess.TimeoutExpired:
        drill.send_signal(signal.SIGTERM)
        try:
            said, _ = drill.communicate(timeout=_GRACE)
        finally:
            drill.kill()
        raise AssertionError(f"the drill took more than {_WITHIN:.0f} s:\n{said}") from None
    return Ran(drill.returncode, said)
