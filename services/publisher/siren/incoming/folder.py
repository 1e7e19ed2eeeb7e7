"""CAP files dropped in a folder: each is taken once, and lies in `taken/` or `refused/` after."""

import asyncio
import os
import stat
import time
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path

import structlog

from schemas.codes import Code
from services.kit.languages import LANGUAGES
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.incoming.intake import Intake, NotKept
from services.publisher.siren.incoming.model import MOST_BYTES, Reader
from services.publisher.siren.showing import sentences
from services.publisher.siren.speech import speak

log = structlog.get_logger()

ENDINGS = (".xml", ".cap")
"""What is looked at; a file that is still being written had better have another name."""

_AT_ONCE = 50
_MOST_LISTED = 10_000
_MOST_KEPT = 1000
"""So many files lie in each of the two folders; then the oldest go."""
_LONGEST_NAME = 150
_EVERY = timedelta(seconds=2)

_Shape = tuple[int, int, int]


@dataclass(slots=True)
class CapFolder:
    """Watches one folder. A file is whole when it has not changed between two looks at it.

    Who can, writes `name.part` and renames it to `name.xml`. What is no plain file, or has
    another ending, is left alone.
    """

    folder: Path
    intake: Intake
    read: Reader
    every: timedelta = _EVERY
    _shapes: dict[str, _Shape] = field(default_factory=dict)
    _trouble: str | None = None
    _told: str | None = None

    def problems(self) -> list[str]:
        """Say what keeps files from being taken; empty while all is well."""
        return [f"the folder {self.folder}: {self._trouble}"] if self._trouble else []

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.sweep()
            await asyncio.sleep(self.every.total_seconds())

    async def sweep(self) -> None:
        """Take what lay there whole at the last look and still lies there so, the oldest first."""
        self._trouble = None
        try:
            names = await asyncio.to_thread(self._whole)
        except OSError as error:
            self._trouble, names = error.strerror or "it cannot be read", []
        for name in names:
            try:
                await self._take(name)
            except (NotKept, OSError) as error:
                # It stays where it is and is tried again; those behind it need not wait.
                self._trouble = self._trouble or f"{name!a}: {error}"
        if self._trouble and self._trouble != self._told:
            log.warning("folder.stumbles", why=self._trouble)
        self._told = self._trouble

    def _whole(self) -> list[str]:
        self.folder.mkdir(parents=True, exist_ok=True)
        shapes: dict[str, _Shape] = {}
        with os.scandir(self.folder) as entries:
            for entry in islice(entries, _MOST_LISTED):
                name = entry.name
                if name.startswith(".") or not name.lower().endswith(ENDINGS):
                    continue
                found = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(found.st_mode):
                    shapes[name] = (found.st_mtime_ns, found.st_size, found.st_ino)
        before, self._shapes = self._shapes, shapes
        whole = [name for name, shape in shapes.items() if before.get(name) == shape]
        return sorted(whole, key=shapes.__getitem__)[:_AT_ONCE]

    async def _take(self, name: str) -> None:
        path = self.folder / name
        try:
            body = await asyncio.to_thread(_bytes_of, path)
            message = await asyncio.to_thread(self.read, body)
        except Refusal as no:
            log.warning("folder.refused", file=ascii(name), code=no.code)
            await asyncio.to_thread(_put_away, path, "refused", _explained(no))
            return
        judgement = await self.intake.take(message, "folder")
        if judgement.outcome == "full":
            self._trouble = "too many proposals are open; close some, then the rest is taken"
            return
        log.info("folder.taken", file=ascii(name), outcome=judgement.outcome)
        why = "" if judgement.facts else f"{judgement.outcome}\n"
        await asyncio.to_thread(_put_away, path, "taken", why)


def _bytes_of(path: Path) -> bytes:
    # Another file may have got the name since: neither a link nor a pipe is opened.
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError("it is no plain file")
        body = file.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise Refusal(Code.TOO_LARGE, limit=MOST_BYTES)
    return body


def _explained(refusal: Refusal) -> str:
    """Say why and what to do, in each language."""
    said = (sentences(refusal.code, refusal.parameters, speak(code)) for code in LANGUAGES)
    return "\n".join([refusal.code.value, *(line for lines in said for line in lines), ""])


def _put_away(path: Path, where: str, why: str) -> None:
    """Move a file out of the way, the reason first: what has no reason beside it was taken."""
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    name = os.fsdecode(os.fsencode(path.name)[-_LONGEST_NAME:])
    if (folder / name).exists():
        name = f"{time.time_ns()}-{name}"
    if why:
        (folder / f"{name}.why.txt").write_text(why, encoding="utf-8")
    path.replace(folder / name)
    _let_go(folder)


def _let_go(folder: Path) -> None:
    lying = sorted(folder.iterdir(), key=lambda each: each.lstat().st_mtime_ns, reverse=True)
    for old in lying[2 * _MOST_KEPT :]:
        old.unlink(missing_ok=True)
