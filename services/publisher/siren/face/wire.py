"""Speaks HTTP/1.1 with readers, at a third of what a general server takes of the processor.

Nobody sends us anything but a head, so whatever has more than that is answered and let go.
"""

import asyncio
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus
from time import time

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser, parse_url

from services.publisher.siren.face.answers import Answer, said
from services.publisher.siren.face.server import Door, Request

_LARGEST_HEAD = 16_384
"""Bytes that may come without being a request yet."""

_SILENT = 15.0
"""Seconds that a reader may take to ask."""

_SLOW = 120.0
"""Seconds that a reader may take to read an answer."""

_SWEEP = 5.0
_NO_REQUEST = said(HTTPStatus.BAD_REQUEST)


class Reader(asyncio.Protocol):
    """One reader's connection."""

    def __init__(self, readers: "Readers") -> None:
        self._readers = readers
        self._parser = HttpRequestParser(self)
        self._wire: asyncio.Transport
        self._request = Request(b"", b"")
        self._body = False
        self._unread = 0
        self._full = False
        self._leaving = False
        self._since = readers.now()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("readers come by TCP")
        self._wire = transport
        self._readers.came(self)

    def connection_lost(self, _: Exception | None) -> None:
        """End."""
        self._readers.went(self)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is whole by now."""
        if self._leaving:
            return
        self._unread += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            self.leave()  # it was answered in the language that it came in
        except HttpParserError:
            self._refuse()
        if self._unread > _LARGEST_HEAD:
            self._refuse()

    def pause_writing(self) -> None:
        """Hear nothing from a reader who does not take what was answered."""
        self._full = True
        self._wire.pause_reading()

    def resume_writing(self) -> None:
        """Hear again."""
        self._full = False
        self._wire.resume_reading()

    def on_message_begin(self) -> None:
        """Begin a request; called by the parser, as the following are."""
        self._request = Request(b"", b"")
        self._body = False

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._request.path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; most say nothing to us."""
        match name.lower():
            case b"if-none-match":
                tags = self._request.tags
                self._request.tags = value if tags is None else tags + b"," + value
            case b"if-modified-since":
                self._request.since = value
            case b"content-length" | b"transfer-encoding":
                self._body = True

    def on_headers_complete(self) -> None:
        """Answer; whoever asks on without reading the answers has to come again."""
        if self._leaving:
            return
        if self._full:
            self.leave()
            return
        request = self._request
        request.method = self._parser.get_method()
        if not request.path.startswith(b"/"):
            request.path = parse_url(request.path).path or b"/"
        request.path = request.path.partition(b"?")[0]
        last = (
            self._body
            or not self._parser.should_keep_alive()
            or self._parser.should_upgrade()
            or self._parser.get_http_version() != "1.1"
        )
        self._send(self._readers.door.answer(request), last=last)

    def _send(self, answer: Answer, *, last: bool) -> None:
        """Send an answer, and part after the last one."""
        self._unread = 0
        self._since = self._readers.now()
        ends = b"Connection: close\r\n\r\n" if last else b"\r\n"
        body = b"" if self._request.method == b"HEAD" else answer.body
        self._wire.write(b"".join((answer.head, self._readers.date(), ends, body)))
        if last:
            self.leave()

    def _refuse(self) -> None:
        """Answer what is no request."""
        if not self._leaving:
            self._send(_NO_REQUEST, last=True)

    def leave(self) -> None:
        """Part when what was answered is sent."""
        self._leaving = True
        self._wire.close()

    def part_if_late(self) -> None:
        """Part at once from a reader who neither asks nor reads."""
        allowed = _SLOW if self._wire.get_write_buffer_size() else _SILENT
        if self._readers.now() - self._since > allowed:
            self._wire.abort()


class Readers:
    """All who are connected."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.now = asyncio.get_running_loop().time
        self._here: set[Reader] = set()
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._date = (0, b"")

    def came(self, reader: Reader) -> None:
        """Count a reader in."""
        self._here.add(reader)
        self._nobody.clear()

    def went(self, reader: Reader) -> None:
        """Count a reader out."""
        self._here.discard(reader)
        if not self._here:
            self._nobody.set()

    def date(self) -> bytes:
        """Give the line that says when an answer was made; the same for a second."""
        second = int(time())
        if self._date[0] != second:
            self._date = second, f"Date: {formatdate(second, usegmt=True)}\r\n".encode()
        return self._date[1]

    async def sweep(self) -> None:
        """Keep nobody for ever who is silent or slow."""
        while True:
            await asyncio.sleep(_SWEEP)
            self.part_from_late()

    def part_from_late(self) -> None:
        """Look once for those who are silent or slow."""
        for reader in tuple(self._here):
            reader.part_if_late()

    async def leave(self, within: float) -> None:
        """Let all go, when they have what they were answered or the time is over."""
        for reader in tuple(self._here):
            reader.leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._nobody.wait()
