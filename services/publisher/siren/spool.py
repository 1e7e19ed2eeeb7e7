"""The siren's memory: one file on this machine, written to its disk before anything follows.

Only one process has it open. What is in it is brought to the broker behind; nothing waits for that.
"""

import asyncio
import fcntl
import json
import os
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from schemas.envelope import Fact, now
from schemas.flow import AnyFact
from services.kit.messages import Overtaken, Told, instant
from services.kit.unfit import Unfit
from services.publisher.siren.ports import MemoryFull

log = structlog.get_logger()

_FILE = "spool"
_LOCK = "lock"


@dataclass(frozen=True, slots=True)
class _Entry:
    line: bytes
    told: tuple[Told[Fact], ...]
    stored: "asyncio.Future[None]"


class Spool:
    """Facts in the order in which they were told. Each write is whole or not there."""

    def __init__(self, folder: Path, end: Callable[[int], None] = os._exit) -> None:
        self._folder = folder
        self._end = end
        self._file = -1
        self._lock = -1
        self._length = 0
        self._sequence = 0
        self._histories: dict[str, list[Told[Any]]] = {}
        self._kinds: defaultdict[str, list[list[Told[Any]]]] = defaultdict(list)
        self._places: dict[str, int] = {}
        self._told: list[Told[Fact]] = []
        self._waiting: list[_Entry] = []
        self._writing: asyncio.Task[None] | None = None
        self.grown = asyncio.Event()
        """Set whenever something was remembered; whoever waits for it clears it."""

    def open(self) -> None:
        """Read what is there; `Unfit` where another process has it, or it is damaged."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file = os.open(self._folder / _FILE, os.O_RDWR | os.O_CREAT, 0o600)
            _sync_folder(self._folder)
        except BlockingIOError as error:
            raise Unfit(
                f"another siren has {self._folder} open; two would send twice. Stop that one, or "
                "give this one a folder of its own"
            ) from error
        except OSError as error:
            raise Unfit(
                f"the folder {self._folder} cannot be used ({error.strerror}); the siren keeps "
                "there what it sends"
            ) from error
        for facts, ends in _records(self._folder / _FILE):
            for told in facts:
                self._keep(told)
                self._places[told.fact.subject] = told.sequence
                self._sequence = told.sequence
            self._length = ends
        # What was being written when the last process died was never answered for.
        os.ftruncate(self._file, self._length)

    async def close(self) -> None:
        """Let what is being written be finished, and the file go."""
        while self._writing is not None and not self._writing.done():
            await asyncio.wait([self._writing])
        for each in (self._file, self._lock):
            if each >= 0:
                os.close(each)
        self._file = self._lock = -1

    def newest(self, subject: str) -> Told[Any] | None:
        """Give the newest fact of one thing that is surely on disk."""
        history = self._histories.get(subject)
        return history[-1] if history else None

    def things(self, kind: str) -> Iterator[Told[Any]]:
        """Give the newest fact of everything of a kind, oldest thing first: `siren.alert`."""
        return (history[-1] for history in self._kinds[kind])

    def history(self, subject: str) -> Sequence[Told[Any]]:
        """Give everything that happened to one thing, in order."""
        return self._histories.get(subject, [])

    def since(self, sequence: int) -> Sequence[Told[Fact]]:
        """Give everything that was told after this place, in order."""
        return self._told[sequence:]

    @property
    def last(self) -> int:
        """Give the place of the newest fact."""
        return self._told[-1].sequence if self._told else 0

    async def append(self, writes: Sequence[tuple[Fact, int]]) -> list[Told[Any]]:
        """Remember several facts, all or none; `Overtaken` if a thing's newest is not `after`.

        Returns when they are on disk. What others write meanwhile goes the same way at once.
        """
        for fact, after in writes:
            if self._places.get(fact.subject, 0) != after:
                raise Overtaken(fact.subject)
        stored_at = now()
        first = self._sequence + 1
        told = tuple(
            Told(fact, first + number, stored_at) for number, (fact, _) in enumerate(writes)
        )
        self._sequence += len(told)
        self._places |= {each.fact.subject: each.sequence for each in told}
        entry = _Entry(_line(told, stored_at), told, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await asyncio.shield(entry.stored)
        return list(told)

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            lines = b"".join(entry.line for entry in batch)
            try:
                await asyncio.to_thread(self._store, lines)
            except OSError as error:
                self._give_up([*batch, *self._waiting], error)
                self._waiting = []
                return
            self._length += len(lines)
            for entry in batch:
                for told in entry.told:
                    self._keep(told)
                entry.stored.set_result(None)
            self.grown.set()

    def _store(self, lines: bytes) -> None:
        left = memoryview(lines)
        offset = self._length
        while left:
            written = os.pwrite(self._file, left, offset)
            left, offset = left[written:], offset + written
        try:
            os.fdatasync(self._file)
        except OSError:
            # What a disk has once failed to keep it may later claim to have: only a new process,
            # which reads what is there, can tell.
            log.critical("spool.not_synced", exc_info=True)
            self._end(70)
            raise

    def _give_up(self, batch: Sequence[_Entry], error: OSError) -> None:
        log.critical("spool.full", why=error.strerror)
        self._sequence = self.last
        self._places = {
            subject: history[-1].sequence for subject, history in self._histories.items()
        }
        for entry in batch:
            entry.stored.set_exception(MemoryFull(error.strerror or "the disk takes nothing"))

    def _keep(self, told: Told[Fact]) -> None:
        self._told.append(told)
        subject = told.fact.subject
        history = self._histories.setdefault(subject, [])
        if not history:
            self._kinds[".".join(subject.split(".", 2)[:2])].append(history)
        history.append(told)


def _line(told: Sequence[Told[Fact]], stored_at: datetime) -> bytes:
    content = json.dumps(
        {
            "first": told[0].sequence,
            "stored_at": stored_at.isoformat(),
            "facts": [each.fact.model_dump(mode="json") for each in told],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    return b"%08x %s\n" % (zlib.crc32(content), content)


def _records(path: Path) -> Iterator[tuple[list[Told[Fact]], int]]:
    """Read record by record, each with where it ends; what is torn at the end is left out."""
    content = path.read_bytes()
    place = number = 0
    while place < len(content):
        number += 1
        ends = content.find(b"\n", place) + 1
        record = content[place : ends - 1] if ends else b""
        facts = _read(record)
        if facts is None:
            if ends and ends < len(content):
                raise Unfit(
                    f"{path} is damaged at record {number}, and whole after it; put back a copy of "
                    "the folder, or move the file away: then what the broker knows is taken"
                )
            log.warning("spool.torn", record=number, bytes=len(content) - place)
            return
        yield facts, ends
        place = ends


def _read(record: bytes) -> list[Told[Fact]] | None:
    checksum, _, content = record.partition(b" ")
    if checksum != b"%08x" % zlib.crc32(content):
        return None
    said: Mapping[str, Any] = json.loads(content)
    stored_at = instant(said["stored_at"])
    try:
        facts = [AnyFact.validate_python(fact) for fact in said["facts"]]
    except ValidationError as error:
        raise Unfit(
            "the spool holds a fact that this version cannot read; start the version that wrote it"
        ) from error
    return [Told(fact, said["first"] + n, stored_at) for n, fact in enumerate(facts)]


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
