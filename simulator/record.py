"""The append-only record: what the simulated platforms were asked, and what came of it."""

import asyncio
import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, ValidationError

_STRIDE = 500


class Unreadable(Exception):
    """The record on disk is not ours to continue; the message says what to do."""


class Picture(BaseModel):
    """An uploaded image as it was at that moment: its bytes by digest, and its alt text."""

    model_config = ConfigDict(frozen=True)

    id: str
    digest: str
    mime: str
    width: int
    height: int
    alt: str = ""


class Entry(BaseModel):
    """One line of the record; `what` says which: published, replayed, edited, request, others."""

    model_config = ConfigDict(frozen=True)

    n: int
    at: datetime
    dialect: str
    what: str
    account: str | None = None
    id: str | None = None
    key: str | None = None
    text: str | None = None
    media: tuple[Picture, ...] = ()
    language: str | None = None
    in_reply_to_id: str | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    fault: str | None = None
    lag: float | None = None
    dropped: tuple[str, ...] = ()
    draft: str | None = None
    ids: tuple[str, ...] = ()
    """All comments beneath the post that are hidden now, or all posts of the account on its top."""
    value: dict[str, Any] | None = None
    """What was sent, whole, where a dialect gives it back."""


class Record:
    """Keeps entries in one file, in order, on the disk before anyone is answered."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "record.jsonl"
        self._lock = _claim(folder / "lock")
        self._last = 0
        self._synced = 0
        self._syncing = asyncio.Lock()
        self._file: BinaryIO | None = None
        # Where every so many lines begin, so that the newest are read without those before.
        self._marks = [0]
        self._size = 0

    def load(self) -> Iterator[Entry]:
        """Everything written before, then ready to append."""
        self._path.touch()
        with self._path.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                entry = self._read(line)
                self._passed(entry.n, len(line))
                yield entry
        self._file = self._path.open("r+b", buffering=0)
        # A torn last line was never answered for, so it never happened.
        self._file.truncate(self._size)
        self._file.seek(self._size)
        self._synced = self._last

    def _read(self, line: bytes) -> Entry:
        try:
            entry = Entry.model_validate_json(line)
        except ValidationError as broken:
            raise Unreadable(
                f"{self._path} line {self._last + 1} is not a record entry; move the file away"
                " to begin anew, or restore it from a copy"
            ) from broken
        if entry.n != self._last + 1:
            raise Unreadable(f"{self._path}: entry {self._last + 1} is missing; restore a copy")
        return entry

    def _passed(self, n: int, length: int) -> None:
        self._last = n
        self._size += length
        if n % _STRIDE == 0:
            self._marks.append(self._size)

    @property
    def last(self) -> int:
        """The number of the newest entry."""
        return self._last

    def append(self, **fields: Any) -> Entry:
        """Write the next entry; it outlives this process at once, the machine after `kept`."""
        if self._file is None:
            raise RuntimeError("load() the record before appending to it")
        entry = Entry(n=self._last + 1, **fields)
        # Defaults are left out, so a line shows what was said and nothing else.
        line = entry.model_dump_json(exclude_defaults=True).encode() + b"\n"
        written = self._file.write(line)
        if written != len(line):
            raise OSError(f"only {written} of {len(line)} bytes of the record were written")
        self._passed(entry.n, len(line))
        return entry

    async def kept(self) -> None:
        """Return when everything appended so far is on the disk; waiters share one sync."""
        wanted = self._last
        async with self._syncing:
            if self._synced >= wanted or self._file is None:
                return
            reached = self._last
            await asyncio.to_thread(os.fsync, self._file.fileno())
            self._synced = reached

    def blocks(self, *, after: int, limit: int) -> Iterator[bytes]:
        """The lines numbered after `after`, at most `limit` of them, many in each piece."""
        last = min(self._last, after + limit)
        begin = min(after // _STRIDE, len(self._marks) - 1)
        with self._path.open("rb") as lines:
            lines.seek(self._marks[begin])
            chosen = islice(lines, after - begin * _STRIDE, max(last - begin * _STRIDE, 0))
            while block := b"".join(islice(chosen, _STRIDE)):
                yield block

    def close(self) -> None:
        """Let another process continue the record."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None
        self._lock.close()


def _claim(path: Path) -> BinaryIO:
    claim = path.open("wb")
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        claim.close()
        raise Unreadable(
            f"{path.parent} is used by another simulator; stop it, or set SIMULATOR_DATA_FOLDER"
        ) from taken
    return claim
