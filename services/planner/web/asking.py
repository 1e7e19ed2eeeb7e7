"""Reads forms: short fields, at most one file, and the mark that keeps a form from acting twice."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile

from schemas.codes import Code
from services.planner.domain.people import Person
from services.planner.domain.refusals import refused
from services.planner.requests import Asked

_MOST_FIELDS = 200
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser sent: text by field, and a chosen file's bytes."""

    fields: Mapping[str, str]
    file: bytes

    def asked(self, person: Person, what: str) -> Asked:
        """Say what is asked for, so that the same form sent twice does it once."""
        key = self.fields.get("key", "")
        if not 0 < len(key) <= _LONGEST_KEY:
            raise refused(Code.KEY_UNREADABLE)
        words = [f"{name}={text}" for name, text in sorted(self.fields.items())]
        return Asked(
            key=_digest(person.id, "page", what, key),
            digest=_digest(what, *words, hashlib.sha256(self.file).hexdigest()),
            seen=self.fields.get("seen") or None,
        )


async def sent(request: Request) -> Sent:
    """Read a form; lines end as they do everywhere else, whatever the browser sends."""
    fields: dict[str, str] = {}
    file = b""
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as form:
        for name, given in form.multi_items():
            if isinstance(given, UploadFile):
                file = await given.read()
            else:
                fields[name] = given.replace("\r\n", "\n")
    return Sent(fields, file)


def _digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode(errors="replace")).hexdigest()
