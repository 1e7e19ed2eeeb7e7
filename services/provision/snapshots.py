"""Has the broker pack a stream into bytes, and make a stream of such bytes again."""

import asyncio
import json
from collections.abc import Mapping
from typing import IO, Any

from nats.errors import Error

from services.kit.connection import Connection
from services.kit.messages import BrokerAway
from services.provision.copies import Failed

_CHUNK = 128 << 10
_CHUNK_WITHIN = 60.0
"""Seconds that the next piece may take: the broker packs and writes block by block."""

_ANSWER_WITHIN = 15.0
_LOOK_WITHIN = 2.0
_LEADER_WITHIN = 30.0
_UNPACKED_WITHIN = 600.0
"""Seconds that the broker may take to make a stream of what it was sent."""


async def take(connection: Connection, stream: str, sink: IO[bytes]) -> dict[str, Any]:
    """Write a stream's snapshot, durables included; gives its settings and state at that moment.

    Writers go on meanwhile: what they store after the beginning is not in it.
    """
    client = connection.client
    inbox = client.new_inbox()
    pieces = await client.subscribe(inbox)
    try:
        said = await ask(
            connection,
            f"STREAM.SNAPSHOT.{stream}",
            {"deliver_subject": inbox, "chunk_size": _CHUNK},
        )
        while True:
            piece = await pieces.next_msg(timeout=_CHUNK_WITHIN)
            if not piece.data:
                break
            await asyncio.to_thread(sink.write, piece.data)
            if piece.reply:
                # The broker sends on only while enough of what it sent has been answered.
                await client.publish(piece.reply)
    except Error as error:
        raise BrokerAway(f"the snapshot of {stream} broke off: {error!r}") from error
    finally:
        await pieces.unsubscribe()
    ending = (piece.headers or {}).get("Status", "204")
    if ending != "204":
        raise Failed(f"the snapshot of {stream} broke off: {piece.headers}")
    return said


async def put(
    connection: Connection,
    stream: str,
    config: Mapping[str, Any],
    state: Mapping[str, Any],
    source: IO[bytes],
) -> dict[str, Any]:
    """Make a stream of a snapshot; gives what the broker then says of it."""
    said = await ask(connection, f"STREAM.RESTORE.{stream}", {"config": config, "state": state})
    place = said["deliver_subject"]
    while True:
        piece = await asyncio.to_thread(source.read, _CHUNK)
        # An empty piece is the end; its answer comes when the stream is there.
        patience = _CHUNK_WITHIN if piece else _UNPACKED_WITHIN
        answer = await connection.ask(place, piece, patience=patience)
        if answer.data:
            outcome: dict[str, Any] = json.loads(answer.data)
            if "error" in outcome:
                raise Failed(f"{stream} could not be restored: {_words(outcome)}")
            if not piece:
                return outcome
        elif not piece:
            raise Failed(f"{stream} could not be restored: no answer to its end")


async def ask(
    connection: Connection,
    what: str,
    question: Mapping[str, Any] | None = None,
    *,
    patience: float = _ANSWER_WITHIN,
) -> dict[str, Any]:
    """Ask the broker's management interface; `Failed` when it says no."""
    payload = json.dumps(question).encode() if question is not None else b""
    answer = await connection.ask(f"$JS.API.{what}", payload, patience=patience)
    said: dict[str, Any] = json.loads(answer.data)
    if "error" in said:
        if said["error"].get("code") == 503:
            raise BrokerAway(_words(said))
        raise Failed(f"{what}: {_words(said)}")
    return said


async def insist(
    connection: Connection, what: str, question: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Ask what may be asked twice; a stream of a cluster has no leader for a moment, at times."""
    clock = asyncio.get_running_loop().time
    give_up = clock() + _LEADER_WITHIN
    while True:
        try:
            return await ask(connection, what, question, patience=_LOOK_WITHIN)
        except BrokerAway:
            if clock() > give_up:
                raise
        await asyncio.sleep(0.2)


async def info(connection: Connection, stream: str) -> dict[str, Any] | None:
    """Ask about a stream; None: there is no such stream."""
    answer = await connection.ask(f"$JS.API.STREAM.INFO.{stream}", patience=_ANSWER_WITHIN)
    said: dict[str, Any] = json.loads(answer.data)
    if "error" in said:
        if said["error"].get("code") == 404:
            return None
        raise Failed(f"stream {stream}: {_words(said)}")
    return said


def _words(said: Mapping[str, Any]) -> str:
    return f"{said['error'].get('description')} ({said['error'].get('err_code')})"
