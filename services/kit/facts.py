"""Reading and telling facts: what one service remembers, and nothing that is not proved."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from nats.aio.msg import Msg
from nats.errors import Error
from prometheus_client import CollectorRegistry, Counter
from pydantic import ValidationError

from schemas.codes import Code
from schemas.envelope import Fact, stream_of, teller_of
from schemas.flow import AnyFact
from services.kit.connection import PATIENCE, Connection
from services.kit.messages import BrokerAway, Kept, Told, instant
from services.kit.proofs import PROOF
from services.kit.writing import Write, Writer

log = structlog.get_logger()

TYPE = "Budkavle-Type"
TRACE = "Budkavle-Trace"


class Unreadable(Exception):
    """A message is not what the language says."""

    code = Code.MESSAGE_UNREADABLE


class Forged(Unreadable):
    """The teller that a message's subject names has not told it."""

    code = Code.SIGNATURE_WRONG


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
        self.writer = Writer(connection)
        """Stores what is no fact as well."""
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
        stream = stream_of(subject)
        found = await self.newest_kept(stream, subject)
        return self.read(found) if found else None

    async def last_told(self, subject: str) -> Told[Any] | None:
        """Give what this service itself told last, at the place of whatever stands there now.

        Only to decide its own next fact, which then stands after what somebody forged. Whoever acts
        on the world asks for the newest.
        """
        stream, genuine, place = stream_of(subject), None, 0
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
            teller = teller_of(kept.subject)
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
        return await self.writer.store([self._write(fact, after)])

    async def tell_together(self, facts: Sequence[tuple[Fact, int]]) -> int:
        """Store several facts of one teller: all of them or none. Gives the last sequence."""
        return await self.writer.store([self._write(fact, after) for fact, after in facts])

    def _write(self, fact: Fact, after: int) -> Write:
        body = fact.model_dump_json().encode()
        headers = {
            "Nats-Msg-Id": str(fact.event_id),
            TYPE: fact.type,
            TRACE: str(fact.trace),
            PROOF: self._connection.proofs.sign(fact.subject, after, body),
        }
        return Write(fact.subject, body, headers, after)

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


def _status(message: Msg) -> str | None:
    headers = message.headers or {}
    # A kept message may carry any header; only the broker's own word has no sequence.
    return None if "Nats-Sequence" in headers else headers.get("Status")
