"""Changes to the roll of duty officers. Whoever left stays believed for what they have signed."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import SecretStr, TypeAdapter, ValidationError

from schemas.envelope import Name, now
from services.kit.keyfiles import write_key
from services.kit.rolls import (
    Entry,
    Envelope,
    Former,
    Key,
    RollFile,
    read_roll,
    written_roll,
)
from services.kit.seals import (
    CAREFUL,
    Cost,
    PrintedCodes,
    Sealed,
    Signer,
    new_seed,
    written_code,
)
from services.kit.secret_files import make_folder, write
from services.kit.strictly import Unreadable
from services.kit.unfit import Unfit
from services.provision.papers import Papers

FIRST = (("astrid", "Astrid Ny"), ("bo", "Bo Lind"))

_PRINTED = 10
_SECRET = 20
"""Bytes that time codes are made of (RFC 4226)."""


class Enlisting:
    """The roll in the siren's secrets, changed one step at a time; each step is on the disk."""

    def __init__(
        self, secrets: Path, clock: Callable[[], datetime] = now, cost: Cost = CAREFUL
    ) -> None:
        self.secrets = secrets
        self.path = secrets / "siren" / "officers.toml"
        self._clock = clock
        self._cost = cost

    def read(self) -> RollFile:
        """Give the roll as it stands."""
        try:
            return read_roll(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return RollFile()
        except (Unreadable, UnicodeDecodeError) as error:
            raise Unfit(f"{self.path}, {error}; mend it, or put the last good copy back") from None

    def add(
        self,
        officer: str,
        name: str,
        pages: Iterable[str],
        language: Literal["sv", "en"] = "sv",
        phone: str | None = None,
    ) -> Papers:
        """Let somebody serve, and give what they need for it."""
        roll, papers = self._enlisted(self.read(), officer, name, pages, language, phone)
        self._write(roll)
        return papers

    def renew(self, officer: str) -> Papers:
        """Give somebody other credentials; nothing that opened a door before opens one now."""
        roll, entry = self._serving(officer)
        key, seal, printed, papers = self._credentials(officer, entry.name, entry.language)
        change = {
            "seal": seal,
            "printed": printed,
            "keys": {**self._ended(entry.keys), key.name: key},
        }
        self._write(_with_entry(roll, officer, entry.model_copy(update=change)))
        return papers

    def reach(self, officer: str, pages: Iterable[str]) -> None:
        """Change how somebody is called."""
        roll, entry = self._serving(officer)
        try:
            said = entry.model_dump() | {"pages": tuple(map(SecretStr, pages))}
            changed = Entry.model_validate(said)
        except ValidationError as error:
            raise _unfit(error, officer) from None
        self._write(_with_entry(roll, officer, changed))

    def list_key(self, officer: str, public: str) -> str:
        """List a key for the command line that its owner made; gives its name."""
        roll, _ = self._serving(officer)
        try:
            key = Key(public=public, use="command", since=self._clock())
        except ValidationError:
            raise Unfit("--public is no Ed25519 public key: 32 bytes in base64") from None
        owners = (*roll.officers.values(), *roll.former.values())
        if any(key.name in owner.keys for owner in owners):
            raise Unfit(f"the key {key.name} is listed already, or was; make another")
        self._write(_with_key(roll, officer, key))
        return key.name

    def make_key(self, officer: str, path: Path) -> str:
        """Make a key file for the command line, and list its public half; gives its name."""
        self._serving(officer)
        if path.exists():
            raise Unfit(f"{path} is there already; choose another place, or move it away first")
        seed = new_seed()
        write_key(path, officer, seed)
        return self.list_key(officer, Signer(seed).public)

    def remove(self, officer: str) -> None:
        """Let somebody serve no more."""
        roll, entry = self._serving(officer)
        left = Former(name=entry.name, keys=self._ended(entry.keys))
        others = {each: kept for each, kept in roll.officers.items() if each != officer}
        former = {**roll.former, officer: left}
        self._write(roll.model_copy(update={"officers": others, "former": former}))

    def seal_envelope(self) -> str:
        """Make a code for a sealed envelope; it is in no file."""
        roll, code = self.read(), written_code(5)
        kept = PrintedCodes.of([code])
        envelope = Envelope(made_at=self._clock(), salt=kept.salt, digest=kept.digests[0])
        self._write(roll.model_copy(update={"envelopes": (*roll.envelopes, envelope)}))
        return code

    def write_first(self) -> list[Path]:
        """Make two officers, their papers and key files, unless there is a roll already."""
        if self.path.exists():
            return []
        folder, roll, made = self.secrets / "officers", RollFile(), []
        make_folder(folder)
        for officer, name in FIRST:
            paper, key_file = folder / f"{officer}.txt", folder / f"{officer}.key"
            roll, papers = self._enlisted(roll, officer, name)
            write(paper, papers.text())
            write_key(key_file, officer, seed := new_seed())
            key = Key(public=Signer(seed).public, use="command", since=self._clock())
            roll = _with_key(roll, officer, key)
            made += [paper, key_file]
        # The roll comes last: where it stands, everybody on it has papers that open their door.
        self._write(roll)
        return [*made, self.path]

    def _enlisted(
        self,
        roll: RollFile,
        officer: str,
        name: str,
        pages: Iterable[str] = (),
        language: Literal["sv", "en"] = "sv",
        phone: str | None = None,
    ) -> tuple[RollFile, Papers]:
        if officer in roll.officers:
            raise Unfit(
                f"{officer} serves already; for new credentials: officers renew {officer}, "
                f"for other addresses: officers reach {officer}"
            )
        before = roll.former.get(officer)
        if before and before.name != name:
            raise Unfit(
                f"{officer} was {before.name}, whose signatures carry that id; choose another id"
            )
        key, seal, printed, papers = self._credentials(officer, name, language)
        try:
            TypeAdapter(Name).validate_python(officer)
            entry = Entry(
                name=name,
                language=language,
                phone=phone,
                pages=tuple(map(SecretStr, pages)),
                seal=seal,
                printed=printed,
                keys={**(before.keys if before else {}), key.name: key},
            )
        except ValidationError as error:
            raise _unfit(error, officer) from None
        former = {each: left for each, left in roll.former.items() if each != officer}
        return _with_entry(roll.model_copy(update={"former": former}), officer, entry), papers

    def _credentials(
        self, officer: str, name: str, language: str
    ) -> tuple[Key, Sealed, PrintedCodes, Papers]:
        seed, secret, password = new_seed(), new_seed()[:_SECRET], written_code(4)
        codes = [written_code(2) for _ in range(_PRINTED)]
        key = Key(public=Signer(seed).public, use="page", since=self._clock())
        papers = Papers(officer, name, language, password, secret, tuple(codes))
        return (
            key,
            Sealed.close(seed + secret, password, self._cost),
            PrintedCodes.of(codes),
            papers,
        )

    def _serving(self, officer: str) -> tuple[RollFile, Entry]:
        roll = self.read()
        if officer not in roll.officers:
            serving = ", ".join(sorted(roll.officers)) or "nobody"
            raise Unfit(f"no duty officer is called {officer!r}; there serve: {serving}")
        return roll, roll.officers[officer]

    def _ended(self, keys: dict[str, Key]) -> dict[str, Key]:
        until = self._clock()
        return {
            name: key if key.until else key.model_copy(update={"until": until})
            for name, key in keys.items()
        }

    def _write(self, roll: RollFile) -> None:
        text = written_roll(roll)
        read_roll(text)
        make_folder(self.path.parent)
        write(self.path, text)


def _with_entry(roll: RollFile, officer: str, entry: Entry) -> RollFile:
    return roll.model_copy(update={"officers": {**roll.officers, officer: entry}})


def _with_key(roll: RollFile, officer: str, key: Key) -> RollFile:
    entry = roll.officers[officer]
    keys = {**entry.keys, key.name: key}
    return _with_entry(roll, officer, entry.model_copy(update={"keys": keys}))


def _unfit(error: ValidationError, officer: str) -> Unfit:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    if not first["loc"]:
        return Unfit(f"{officer!r} is no id; take lower-case letters, digits and dashes")
    flag = {"pages": "page"}.get(str(first["loc"][0]), str(first["loc"][0]))
    return Unfit(f"--{flag}: {first['msg'].removeprefix('Value error, ')}")
