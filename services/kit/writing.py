"""Storing: a compare-and-set write is ours only if we read ourselves back."""

import asyncio
import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from nats.aio.msg import Msg

from schemas.envelope import stream_of
from services.kit.connection import PATIENCE, Connection
from services.kit.messages import BrokerAway, Kept, Overtaken, instant
from services.kit.proofs import AFTER

_TAKEN = 10071
_UNSURE = {
    _TAKEN,  # wrong last sequence: perhaps because our own earlier try was stored
    10158,  # the subject has a write in flight
    10164,  # the same, as older servers say it
    10176,  # the batch was given up halfway
    10201,  # the batch holds an id that is already stored
}
_FULL = {10023, 10047, 10077}
_PERSISTENCE = 10.0
_BATCHES = 16  # in flight; the server allows 50 for each stream


class Refused(Exception):
    """The broker says no and would say no again; a fault of ours."""


@dataclass(frozen=True, slots=True)
class Write:
    """The next message of a subject whose newest has the sequence `after` (0: the first one)."""

    subject: str
    body: bytes
    headers: dict[str, str]
    after: int


class Writer:
    """Writes for one service, through one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._batches = asyncio.Semaphore(_BATCHES)

    async def store(self, writes: Sequence[Write]) -> int:
        """Store the next things of their subjects: all of them or none. Gives the last sequence."""
        stream = stream_of(writes[0].subject)
        clock = asyncio.get_running_loop().time
        give_up = clock() + _PERSISTENCE
        while True:
            try:
                stored = await self._try(stream, writes)
                if stored is not None:
                    return stored
                occupant = await self._occupant(stream, writes[-1])
                if occupant is not None:
                    if occupant.body == writes[-1].body:
                        return occupant.sequence
                    raise Overtaken(writes[-1].subject)
                if len(writes) > 1:
                    await self._raise_if_overtaken(stream, writes)
            except BrokerAway:
                if clock() > give_up:
                    raise
            if clock() > give_up:
                raise BrokerAway(f"no certain answer for {writes[-1].subject}")
            await asyncio.sleep(0.1)

    async def _try(self, stream: str, writes: Sequence[Write]) -> int | None:
        """Write once; None means: read the subject to know."""
        if len(writes) == 1:
            answer = await self._connection.ask(
                writes[0].subject, writes[0].body, _expecting(stream, writes[0])
            )
        else:
            async with self._batches:
                answer = await self._commit(stream, writes)
        said = json.loads(answer.data)
        if error := said.get("error"):
            if error.get("err_code") in _UNSURE:
                return None
            raise _complaint(writes[-1].subject, error)
        # A replicated stream answers "duplicate" even to a claim that lost.
        return None if said.get("duplicate") else int(said["seq"])

    async def _commit(self, stream: str, writes: Sequence[Write]) -> Msg:
        batch = uuid4().hex
        last = len(writes)
        for number, write in enumerate(writes[:-1], 1):
            headers = _expecting(stream, write) | {
                "Nats-Batch-Id": batch,
                "Nats-Batch-Sequence": str(number),
            }
            if not self._connection.connected:
                raise BrokerAway("not connected")
            await self._connection.client.publish(write.subject, write.body, headers=headers)
        return await self._connection.ask(
            writes[-1].subject,
            writes[-1].body,
            _expecting(stream, writes[-1])
            | {
                "Nats-Batch-Id": batch,
                "Nats-Batch-Sequence": str(last),
                "Nats-Batch-Commit": "1",
            },
        )

    async def _raise_if_overtaken(self, stream: str, writes: Sequence[Write]) -> None:
        """A batch fails for any one of its subjects; the last one alone does not tell."""
        for write in writes[:-1]:
            occupant = await self._occupant(stream, write)
            if occupant is not None and occupant.body != write.body:
                raise Overtaken(write.subject)

    async def _occupant(self, stream: str, write: Write) -> Kept | None:
        """Read what stands at the place we wrote for, from the stream's leader."""
        question = json.dumps({"seq": write.after + 1, "next_by_subj": write.subject})
        answer = await self._connection.ask(f"$JS.API.STREAM.MSG.GET.{stream}", question.encode())
        said = json.loads(answer.data)
        if "error" in said:
            if said["error"].get("code") == 404:
                return None
            raise BrokerAway(said["error"].get("description", "no answer"))
        message = said["message"]
        body = base64.b64decode(message.get("data", ""))
        return Kept(message["subject"], message["seq"], instant(message["time"]), body, {})

    async def keep(
        self,
        stream: str,
        subject: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        after: int = 0,
        patience: float = PATIENCE,
    ) -> None:
        """Store what is no fact; where its place is taken, what we want stands there already."""
        place = {"Nats-Expected-Stream": stream, AFTER: str(after)}
        answer = await self._connection.ask(subject, body, {**headers, **place}, patience)
        error = json.loads(answer.data).get("error")
        if error is not None and error.get("err_code") != _TAKEN:
            raise _complaint(subject, error)


def _expecting(stream: str, write: Write) -> dict[str, str]:
    return write.headers | {
        "Nats-Expected-Stream": stream,
        AFTER: str(write.after),
    }


def _complaint(subject: str, error: Mapping[str, Any]) -> Exception:
    """Tell a broker that cannot store now from one that never will."""
    said, code = error.get("description"), error.get("err_code")
    if code in _FULL or error.get("code") == 503:
        return BrokerAway(f"the broker cannot store now: {said}")
    return Refused(f"{subject}: {said} ({code})")
