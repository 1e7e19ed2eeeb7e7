"""People, their roles and the digests of their tokens, read from a file that may change."""

import hashlib
import hmac
import tomllib
from pathlib import Path
from typing import Annotated

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.envelope import Digest, Name
from services.kit.unfit import Unfit
from services.planner.domain.people import Person, Role

log = structlog.get_logger()


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    roles: frozenset[Role]
    tokens: tuple[Digest, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    people: dict[Name, _Entry]


class People:
    """Who works here. A changed file is read again; a broken one leaves people as they were."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, _Entry] = {}
        self._seen = self._stamp()
        self._entries = self._read()

    def by_id(self, person: str) -> Person | None:
        """Find a person by their id."""
        self._renew()
        entry = self._entries.get(person)
        return Person(person, entry.name, entry.roles) if entry else None

    def by_token(self, token: str) -> Person | None:
        """Find whose token this is; every token is compared, so that time tells nothing."""
        self._renew()
        digest = hashlib.sha256(token.encode()).hexdigest()
        found = None
        for person, entry in self._entries.items():
            for kept in entry.tokens:
                if hmac.compare_digest(digest, kept):
                    found = Person(person, entry.name, entry.roles)
        return found

    def names(self) -> dict[str, str]:
        """Give what everybody is called, by id."""
        self._renew()
        return {person: entry.name for person, entry in self._entries.items()}

    def _renew(self) -> None:
        try:
            stamp = self._stamp()
            if stamp != self._seen:
                self._seen = stamp
                self._entries = self._read()
                log.info("people.read", count=len(self._entries))
        except Unfit as error:
            # People stay as they were; the sentence is enough.
            log.error("people.unreadable", why=str(error))  # noqa: TRY400

    def _stamp(self) -> tuple[int, int, int]:
        try:
            state = self._path.stat()
        except OSError as error:
            raise Unfit(
                f"{self._path} cannot be read ({error.strerror}); "
                "make it with: python -m services.provision keys"
            ) from error
        return state.st_mtime_ns, state.st_size, state.st_ino

    def _read(self) -> dict[str, _Entry]:
        try:
            return _File.model_validate(tomllib.loads(self._path.read_text())).people
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise Unfit(f"{self._path} cannot be read: {error}") from error
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(part for part in map(str, first["loc"]) if part != "[key]")
            line = self._line_of(where)
            raise Unfit(f"{self._path}, line {line}, {where}: {first['msg']}") from error

    def _line_of(self, where: str) -> int:
        """Find the line of a key such as `people.anna.roles`, as near as its text allows."""
        lines = self._path.read_text().splitlines()
        table, _, key = ".".join(where.split(".")[:3]).rpartition(".")
        inside = False
        nearest = 1
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if text.startswith("["):
                inside = text in {f"[{table}]", f"[{table}.{key}]"}
                nearest = number if inside else nearest
            elif inside and text.split("=")[0].strip() == key:
                return number
        return nearest
