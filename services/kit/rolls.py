"""The file of those who may sign in a crisis: one program writes it, another one reads it."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)

from schemas.envelope import Digest, Name
from services.kit.seals import Listed, PrintedCodes, Sealed
from services.kit.strictly import read_toml


def _visible(text: str) -> str:
    if not text.isprintable() or text != text.strip():
        raise ValueError("write it on one line, without spaces around it")
    return text


def _address(url: SecretStr) -> SecretStr:
    written = url.get_secret_value()
    if not re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", written) or not written.isprintable():
        raise ValueError("this is no address; write it like mailtos://…")
    return url


Line = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_visible)]
KeyName = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Key(Listed):
    """One of somebody's keys. Ended, it stays listed: what it has signed still counts."""

    use: Literal["page", "command"]
    since: AwareDatetime
    until: AwareDatetime | None = None


class _Keyed(_Strict):
    name: Line
    keys: dict[KeyName, Key] = {}

    @model_validator(mode="after")
    def _named_for_what_they_are(self) -> "_Keyed":
        for name, key in self.keys.items():
            if key.name != name:
                raise ValueError(f"the key called {name} is not that key")
        return self


class Entry(_Keyed):
    """Somebody who serves: how to reach them, and how they show who they are."""

    language: Literal["sv", "en"] = "sv"
    phone: Line | None = None
    pages: Annotated[
        tuple[Annotated[SecretStr, AfterValidator(_address)], ...], Field(max_length=10)
    ]
    seal: Sealed
    """The page key's seed and then the secret of the time codes, under the password."""
    printed: PrintedCodes


class Former(_Keyed):
    """Somebody who served: old signatures are theirs."""


class Envelope(_Strict):
    """A code in a sealed envelope, for the hour when there is no second person."""

    made_at: AwareDatetime
    salt: Annotated[str, Field(min_length=16)]
    digest: Digest

    def opened_by(self, code: str) -> bool:
        """Whether this code lay in it."""
        return PrintedCodes(salt=self.salt, digests=(self.digest,)).found(code) is not None


class RollFile(_Strict):
    """All of it."""

    officers: dict[Name, Entry] = {}
    former: dict[Name, Former] = {}
    envelopes: tuple[Envelope, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> "RollFile":
        if both := sorted(self.officers.keys() & self.former.keys()):
            raise ValueError(f"{both[0]} stands among the officers and among the former ones")
        return self


def read_roll(text: str) -> RollFile:
    """Read the whole file; `Unreadable` names the line that is wrong."""
    return read_toml(text, RollFile)


def written_roll(roll: RollFile) -> str:
    """Write the file as `read_roll` reads it."""
    return "".join(f"{line}\n" for line in _lines(roll)).lstrip("\n")


def _lines(roll: RollFile) -> Iterator[str]:
    for officer, entry in sorted(roll.officers.items()):
        yield f"\n[officers.{officer}]"
        yield f"name = {_said(entry.name)}"
        yield f"language = {_said(entry.language)}"
        if entry.phone:
            yield f"phone = {_said(entry.phone)}"
        yield f"pages = {_said([page.get_secret_value() for page in entry.pages])}"
        yield f"\n[officers.{officer}.seal]"
        yield from (f"{name} = {_said(value)}" for name, value in entry.seal)
        yield f"\n[officers.{officer}.printed]"
        yield from (f"{name} = {_said(value)}" for name, value in entry.printed)
        yield from _keys(f"officers.{officer}", entry.keys)
    for officer, former in sorted(roll.former.items()):
        yield f"\n[former.{officer}]"
        yield f"name = {_said(former.name)}"
        yield from _keys(f"former.{officer}", former.keys)
    for envelope in roll.envelopes:
        yield "\n[[envelopes]]"
        yield f"made_at = {envelope.made_at.isoformat()}"
        yield f"salt = {_said(envelope.salt)}"
        yield f"digest = {_said(envelope.digest)}"


def _keys(whose: str, keys: dict[str, Key]) -> Iterator[str]:
    for name, key in keys.items():
        yield f"\n[{whose}.keys.{name}]"
        yield f"public = {_said(key.public)}"
        yield f"use = {_said(key.use)}"
        yield f"since = {key.since.isoformat()}"
        if key.until:
            yield f"until = {key.until.isoformat()}"


def _said(value: Any) -> str:
    # A JSON string, number or list of them is a TOML one, as long as nothing is spelled by halves.
    return json.dumps(value, ensure_ascii=False)
