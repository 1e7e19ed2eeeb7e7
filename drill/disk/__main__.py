"""The disk's own process: serves one mount point, and obeys the lines on its standard input.

`pull 500` makes it go dark after 500 more changes; `back` mounts what the cut left, and `back 7`
some pages more, by that seed; `lie 3` makes it lie about most fsyncs. It ends, and unmounts, when
its input does.
"""

import ctypes
import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from drill.disk.nodes import Disk
from drill.disk.requests import MOST, Answers

_NOSUID, _NODEV, _DETACH = 2, 4, 2
_libc = ctypes.CDLL(None, use_errno=True)


class Mount:
    """One mounting of a disk."""

    def __init__(self, place: str, disk: Disk) -> None:
        self._place = place.encode()
        self._answers = Answers(disk)
        self._buffer = bytearray(MOST + 4096)
        self.device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
        options = f"fd={self.device},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}"
        if _libc.mount(b"drill", self._place, b"fuse.drill", _NOSUID | _NODEV, options.encode()):
            number = ctypes.get_errno()
            os.close(self.device)
            raise OSError(number, os.strerror(number), place)

    @property
    def changes(self) -> int:
        """How many requests so far changed something, or wanted it durable."""
        return self._answers.changes

    def lie(self, chance: Random) -> None:
        """Answer most fsyncs without doing them."""
        self._answers.lying = chance

    def serve_one(self) -> None:
        """Answer one request."""
        try:
            length = os.readv(self.device, [self._buffer])
        except FileNotFoundError:  # the asker was killed before we read its request
            return
        answer = self._answers.answer(memoryview(self._buffer)[:length])
        if answer is not None:
            try:
                os.write(self.device, answer)
            except FileNotFoundError:  # the asker was killed before we answered
                return

    def end(self) -> None:
        """Break off every request, and go away."""
        os.close(self.device)
        _libc.umount2(self._place, _DETACH)


def serve(place: str) -> None:
    """Serve until the input ends."""
    Path(place).mkdir(parents=True)
    disk = Disk()
    mount = Mount(place, disk)
    _say("mounted")
    dark, dark_at = False, -1
    lines = _lines()
    try:
        while True:
            awaited = [sys.stdin.fileno()] if dark else [mount.device, sys.stdin.fileno()]
            ready, _, _ = select.select(awaited, [], [])
            if mount.device in ready:
                mount.serve_one()
                if mount.changes == dark_at:
                    dark = True
                    _say("dark")
                continue
            command, *numbers = next(lines, "end").split()
            if command == "end":
                return
            if command == "pull":
                dark_at = mount.changes + int(numbers[0])
            elif command == "lie":
                mount.lie(Random(int(numbers[0])))
                _say("lying")
            elif command == "back":
                mount.end()
                disk = disk.after_cut(Random(int(numbers[0])) if numbers else None)
                mount = Mount(place, disk)
                dark, dark_at = False, -1
                _say("mounted")
    finally:
        mount.end()


def _lines() -> Iterator[str]:
    """Read commands without a buffer, which would hide lines from `select`."""
    rest = b""
    while read := os.read(sys.stdin.fileno(), 4096):
        *whole, rest = (rest + read).split(b"\n")
        yield from (line.decode() for line in whole)


def _say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # What stops the whole group, Ctrl-C too, ends our input: then there is something to unmount.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        serve(sys.argv[1])
    except OSError as error:
        sys.exit(f"{error}")
