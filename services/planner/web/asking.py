"""Reads forms: short fields, two files at most, and the mark that keeps one from acting twice."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import BinaryIO

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from schemas.codes import Code
from services.planner.domain.people import Person
from services.planner.domain.refusals import refused
from services.planner.pictures import MOST_BYTES
from services.planner.requests import Asked

_MOST_FIELDS = 200
_LONGEST_KEY = 200
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser sent: text by field, a chosen picture's bytes, and a chosen video."""

    fields: Mapping[str, str]
    file: bytes
    """Empty where it is larger than is read."""
    file_size: int
    video: BinaryIO | None = None
    video_digest: str = ""

    def asked(self, person: Person, what: str) -> Asked:
        """Say what is asked for, so that the same form sent twice does it once."""
        key = self.fields.get("key", "")
        if not 0 < len(key) <= _LONGEST_KEY:
            raise refused(Code.KEY_UNREADABLE)
        words = [f"{name}={text}" for name, text in sorted(self.fields.items())]
        return Asked(
            key=_digest(person.id, "page", what, key),
            digest=_digest(what, *words, hashlib.sha256(self.file).hexdigest(), self.video_digest),
            seen=self.fields.get("seen") or None,
        )


async def sent(request: Request) -> Sent:
    """Read a form without a video."""
    async with sending(request) as given:
        return given


@asynccontextmanager
async def sending(request: Request) -> AsyncIterator[Sent]:
    """Read a form; lines end as they do everywhere else, whatever the browser sends.

    The video lies on the disk, for as long as it is looked at.
    """
    fields: dict[str, str] = {}
    file, size, video, digest = b"", 0, None, ""
    async with request.form(max_files=2, max_fields=_MOST_FIELDS) as form:
        for name, given in form.multi_items():
            if not isinstance(given, UploadFile):
                fields[name] = given.replace("\r\n", "\n")
            elif name != "film":
                size = given.size or 0
                file = await given.read() if size <= MOST_BYTES else b""
            elif given.size:
                video = given.file
                digest = await run_in_threadpool(_fingerprint, video)
        yield Sent(fields, file, size, video, digest)


def _fingerprint(file: BinaryIO) -> str:
    found = hashlib.sha256()
    while piece := file.read(_PIECE):
        found.update(piece)
    return found.hexdigest()


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode(errors="replace")).hexdigest()
