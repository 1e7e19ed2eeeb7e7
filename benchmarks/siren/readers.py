"""Strangers who read the alerts page at a steady rate, in a process of their own.

What is measured is what they cost the siren. They would have machines of their own, so they work
with as little as can be, and only when nobody else wants the processor.
"""

import asyncio
import os
import sys
from urllib.parse import urlsplit

_AT_ONCE = 40
_TICK = 0.02
_FRESH = 10
"""One reader in so many has not been there before, and gets the whole page."""

ENDS = b"\r\n\r\n"
"""Where a head ends."""


class Reader(asyncio.Protocol):
    """One connection that is kept; it counts answers, and keeps the newest tag."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._tag = b""
        self._wire: asyncio.Transport | None = None
        self.answers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        if isinstance(transport, asyncio.Transport):
            self._wire = transport

    def data_received(self, data: bytes) -> None:
        """Count the answers in what came."""
        self.answers += data.count(ENDS)
        if b'ETag: "' in data:
            self._tag = data.split(b'ETag: "')[1].split(b'"')[0]

    def ask(self, *, fresh: bool) -> None:
        """Read the page, or whether it is still the same."""
        known = b"" if fresh or not self._tag else b'If-None-Match: "' + self._tag + b'"\r\n'
        if self._wire is None or self._wire.is_closing():
            raise ConnectionError("the public face has left")
        self._wire.write(
            b"GET / HTTP/1.1\r\nHost: " + self._host.encode() + b"\r\n" + known + b"\r\n"
        )


async def read(url: str, rate: float) -> None:
    """Read for as long as the process lives; each second's count goes to standard output."""
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    readers = []
    for _ in range(_AT_ONCE):
        _, reader = await loop.create_connection(
            lambda: Reader(parts.netloc), parts.hostname or "", parts.port or 80
        )
        readers.append(reader)
    began, sent, counted, told = loop.time(), 0, 0, loop.time()
    while True:
        await asyncio.sleep(_TICK)
        due = min(int((loop.time() - began) * rate), sent + _AT_ONCE * 2)
        while sent < due:
            readers[sent % _AT_ONCE].ask(fresh=sent % _FRESH == 0)
            sent += 1
        if loop.time() - told >= 1:
            answers = sum(reader.answers for reader in readers)
            print(round((answers - counted) / (loop.time() - told)), flush=True)
            counted, told = answers, loop.time()


if __name__ == "__main__":
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    asyncio.run(read(sys.argv[1], float(sys.argv[2])))
