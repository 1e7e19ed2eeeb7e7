"""A server that has nothing to do with us, read as much as the alerts page is.

What readers cost an alert is in part that anything else is at work on the same cores. This one
answers every request with the same few bytes, with as little work as can be, and stands back as
far as the public face does.
"""

import asyncio
import os
import sys

from benchmarks.siren.readers import ENDS

_NICER = 10
_SAME = b'HTTP/1.1 304 Not Modified\r\nETag: "0"\r\nContent-Length: 0\r\n\r\n'


class Neighbour(asyncio.Protocol):
    """One connection; each request is answered alike."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        if isinstance(transport, asyncio.Transport):
            self._wire = transport

    def data_received(self, data: bytes) -> None:
        """Answer as many as were asked."""
        self._wire.write(_SAME * data.count(ENDS))


async def serve(port: int) -> None:
    """Serve for as long as the process lives."""
    server = await asyncio.get_running_loop().create_server(Neighbour, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    os.nice(_NICER)
    asyncio.run(serve(int(sys.argv[1])))
