"""A small Mastodon server that fails on demand, written on bare sockets so that it can cut them."""

import asyncio
import json
import re
import socket
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

TOKEN = "right-token"
LIMIT = 500


class Fault(NamedTuple):
    """What goes wrong with the next request of this kind."""

    method: str = "POST"
    path: str = "/api/v1/statuses"
    applied: bool = False
    status: int | None = 500
    """None: the connection is cut instead of an answer."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    hang: bool = False


class Asked(NamedTuple):
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class FaultServer:
    """Statuses, keys and uploads as the real server has them; `faults` strike in order, once."""

    port: int
    statuses: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    media_polls: int = 0
    """How many looks an upload takes until it is ready."""
    _server: asyncio.Server | None = None
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            while (asked := await _read(reader)) is not None:
                self.asked.append(asked)
                if not await self._meet_one(asked, writer):
                    return
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # they have left, or the server ends
        finally:
            self._open.discard(task)
            writer.close()

    async def _meet_one(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        fault = self._fault(asked)
        if fault is None:
            await _say(writer, self._answer(asked))
            return True
        if fault.applied:
            self._answer(asked)
        if fault.hang:
            await asyncio.Event().wait()
        if fault.status is None:
            plug: socket.socket = writer.get_extra_info("socket")
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
            return False
        body = fault.body if fault.body is not None else b'{"error":"asked to fail"}'
        await _say(writer, Answer(fault.status, body, fault.headers))
        return True

    def _fault(self, asked: Asked) -> Fault | None:
        for fault in self.faults:
            if fault.method == asked.method and asked.path == fault.path:
                self.faults.remove(fault)
                return fault
        return None

    def _answer(self, asked: Asked) -> Answer:
        if (asked.method, asked.path) == ("GET", "/api/v2/instance"):
            return _json(self._instance())
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return _json({"error": "The access token is invalid"}, 401)
        match asked.method, asked.path.split("/")[3:]:
            case "GET", ["accounts" | "statuses" as thing, *which]:
                answer = self._tell(thing, which, asked.query)
            case "POST", ["statuses"]:
                answer = self._publish(asked)
            case "DELETE", ["statuses", number]:
                answer = self._delete(number)
            case "POST", ["media"]:
                answer = self._upload(asked)
            case "GET", ["media", number]:
                self.media_polls -= 1
                answer = self._medium(number, 206)
            case _:
                answer = _json({"error": "Record not found"}, 404)
        return answer

    def _tell(self, thing: str, which: list[str], query: dict[str, str]) -> Answer:
        match thing, which:
            case "accounts", ["verify_credentials"]:
                return _json({"id": "1", "username": "regionen", "url": f"{self.url}/@regionen"})
            case "accounts", ["1", "statuses"]:
                return _json(self._listed(query))
            case "statuses", [number, "source"]:
                found = next(known for known in self.statuses if known["id"] == number)
                return _json({"id": number, "text": found["sent"], "spoiler_text": ""})
        return _json({"error": "Record not found"}, 404)

    def _delete(self, number: str) -> Answer:
        gone = [known for known in self.statuses if known["id"] == number]
        self.statuses = [known for known in self.statuses if known not in gone]
        return _json(gone[0]) if gone else _json({"error": "Record not found"}, 404)

    def _instance(self) -> dict[str, Any]:
        limits = {"max_characters": LIMIT, "max_media_attachments": 4}
        return {"configuration": {"statuses": {**limits, "characters_reserved_per_url": 23}}}

    def _listed(self, query: dict[str, str]) -> list[dict[str, Any]]:
        least = int(query.get("max_id", 10**18))
        older = [known for known in self.statuses[::-1] if int(known["id"]) < least]
        return older[: int(query.get("limit", "20"))]

    def _publish(self, asked: Asked) -> Answer:
        fields = parse_qs(asked.body.decode())
        text, name = fields["status"][0], asked.headers.get("idempotency-key", "")
        if name in self.keys:
            return _json(next(one for one in self.statuses if one["id"] == self.keys[name]))
        if len(text) > LIMIT:
            words = f"Validation failed: Text character limit of {LIMIT} exceeded"
            return _json({"error": words}, 422)
        made = self.add(
            text, media=[self.media[number] for number in fields.get("media_ids[]", [])]
        )
        self.keys[name] = made["id"]
        return _json(made)

    def add(self, text: str, at: datetime | None = None, **more: Any) -> dict[str, Any]:
        """Publish a status by other means."""
        number = str(10_000 + len(self.statuses))
        at = at or datetime.now(UTC)
        made = {
            "id": number,
            "url": f"{self.url}/@regionen/{number}",
            "content": f"<p>{escape(text)}</p>".replace("\n\n", "</p><p>"),
            "created_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "sent": text,
            **more,
        }
        self.statuses.append(made)
        return made

    def _upload(self, asked: Asked) -> Answer:
        number = str(len(self.media) + 1)
        found = re.search(
            rb'name="description"\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--', asked.body, re.DOTALL
        )
        self.media[number] = found[1].decode() if found else ""
        return self._medium(number, 202)

    def _medium(self, number: str, not_ready: int) -> Answer:
        ready = self.media_polls <= 0
        url = f"{self.url}/media/{number}" if ready else None
        return _json({"id": number, "url": url}, 200 if ready else not_ready)


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    body = await _body(reader, headers)
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return Asked(method, parts.path, query, headers, body)


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    body = b""
    while size := int((await reader.readline()).strip(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


async def _say(writer: asyncio.StreamWriter, answer: Answer) -> None:
    lines = [f"HTTP/1.1 {answer.status} So", f"Content-Length: {len(answer.body)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    writer.write("\r\n".join([*lines, "", ""]).encode() + answer.body)
    await writer.drain()


def _json(content: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(content).encode(), (("Content-Type", "application/json"),))
