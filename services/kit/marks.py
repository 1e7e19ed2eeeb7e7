"""Marks of how far the broker's streams had come, kept outside the broker.

A broker whose disk was put back to an earlier day has forgotten what has been published since, and
nothing that it says of itself shows it. What a service has written down beside it does.
"""

import asyncio
import json
import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.kit.connection import Connection
from services.kit.messages import BrokerAway

log = structlog.get_logger()

COPY = "budkavle-copy"
"""Stands in a stream's metadata: which restored copy it is. A new word here is a known setback."""

UNFINISHED = "unfinished"
"""Stands there while a copy is being restored; nobody may hear or tell anything yet."""

RENEW_EVERY = timedelta(seconds=30)

_SURE = 3
"""Looks in a row that must agree: a node that has just become leader may be a moment behind."""

_LOOK_AGAIN = 0.5
_WAIT = 2.0


class SetBack(Exception):
    """The broker has forgotten something that it had stored; the message says what to do."""


class Mark(BaseModel):
    """How far one making of a stream had come."""

    model_config = ConfigDict(frozen=True)

    created: str
    last_seq: int
    copy_of: str = ""


_MARKS = TypeAdapter(dict[str, Mark])


class Marks:
    """One service's marks. Without a folder nothing is kept, and only an unfinished restore shows.

    `streams` are those that the service may ask about.
    """

    def __init__(
        self,
        connection: Connection,
        folder: Path | None,
        streams: Iterable[str],
        end: Callable[[int], None] = os._exit,
    ) -> None:
        self._connection = connection
        self._path = folder / "marks.json" if folder else None
        self._streams = tuple(streams)
        self._end = end
        self._looking = asyncio.Lock()
        self._sound_at: int | None = None
        self.alarm: str | None = None
        """What a person has to mend before anything may go on."""

    async def demand(self) -> None:
        """Let nothing be done for a broker that has gone and come back until it has been looked at.

        Raises `SetBack` or `BrokerAway`; costs nothing while the connection stands.
        """
        if self._sound_at == self._connections():
            return
        async with self._looking:
            connections = self._connections()
            if self._sound_at != connections:
                await self._look()
                self._sound_at = connections

    async def guard(self) -> None:
        """Demand the same of a service that runs: one that finds itself set back ends."""
        try:
            await self.demand()
        except SetBack as error:
            self._stop(error)

    async def renew(self) -> None:
        """Look now, and write the marks anew."""
        try:
            async with self._looking:
                await self._look()
        except SetBack as error:
            self._stop(error)

    async def wait_until_sound(self) -> None:
        """Return when the streams are no less than they were; until then the alarm stands."""
        while True:
            try:
                await self.demand()
            except SetBack as error:
                if self.alarm != str(error):
                    log.critical("memory.set_back", why=str(error))
                self.alarm = str(error)
            except BrokerAway as error:
                log.info("memory.not_looked_at", why=str(error))
            else:
                self.alarm = None
                return
            await asyncio.sleep(_WAIT)

    def _stop(self, error: SetBack) -> None:
        """What is in hand is worth nothing now: the service starts again, and waits at the door."""
        log.critical("memory.set_back", why=str(error))
        self._end(70)
        raise BrokerAway(str(error)) from error

    async def _look(self) -> None:
        """Compare every stream with its mark, then write the marks anew."""
        for again in range(_SURE):
            # First what is known: another replica may renew the marks while we ask.
            known = self._read()
            seen = {stream: await self._mark(stream) for stream in self._streams}
            wrong = [
                said
                for stream, mark in seen.items()
                if (said := _setback(stream, known.get(stream), mark))
            ]
            if not wrong:
                self._write(known, seen)
                return
            if again < _SURE - 1:
                await asyncio.sleep(_LOOK_AGAIN)
        raise SetBack(wrong[0])

    async def _mark(self, stream: str) -> Mark:
        answer = await self._connection.ask(f"$JS.API.STREAM.INFO.{stream}")
        said: dict[str, Any] = json.loads(answer.data)
        if "error" in said:
            raise BrokerAway(f"{stream}: {said['error'].get('description')}")
        copy_of = (said["config"].get("metadata") or {}).get(COPY, "")
        return Mark(created=said["created"], last_seq=said["state"]["last_seq"], copy_of=copy_of)

    def _connections(self) -> int:
        return int(self._connection.client.stats["reconnects"])

    def _read(self) -> dict[str, Mark]:
        if self._path is None:
            return {}
        try:
            return _MARKS.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as error:
            raise SetBack(
                f"the marks in {self._path} cannot be read, so it is not known whether the broker "
                "still has everything; see to the file's rights and disk, and if the broker's "
                "store is surely whole, delete the file"
            ) from error

    def _write(self, known: dict[str, Mark], seen: dict[str, Mark]) -> None:
        if self._path is None or known == seen:
            return
        draft = self._path.with_name(f".marks.{os.getpid()}.draft")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(_MARKS.dump_json(known | seen, indent=1))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(self._path)
        except OSError as error:
            # Older marks protect less, and still protect.
            log.warning("marks.not_renewed", path=str(self._path), why=str(error))


def _setback(stream: str, known: Mark | None, seen: Mark) -> str | None:
    """Say in what a stream is less than it was; None: it is not."""
    if seen.copy_of == UNFINISHED:
        return (
            f"a copy is being restored into the broker and {stream} is not done; let the restore "
            "finish, or begin it again"
        )
    if known is None or seen.copy_of != known.copy_of:
        return None
    if seen.created != known.created:
        found = f"it was made on {seen.created[:19]}, and the one known here on "
        found += known.created[:19]
    elif seen.last_seq < known.last_seq:
        found = f"it ends at {seen.last_seq}, and was at {known.last_seq} before"
    else:
        return None
    return (
        f"the broker's stream {stream} is not the one that was here: {found}. Something published "
        "since may be forgotten, so nothing is heard or sent. Put the right store back; or stop "
        "the services and restore the newest copy; or, if there is no better, take what is there "
        "for a copy: restore --in-place"
    )
