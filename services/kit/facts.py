"""Reading and telling facts: a compare-and-set write is ours only if we read ourselves back."""

import asyncio
import base64
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import structlog
from nats.aio.msg import Msg
from nats.errors import Error
from prometheus_client import CollectorRegistry, Counter
from pydantic import ValidationError

from schemas.codes import Code
from schemas.envelope import Fact
from schemas.flow import AnyFact
from services.kit.connection import PATIENCE, Connection
from services.kit.messages import BrokerAway, Overtaken, Told
from services.kit.proofs import AFTER, PROOF

log = structlog.get_logger()

TYPE = "Budkavle-Type"
TRACE = "Budkavle-Trace"

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


class Unreadable(Exception):
    """A message is not what the language says."""

    code = Code.MESSAGE_UNREADABLE


class Forged(Unreadable):
    """The teller that a message's subject names has not told it."""

    code = Code.SIGNATURE_WRONG


class Refused(Exception):
    """The broker says no and would say no again; a fault of ours."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as a stream keeps it."""

    subject: str
    sequence: int
    stored_at: datetime
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Write:
    subject: str
    body: bytes
    headers: dict[str, str]
    after: int


def read(kept: Kept) -> Told[Fact] | None:
    """Make a fact of a kept message; None if its type is not in our language (a newer teller)."""
    try:
        fact = AnyFact.validate_json(kept.body)
    except ValidationError as error:
        if any(problem["type"] == "union_tag_invalid" for problem in error.errors()):
            return None
        first = error.errors(include_input=False, include_url=False)[0]
        raise Unreadable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return Told(fact, kept.sequence, kept.stored_at)


def instant(text: str) -> datetime:
    """Read the broker's RFC 3339 time; its nanoseconds are cut to microseconds."""
    return datetime.fromisoformat(text).astimezone(UTC)


def kept(message: Msg) -> Kept:
    """Make a kept message of a direct get's answer."""
    headers = dict(message.headers or {})
    return Kept(
        headers.pop("Nats-Subject"),
        int(headers.pop("Nats-Sequence")),
        instant(headers.pop("Nats-Time-Stamp")),
        message.data,
        headers,
    )


class Facts:
    """What one service remembers and tells: the same thing."""

    def __init__(self, connection: Connection, registry: CollectorRegistry | None = None) -> None:
        self._connection = connection
        self._batches = asyncio.Semaphore(_BATCHES)
        self._forged = Counter(
            "budkavle_forged_messages",
            "Messages whose proof did not hold, each time one was met",
            ["teller"],
            registry=registry,
        )

    async def newest(self, subject: str) -> Told[Any] | None:
        """Look up the newest fact of one thing, by its exact subject.

        A forged message is never passed over for the fact before it: `Forged` stops what was to be
        done, until the teller's next fact puts it right.
        """
        stream = subject.split(".", 1)[0].upper()
        found = await self.newest_kept(stream, subject)
        return self.read(found) if found else None

    async def last_told(self, subject: str) -> Told[Any] | None:
        """Give what this service itself told last, at the place of whatever stands there now.

        Only to decide its own next fact, which then stands after what somebody forged. Whoever acts
        on the world asks for the newest.
        """
        stream, genuine, place = subject.split(".", 1)[0].upper(), None, 0
        while page := await self.page(stream, subject, place + 1):
            place = page[-1].sequence
            for kept in page:
                with suppress(Unreadable):
                    genuine = self.read(kept) or genuine
        return replace(genuine, sequence=place) if genuine else None

    def read(self, kept: Kept) -> Told[Any] | None:
        """Make a fact of a kept message that its teller has signed; None if of no known type."""
        flaw = self._connection.proofs.flaw(kept.subject, kept.headers, kept.body, kept.stored_at)
        if flaw is not None:
            teller = kept.subject.split(".", 1)[0]
            self._forged.labels(teller).inc()
            log.error("fact.forged", subject=kept.subject, sequence=kept.sequence, why=flaw)
            raise Forged(f"not told by {teller}: {flaw}")
        return read(kept)

    async def newest_kept(self, stream: str, subject: str) -> Kept | None:
        """Look up the newest message of one subject."""
        answer = await self._connection.ask(f"$JS.API.DIRECT.GET.{stream}.{subject}")
        return None if _status(answer) == "404" else kept(answer)

    async def tell(self, fact: Fact, after: int) -> int:
        """Store the next fact of a thing whose newest has sequence `after` (0: the first one).

        Gives its sequence. Raises `Overtaken` if another fact took the place, `BrokerAway` if it
        is not certain within ten seconds.
        """
        return await self._store([self._write(fact, after)])

    async def tell_together(self, facts: Sequence[tuple[Fact, int]]) -> int:
        """Store several facts of one teller: all of them or none. Gives the last sequence."""
        return await self._store([self._write(fact, after) for fact, after in facts])

    def _write(self, fact: Fact, after: int) -> _Write:
        body = fact.model_dump_json().encode()
        headers = {
            "Nats-Msg-Id": str(fact.event_id),
            TYPE: fact.type,
            TRACE: str(fact.trace),
            PROOF: self._connection.proofs.sign(fact.subject, after, body),
        }
        return _Write(fact.subject, body, headers, after)

    async def _store(self, writes: list[_Write]) -> int:
        stream = writes[0].subject.split(".", 1)[0].upper()
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

    async def _try(self, stream: str, writes: list[_Write]) -> int | None:
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

    async def _commit(self, stream: str, writes: list[_Write]) -> Msg:
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

    async def _raise_if_overtaken(self, stream: str, writes: list[_Write]) -> None:
        """A batch fails for any one of its subjects; the last one alone does not tell."""
        for write in writes[:-1]:
            occupant = await self._occupant(stream, write)
            if occupant is not None and occupant.body != write.body:
                raise Overtaken(write.subject)

    async def _occupant(self, stream: str, write: _Write) -> Kept | None:
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

    async def page(
        self, stream: str, pattern: str, start: int | datetime, most: int = 256
    ) -> list[Kept]:
        """Read up to `most` messages that match `pattern`, in order.

        `start` is a sequence, or the broker's time at which the first one was stored.
        """
        client = self._connection.client
        if not self._connection.connected:
            raise BrokerAway("not connected")
        inbox = client.new_inbox()
        answers = await client.subscribe(inbox, max_msgs=most + 1)
        try:
            at = (
                {"start_time": start.isoformat()} if isinstance(start, datetime) else {"seq": start}
            )
            question = {**at, "next_by_subj": pattern, "batch": most, "max_bytes": 4 << 20}
            await client.publish(
                f"$JS.API.DIRECT.GET.{stream}", json.dumps(question).encode(), reply=inbox
            )
            found: list[Kept] = []
            while True:
                try:
                    answer = await answers.next_msg(timeout=PATIENCE)
                except Error as error:
                    raise BrokerAway(f"no page of {stream}: {error!r}") from error
                if _status(answer) is not None:
                    # 204 ends a page, 404 says that there is nothing (more).
                    return found
                found.append(kept(answer))
        finally:
            with suppress(Error):
                await answers.unsubscribe()

    async def stream(self, name: str) -> tuple[str, int]:
        """Give when a stream was made and its last sequence, to notice one that went backwards."""
        answer = await self._connection.ask(f"$JS.API.STREAM.INFO.{name}")
        said = json.loads(answer.data)
        if "error" in said:
            raise BrokerAway(f"{name}: {said['error'].get('description')}")
        return str(said["created"]), int(said["state"]["last_seq"])


def _expecting(stream: str, write: _Write) -> dict[str, str]:
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


def _status(message: Msg) -> str | None:
    headers = message.headers or {}
    # A kept message may carry any header; only the broker's own word has no sequence.
    return None if "Nats-Sequence" in headers else headers.get("Status")
