"""Puts a copy back into a broker, so that nothing of it can go out a second time."""

import asyncio
import tarfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from schemas.envelope import now
from schemas.flow import SERVICES
from services.kit.bus import Bus
from services.kit.connection import Connection
from services.kit.marks import COPY, UNFINISHED
from services.kit.messages import instant
from services.kit.settings import ServiceSettings
from services.provision.backup import LEDGER, back_up, copy_of, durables_of, keys_of
from services.provision.copies import Failed, Manifest, StreamCopy, opened
from services.provision.doubts import Doubts, mark, pause_all
from services.provision.layout import streams
from services.provision.settings import Settings
from services.provision.snapshots import ask, info, insist, put

_ASLEEP = 4
"""Looks in a row at which nobody waits for messages; a service asks anew each second."""

_LOOK_EVERY = 0.5
_SILENT_WITHIN = 8.0

Tell = Callable[[str], None]


class Restorer:
    """One restore, with everybody's keys: what is doubtful is told by those who may tell it."""

    def __init__(self, connection: Connection, settings: Settings, tell: Tell) -> None:
        self._connection = connection
        self._secrets = settings.secrets
        self._url = settings.nats_url
        self._replicas = settings.replicas
        self._tell = tell

    async def restore(self, path: Path, manifest: Manifest, *, replace: bool, why: str) -> Doubts:
        """Put every stream of a copy in place, and mark what may have happened since."""
        self._refuse_strange_keys(manifest)
        there = await self._there()
        await self._refuse_running(there)
        await self._clear(path, there, replace=replace)
        with tarfile.open(path, mode="r:") as tar:
            for copy in manifest.streams:
                with opened(tar, copy.member) as source:
                    await self._put(copy, source)
        for copy in manifest.streams:
            await self._hear_again(copy)
        return await self._doubt(manifest.begun_at, why)

    async def restore_in_place(self, why: str) -> Doubts:
        """Take what the broker has for a copy: it is older than what the services have seen."""
        there = await self._there()
        if LEDGER not in there:
            raise Failed("the broker has no streams to take for a copy; restore one from a file")
        await self._refuse_running(there)
        await self._name(there, UNFINISHED)
        last = there[LEDGER]["state"]
        since = instant(last["last_ts"]) if last["last_seq"] else now()
        return await self._doubt(since, why)

    async def _doubt(self, since: datetime, why: str) -> Doubts:
        planner, publisher = self._bus("planner"), self._bus("publisher")
        try:
            for bus in (planner, publisher):
                async with asyncio.timeout(_SILENT_WITHIN):
                    await bus.connection.connect()
            await pause_all(planner, why)
            doubts = await mark(planner, publisher, since)
        except TimeoutError as error:
            raise Failed("no way into the broker with the services' keys; are they its own?") from (
                error
            )
        finally:
            for bus in (planner, publisher):
                await bus.connection.stop()
        # Not before all is marked: until now no service would begin.
        await self._name(await self._there(), f"{since.isoformat()} restored {now().isoformat()}")
        return doubts

    def _bus(self, service: str) -> Bus:
        settings = ServiceSettings(nats_url=self._url, secrets=self._secrets / service, port=0)
        return Bus(settings, service)

    def _refuse_strange_keys(self, manifest: Manifest) -> None:
        known = keys_of(self._secrets)
        for service in SERVICES:
            if strange := set(manifest.tellers.get(service, ())) - set(known.get(service, ())):
                raise Failed(
                    f"the copy holds facts that {service} signed with the key {min(strange)}, "
                    f"which is not listed in {self._secrets}; nobody would believe them. Put the "
                    "secrets back that belonged to the system of the copy, then restore again"
                )

    async def _there(self) -> dict[str, dict[str, Any]]:
        found = {stream.name: await info(self._connection, stream.name) for stream in streams()}
        return {name: said for name, said in found.items() if said is not None}

    async def _refuse_running(self, there: Mapping[str, Any]) -> None:
        """A service that runs would go on by what it remembers, and hear while we write."""
        clock = asyncio.get_running_loop().time
        give_up = clock() + _SILENT_WITHIN
        silent = 0
        while silent < _ASLEEP:
            listening = [
                durable
                for stream in there
                for durable in await durables_of(self._connection, stream)
                if (await insist(self._connection, f"CONSUMER.INFO.{stream}.{durable}"))[
                    "num_waiting"
                ]
            ]
            silent = 0 if listening else silent + 1
            if listening and clock() > give_up:
                names = ", ".join(sorted({durable.split("-")[0] for durable in listening}))
                raise Failed(f"these services are running: {names}; stop them, then restore again")
            await asyncio.sleep(_LOOK_EVERY)

    async def _clear(self, path: Path, there: Mapping[str, Any], *, replace: bool) -> None:
        full = [
            name
            for name, said in there.items()
            if said["state"]["last_seq"] and copy_of(said) != UNFINISHED
        ]
        if full and not replace:
            raise Failed(
                f"the broker already remembers something (stream {full[0]}); restore into an empty "
                "one, or say --replace to have that taken away, after a copy of it has been made"
            )
        if full:
            aside = path.with_name(f"replaced-{now():%Y%m%dT%H%M%SZ}.tar")
            await back_up(self._connection, self._secrets, aside, self._tell)
            self._tell(f"what was there is kept in {aside}")
        for name in there:
            await ask(self._connection, f"STREAM.DELETE.{name}")

    async def _put(self, copy: StreamCopy, source: Any) -> None:
        named = {"metadata": self._metadata(copy.config, UNFINISHED)}
        config = copy.config | named | {"num_replicas": self._replicas}
        await put(self._connection, copy.name, config, copy.state, source)
        # In a cluster all copies have to have it before one of them answers.
        said = await insist(self._connection, f"STREAM.INFO.{copy.name}")
        last = said["state"]["last_seq"]
        if last < copy.last_seq:
            raise Failed(
                f"{copy.name} should end at {copy.last_seq} and ends at {last}; use another copy"
            )
        self._tell(f"{copy.name}: up to {last}")

    async def _hear_again(self, copy: StreamCopy) -> None:
        """Let what was heard while the copy was made be heard again: its work may be missing."""
        for durable, floor in copy.heard.items():
            where = f"{copy.name}.{durable}"
            said = await insist(self._connection, f"CONSUMER.INFO.{where}")
            # A cluster gives no answer to a reset that would change nothing.
            if said["ack_floor"]["stream_seq"] > floor:
                await insist(self._connection, f"CONSUMER.RESET.{where}", {"seq": floor + 1})

    async def _name(self, there: Mapping[str, Any], word: str) -> None:
        for name, said in there.items():
            config = said["config"] | {"metadata": self._metadata(said["config"], word)}
            await insist(self._connection, f"STREAM.UPDATE.{name}", config)

    @staticmethod
    def _metadata(config: Mapping[str, Any], word: str) -> dict[str, str]:
        # What begins with an underscore is the broker's own.
        kept = {k: v for k, v in (config.get("metadata") or {}).items() if not k.startswith("_")}
        return {**kept, COPY: word}
