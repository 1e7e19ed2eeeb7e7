"""Writes everything that a broker remembers into one file, while everything runs."""

import asyncio
import tomllib
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from schemas.envelope import now
from schemas.flow import SERVICES
from services.kit.connection import Connection
from services.kit.marks import COPY, UNFINISHED
from services.provision.copies import Draft, Failed, Manifest, SecretCopy, StreamCopy
from services.provision.layout import streams
from services.provision.snapshots import info, insist, take

LEDGER = "PUBLISHER"


async def back_up(
    connection: Connection,
    secrets: Path,
    path: Path,
    tell: Callable[[str], None],
    *,
    channels: str = "",
    with_secrets: bool = False,
) -> Manifest:
    """Make a copy of every stream, read it back, and only then give it its name.

    What was heard is noted first, then come the timers, then what was told, and what was told of
    deliveries last: so of a step that was under way its cause is in the copy, and is heard again.
    """
    begun_at = now()
    broker = connection.client.connected_server_version
    there = {name: said for name in _order() if (said := await info(connection, name))}
    if LEDGER not in there:
        raise Failed("there is nothing to copy: the broker has no streams yet")
    if unfinished := [name for name, said in there.items() if copy_of(said) == UNFINISHED]:
        raise Failed(f"a restore into {unfinished[0]} is not finished; finish that first")
    heard = {name: await _heard(connection, name) for name in there}
    with Draft(path) as draft:
        copies = [
            await _copy(connection, name, said["created"], heard[name], draft, tell)
            for name, said in there.items()
        ]
        manifest = Manifest(
            budkavle=_version(),
            broker=f"{broker.major}.{broker.minor}.{broker.patch}",
            begun_at=begun_at,
            tellers=keys_of(secrets),
            channels=channels,
            streams=tuple(copies),
            secrets=tuple(_secrets(secrets, draft)) if with_secrets else (),
        )
        await asyncio.to_thread(draft.finish, manifest)
    return manifest


def keys_of(secrets: Path) -> dict[str, tuple[str, ...]]:
    """Name the keys that count for each service, as the list of signatures says."""
    for service in SERVICES:
        if (path := secrets / service / "tellers.toml").exists():
            listed = tomllib.loads(path.read_text())
            return {teller: tuple(sorted(keys)) for teller, keys in listed.items()}
    raise Failed(
        f"{secrets} has no list of signing keys (tellers.toml); give the folder of all secrets"
    )


def copy_of(said: Mapping[str, Any]) -> str:
    """Say which restored copy a stream is, by the broker's answer about it."""
    return str((said["config"].get("metadata") or {}).get(COPY, ""))


def _order() -> list[str]:
    names = [stream.name for stream in streams()]
    timers = [name for name in names if name.startswith("TIMERS_")]
    told = [name for name in names if name not in {*timers, LEDGER}]
    return [*timers, *told, LEDGER]


async def _heard(connection: Connection, stream: str) -> dict[str, int]:
    """Note up to where each durable of a stream of facts had its work surely done."""
    if stream.startswith("TIMERS_"):
        return {}
    found = {}
    for durable in await durables_of(connection, stream):
        said = await insist(connection, f"CONSUMER.INFO.{stream}.{durable}")
        found[durable] = int(said["ack_floor"]["stream_seq"])
    return found


async def durables_of(connection: Connection, stream: str) -> list[str]:
    """List the durables of a stream."""
    names: list[str] = []
    while True:
        page = await insist(connection, f"CONSUMER.NAMES.{stream}", {"offset": len(names)})
        names += page["consumers"] or []
        if len(names) >= page["total"] or not page["consumers"]:
            return names


async def _copy(
    connection: Connection,
    stream: str,
    created: str,
    heard: dict[str, int],
    draft: Draft,
    tell: Callable[[str], None],
) -> StreamCopy:
    with draft.spool() as sink:
        said = await take(connection, stream, sink)
    size, digest = await asyncio.to_thread(draft.add_spooled, f"streams/{stream}")
    state = said["state"]
    tell(f"{stream}: {state['messages']} messages, up to {state['last_seq']}")
    return StreamCopy(
        name=stream,
        created=created,
        messages=state["messages"],
        last_seq=state["last_seq"],
        size=size,
        sha256=digest,
        config=said["config"],
        state=state,
        heard=heard,
    )


def _secrets(secrets: Path, draft: Draft) -> list[SecretCopy]:
    found = []
    for path in sorted(each for each in secrets.rglob("*") if each.is_file()):
        name = path.relative_to(secrets).as_posix()
        size, digest = draft.add(f"secrets/{name}", path.read_bytes())
        found.append(SecretCopy(path=name, size=size, sha256=digest))
    return found


def _version() -> str:
    try:
        return version("budkavle")
    except PackageNotFoundError:
        # In a container the code is copied and not installed.
        return "unknown"
