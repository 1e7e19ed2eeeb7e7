"""An HTTP connection that the application may cut, as a failing network does."""

import asyncio
import socket
import struct
from typing import Any

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT = "simulator.transport"
_NO_LINGER = struct.pack("ii", 1, 0)


class CuttableProtocol(H11Protocol):
    """Gives each request its transport, which uvicorn otherwise keeps to itself."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the transport where requests of this connection find it."""
        self.app_state = {**self.app_state, _TRANSPORT: transport}
        super().connection_made(transport)


async def cut(scope: Scope, receive: Receive) -> None:
    """Reset the connection of this request and return when it is gone."""
    state: dict[str, Any] = scope.get("state", {})
    transport: asyncio.Transport | None = state.get(_TRANSPORT)
    if transport is None:
        raise RuntimeError("only a server run by `python -m simulator` can cut connections")
    plug = transport.get_extra_info("socket")
    if plug is not None and not transport.is_closing():
        # Without lingering the peer gets a reset, not an orderly end.
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
    await gone(receive)


async def gone(receive: Receive) -> None:
    """Return when the caller has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
