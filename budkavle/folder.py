"""The folder where a system on this machine keeps everything, used by one `budkavle` at a time."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from budkavle.trouble import Trouble

VERSION = 1
"""Of the folder's layout; a newer one is left alone."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Says where in the folder each thing lies."""

    root: Path

    @property
    def secrets(self) -> Path:
        """Keys and tokens, a folder for each service."""
        return self.root / "secrets"

    @property
    def people(self) -> Path:
        """The first people's own tokens."""
        return self.secrets / "people"

    @property
    def officers(self) -> Path:
        """The first duty officers' papers and keys."""
        return self.secrets / "officers"

    @property
    def exercise_channels(self) -> Path:
        """Accounts for exercises alone."""
        return self.root / "exercise.toml"

    @property
    def channels(self) -> Path:
        """Which channels there are."""
        return self.root / "channels.toml"

    @property
    def logs(self) -> Path:
        """What each program says, one file each."""
        return self.root / "logs"

    @property
    def broker(self) -> Path:
        """The broker's store: every fact."""
        return self.root / "broker"

    @property
    def broker_config(self) -> Path:
        """What the broker is told."""
        return self.root / "nats.conf"

    def of(self, service: str) -> Path:
        """Give a service's own folder."""
        return self.root / service

    @property
    def lock(self) -> Path:
        """Held while a `budkavle` uses the folder."""
        return self.root / "lock"

    @property
    def version(self) -> Path:
        """Which layout the folder has."""
        return self.root / "version"

    @property
    def running(self) -> Path:
        """Which programs run, on which ports."""
        return self.root / "running.json"

    def token_of(self, person: str) -> str:
        """Read a person's API token."""
        path = self.people / person
        try:
            return path.read_text().strip()
        except OSError as error:
            if not self.people.exists():
                raise Trouble(
                    "There is no system in {folder} yet. Start one: budkavle up", folder=self.root
                ) from error
            known = sorted(each.name for each in self.people.glob("*"))
            raise Trouble(
                "There is no token for {person} in {folder}. Choose one of: {known}",
                person=person,
                folder=self.people,
                known=", ".join(known),
            ) from error

    def read_version(self) -> int | None:
        """Read which layout the folder has; None if nobody has used it."""
        try:
            return int(self.version.read_text())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise Trouble(
                "{path} does not hold a version number, so it is not known what the folder is. "
                "Restore the file, or choose another folder with --data.",
                path=self.version,
            ) from error

    def read_running(self) -> dict[str, Any]:
        """Read what runs here, or ran here last; empty after a clean stop."""
        try:
            read = json.loads(self.running.read_text())
        except (OSError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def write_running(self, running: dict[str, Any]) -> None:
        """Note what runs here, whole or not at all."""
        fresh = self.running.with_suffix(".new")
        fresh.write_text(json.dumps(running, indent=1))
        fresh.replace(self.running)

    def in_use(self) -> bool:
        """Tell whether a `budkavle` holds the folder now."""
        try:
            with self.lock.open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Hold the folder for as long as the block runs; make it first if it is not there."""
        self._make()
        with self.lock.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as taken:
                lock.seek(0)
                raise Trouble(
                    "The folder {folder} is used by another budkavle (number {pid}). "
                    "Stop that one, or choose another folder with --data.",
                    folder=self.root,
                    pid=lock.read().strip() or "?",
                ) from taken
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def _make(self) -> None:
        found = self.read_version()
        if found is not None and found > VERSION:
            raise Trouble(
                "The folder {folder} was made by a newer Budkavle (layout {found}; this one knows "
                "{known}). Use that one, or choose another folder with --data.",
                folder=self.root,
                found=found,
                known=VERSION,
            )
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if found is None:
                if any(self.root.iterdir()):
                    raise Trouble(
                        "The folder {folder} holds other files and is not Budkavle's. "
                        "Choose an empty or a new folder with --data.",
                        folder=self.root,
                    )
                self.version.write_text(f"{VERSION}\n")
            for each in (self.logs, self.broker, self.of("planner"), self.of("publisher")):
                each.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Trouble(
                "The folder {folder} cannot be used ({why}). Choose another one with --data.",
                folder=self.root,
                why=error.strerror,
            ) from error
