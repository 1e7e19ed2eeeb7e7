"""What a program says, kept in a file of bounded size."""

from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

_MOST = 5 * 1024 * 1024
_LAST_LINES = 20


class LogFile:
    """Keeps the newest output on disk (one older file beside it) and the last lines at hand."""

    def __init__(self, path: Path, most: int = _MOST) -> None:
        self._path = path
        self._most = most
        self._last: deque[str] = deque(maxlen=_LAST_LINES)
        self._file = path.open("ab", buffering=0)

    def write(self, line: bytes) -> None:
        """Append one line, with its end."""
        if self._file.tell() + len(line) > self._most:
            self._file.close()
            self._path.replace(self._path.with_name(f"{self._path.name}.1"))
            self._file = self._path.open("ab", buffering=0)
        self._file.write(line)
        self._last.append(line.decode(errors="replace").rstrip())

    def begin(self) -> None:
        """Forget the last lines: a new run begins."""
        self._last.clear()

    @property
    def last(self) -> list[str]:
        """Give the last lines of this run."""
        return [line for line in self._last if line]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
