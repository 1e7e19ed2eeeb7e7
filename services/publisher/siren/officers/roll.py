"""Who may sign for an alert, read from a secret file that may change while we run."""

import os
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import structlog

from services.kit.letterbox import is_address
from services.kit.rolls import Entry, Envelope, Former, Key, RollFile, read_roll
from services.kit.seals import PrintedCodes, Sealed
from services.kit.strictly import Unreadable
from services.kit.unfit import Unfit

log = structlog.get_logger()

_MAKE = "make it with: python -m services.provision keys"
_MEND = "mend it, or put the last good copy back"


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who serves."""

    id: str
    name: str
    language: Literal["sv", "en"]
    phone: str | None
    pages: tuple[str, ...] = field(repr=False)
    """Ways to reach them; to be used and shown to nobody."""
    seal: Sealed = field(repr=False)
    printed: PrintedCodes = field(repr=False)
    keys: dict[str, Key] = field(repr=False)

    def page_key(self, now: datetime) -> str | None:
        """Name the key that signs at the page."""
        names = (
            name
            for name, key in self.keys.items()
            if key.use == "page" and (key.until is None or now < key.until)
        )
        return next(names, None)


class Roll:
    """The officers. A changed file is read again; a broken one leaves them as they were."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = self._look()
        self._file = self._read()

    def officers(self) -> tuple[Officer, ...]:
        """List those who serve."""
        self._read_again()
        return tuple(_officer(name, entry) for name, entry in self._file.officers.items())

    def officer(self, name: str) -> Officer | None:
        """Find one who serves."""
        self._read_again()
        entry = self._file.officers.get(name)
        return _officer(name, entry) if entry else None

    def key(self, officer: str, name: str) -> Key | None:
        """Find a key of somebody who serves or has served; it may have ended."""
        entry = self._anybody(officer)
        return entry.keys.get(name) if entry else None

    def knows(self, officer: str) -> bool:
        """Whether this is somebody who serves or has served."""
        return self._anybody(officer) is not None

    def name_of(self, officer: str) -> str:
        """Say what somebody is called; of a stranger there is only the id."""
        entry = self._anybody(officer)
        return entry.name if entry else officer

    def envelopes(self) -> tuple[Envelope, ...]:
        """List the sealed envelopes."""
        self._read_again()
        return self._file.envelopes

    def _anybody(self, officer: str) -> Entry | Former | None:
        self._read_again()
        return self._file.officers.get(officer) or self._file.former.get(officer)

    def _read_again(self) -> None:
        stamp = self._look()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._file = self._read()
        except Unfit as error:
            # They stay as they were; the sentence is enough.
            log.error("officers.kept_as_they_were", why=str(error))  # noqa: TRY400
        else:
            log.info("officers.read_again", count=len(self._file.officers))

    def _read(self) -> RollFile:
        path = self._path
        try:
            text = path.read_text(encoding="utf-8")
            mode = stat.S_IMODE(path.stat().st_mode)
        except UnicodeDecodeError:
            raise Unfit(f"{path} is not UTF-8; {_MEND}") from None
        except OSError as error:
            raise Unfit(f"{path} cannot be read ({error.strerror}); {_MAKE}") from error
        if mode & (stat.S_IRGRP | stat.S_IROTH) and os.name == "posix":
            raise Unfit(f"{path} can be read by others; run: chmod 600 {path}")
        try:
            read = read_roll(text)
        except Unreadable as error:
            raise Unfit(f"{path}, {error}; {_MEND}") from None
        for officer, entry in read.officers.items():
            for place, page in enumerate(entry.pages, 1):
                if not is_address(page.get_secret_value()):
                    raise Unfit(
                        f"{path}, officers.{officer}.pages: number {place} is no address "
                        f"that Apprise knows; {_MEND}"
                    )
        return read

    def _look(self) -> tuple[int, int, int] | None:
        """Tell one making of the file from another; each is put in place whole."""
        try:
            seen = self._path.stat()
        except OSError:
            return None
        return seen.st_ino, seen.st_mtime_ns, seen.st_size


def _officer(name: str, entry: Entry) -> Officer:
    return Officer(
        id=name,
        name=entry.name,
        language=entry.language,
        phone=entry.phone,
        pages=tuple(page.get_secret_value() for page in entry.pages),
        seal=entry.seal,
        printed=entry.printed,
        keys=entry.keys,
    )
