"""Who is told and how: read once, at start, from a secret file with people's addresses."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
)

from schemas.envelope import Name
from schemas.notices import Kind
from services.kit.letterbox import is_address
from services.kit.strictly import Unreadable, read_toml
from services.kit.unfit import Unfit
from services.planner.domain.people import Role
from services.planner.notices.troubles import Ladder
from services.planner.people import People

PATIENCE = timedelta(minutes=15)

_EDITORS = (Role.APPROVER, Role.AUTHOR)
_OPS = (Role.OPS, Role.APPROVER)
_LADDERS: Mapping[Kind, tuple[Role, ...]] = dict.fromkeys(
    (Kind.PARKED, Kind.UNREADY, Kind.EXPIRING), _OPS
)
"""Which roles are told of what, where the file does not say; editors of everything else."""


def _address(url: SecretStr) -> SecretStr:
    if not is_address(url.get_secret_value()):
        raise ValueError("this is no address that Apprise knows; write it like mailtos://…")
    return url


def _stretch(written: object) -> object:
    found = re.fullmatch(r"(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)", str(written).strip())
    if found is None:
        raise ValueError('write it like "22:00-06:30"')
    try:
        first, last = (time(int(found[n]), int(found[n + 1])) for n in (1, 3))
    except ValueError as error:
        raise ValueError("there is no such time of day") from error
    if first == last:
        raise ValueError("it begins when it ends; leave it out to be told at any time")
    return first, last


Address = Annotated[SecretStr, AfterValidator(_address)]
Stretch = Annotated[tuple[time, time], BeforeValidator(_stretch)]


class _Person(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    urls: Annotated[tuple[Address, ...], Field(min_length=1, max_length=10)]
    quiet: Stretch | None = None
    language: Literal["sv", "en"] = "sv"


class _Roles(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    tell: Annotated[tuple[Role, ...], Field(min_length=1, max_length=8)]
    minutes: Annotated[int, Field(ge=1, le=24 * 60)] = int(PATIENCE.total_seconds() // 60)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    people: dict[Name, _Person] = {}
    roles: dict[Kind | Literal["default"], _Roles] = {}


@dataclass(frozen=True, slots=True)
class Contacts:
    """People's addresses. Without a file there are none, and notices stand on the board alone."""

    people: People
    zone: ZoneInfo
    file: _File = field(default_factory=_File, repr=False)

    def ladder(self, kind: Kind) -> Ladder:
        """Say which roles are told of a kind of problem, in their order."""
        chosen = self.file.roles.get(kind)
        if chosen is None and kind not in _LADDERS:
            chosen = self.file.roles.get("default")
        if chosen is None:
            return Ladder(tuple(role.value for role in _LADDERS.get(kind, _EDITORS)), PATIENCE)
        return Ladder(tuple(role.value for role in chosen.tell), timedelta(minutes=chosen.minutes))

    def reachable(self, role: str) -> tuple[str, ...]:
        """List the people with a role who have an address."""
        found = ((name, self.people.by_id(name)) for name in self.file.people)
        return tuple(name for name, person in found if person and role in person.roles)

    def quiet_until(self, person: str, at: datetime) -> datetime | None:
        """Say until when somebody is not to be disturbed; None: they may be."""
        entry = self.file.people.get(person)
        if entry is None or entry.quiet is None:
            return None
        local = at.astimezone(self.zone)
        ends = (end for begin, end in self._nights(entry.quiet, local.date()) if begin <= at < end)
        return next(ends, None)

    def urls(self, person: str) -> tuple[str, ...]:
        """Give somebody's addresses, to be used and shown to nobody."""
        entry = self.file.people.get(person)
        return tuple(url.get_secret_value() for url in entry.urls) if entry else ()

    def language(self, person: str) -> str:
        """Say in which language somebody is written to."""
        entry = self.file.people.get(person)
        return entry.language if entry else "sv"

    def unknown(self) -> list[str]:
        """List those who have addresses here and are nobody there."""
        return [name for name in self.file.people if self.people.by_id(name) is None]

    def _nights(self, quiet: tuple[time, time], today: date) -> Iterator[tuple[datetime, datetime]]:
        first, last = quiet
        over_midnight = timedelta(days=last < first)
        for day in (today - timedelta(days=1), today):
            begin = datetime.combine(day, first, self.zone)
            yield begin, datetime.combine(day + over_midnight, last, self.zone)


def read_contacts(path: Path, people: People, zone: str) -> Contacts:
    """Read the file, if there is one; a broken one stops the start with its line and the remedy."""
    try:
        text = path.read_text(encoding="utf-8")
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return Contacts(people, ZoneInfo(zone))
    except (OSError, UnicodeDecodeError) as error:
        raise Unfit(f"{path} cannot be read; mend it or take it away") from error
    if mode & (stat.S_IRGRP | stat.S_IROTH) and os.name == "posix":
        raise Unfit(f"{path} can be read by others; run: chmod 600 {path}")
    try:
        return Contacts(people, ZoneInfo(zone), read_toml(text, _File))
    except Unreadable as error:
        raise Unfit(f"{path}, {error}; mend it") from None
