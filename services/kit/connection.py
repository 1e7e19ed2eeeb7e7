"""One authenticated connection to the broker, with the client settings that are not optional."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error, MaxPayloadError

from services.kit.messages import BrokerAway
from services.kit.proofs import Proofs

log = structlog.get_logger()

PATIENCE = 2.0
"""Seconds that one request to the broker may take."""

_PING_EVERY = 0.5
_PINGS = 3
"""Unanswered ones after which a connection counts as lost: 1.5 to 2 s after the last answer."""

_ACK, _PULL = b"PUB $JS.ACK.", b"PUB $JS.API.CONSUMER.MSG.NEXT."

_LEAVE_WITHIN = 16.0
"""Seconds for a farewell: handlers' own ten, the client's five, and one more."""

_FAREWELLS = 3
"""An attempt to come back that was under way may open a client again which has just been closed."""


class Connection:
    """Asks the broker things. No answer is `BrokerAway`, at once if the broker is down."""

    def __init__(
        self,
        url: str,
        identity: str,
        seed: str,
        tellers: str | Path = "",
        signing: str | None = None,
        pings: int = _PINGS,
    ) -> None:
        self.identity = identity
        self.proofs = Proofs(signing or seed, tellers)
        if signing:
            self.proofs.must_count(identity)
        self.inbox_prefix = f"_INBOX_{identity}"
        # Without these a connection on which nothing comes is held on to for minutes, and when the
        # broker is away for two the client gives up for ever, spinning.
        self._options: dict[str, Any] = {
            "servers": url.split(","),
            "name": identity,
            "nkeys_seed_str": seed,
            "inbox_prefix": self.inbox_prefix,
            "allow_reconnect": True,
            "max_reconnect_attempts": -1,
            "reconnect_time_wait": 0.2,
            "ping_interval": _PING_EVERY,
            "max_outstanding_pings": pings,
            "connect_timeout": 1,
            "flush_timeout": PATIENCE,
            "drain_timeout": 5,
            "error_cb": self._report,
            "disconnected_cb": self._disconnected,
            "reconnected_cb": self._reconnected,
            "closed_cb": self._closed,
        }
        self._client: Client | None = None
        self._stopping = False
        self._letting_go: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Wait until the broker lets us in; a live retry, for as long as it takes."""
        self._client = await nats.connect(**self._options)
        self._letting_go = asyncio.create_task(self._let_go())

    async def stop(self) -> None:
        """Let running handlers finish, then leave; a broker that is away is not waited for."""
        self._stopping = True
        client = self._client
        try:
            async with asyncio.timeout(_LEAVE_WITHIN):
                if client is not None:
                    await client.drain()
        except (Error, ConnectionError, TimeoutError) as error:
            log.info("broker.left_while_away", why=repr(error))
        finally:
            if self._letting_go is not None:
                self._letting_go.cancel()
            # A client that cannot take its leave would go on trying to reconnect, for ever.
            if client is not None and not client.is_closed:
                _abort(client)
                for _ in range(_FAREWELLS):
                    # Its own reader's cancellation may come out of it; it is not ours.
                    await asyncio.gather(client.close(), return_exceptions=True)
                    if client.is_closed:
                        break

    @property
    def connected(self) -> bool:
        """Whether the broker could be asked right now."""
        client = self._client
        return client is not None and client.is_connected

    @property
    def client(self) -> Client:
        """The connected client, for subscriptions of the kit's own."""
        if self._client is None:
            raise BrokerAway("not connected yet")
        return self._client

    async def ask(
        self,
        subject: str,
        payload: bytes = b"",
        headers: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
    ) -> Msg:
        """Send a request and give its answer; `BrokerAway` as soon as the connection is lost."""
        if not self.connected:
            # The client would keep the message and send it after reconnecting, unasked.
            raise BrokerAway("not connected")
        try:
            # The client's own limit begins only when the request is on its way.
            async with asyncio.timeout(patience):
                return await self.client.request(
                    subject, payload, timeout=patience, headers=dict(headers) if headers else None
                )
        except MaxPayloadError:
            raise
        except (Error, ConnectionError, TimeoutError) as error:
            raise BrokerAway(f"{type(error).__name__} for {subject}") from error

    async def _let_go(self) -> None:
        """Abort lost connections: closing one waits for its last bytes to be taken, for ever."""
        while True:
            await asyncio.sleep(_PING_EVERY)
            client = self._client
            if client is not None and client.is_reconnecting:
                _abort(client)

    async def _report(self, error: Exception) -> None:
        client = self._client
        if isinstance(error, nats.errors.Error) and "permissions violation" in str(error).lower():
            log.error("broker.forbids", why=str(error))
        else:
            log.warning("broker.trouble", why=repr(error))
        if client is not None and not client.is_connected and not client.is_closed:
            # An attempt to come back has failed; the client would leave its socket open.
            _abort(client)
            _forget_requests(client)

    async def _disconnected(self, *_: Any) -> None:
        if not self._stopping:
            log.warning("broker.away")
        if self._client is not None:
            _fail_waiting(self._client)
            _forget_requests(self._client)

    async def _reconnected(self, *_: Any) -> None:
        log.info("broker.back")

    async def _closed(self, *_: Any) -> None:
        if not self._stopping:
            # A closed client never comes back; the supervisor starts a new process.
            log.critical("broker.closed")
            await asyncio.sleep(0)
            os._exit(70)


# What the client does not offer; the lock pins it, tests/kit/test_lost_connections.py holds it.


def _abort(client: Client) -> None:
    """End the socket without waiting for its last bytes to be taken."""
    transport = client._transport  # noqa: SLF001
    writer = getattr(transport, "_io_writer", None)
    if writer is not None:
        writer.transport.abort()


def _fail_waiting(client: Client) -> None:
    """Tell those who wait for an answer that it will not come on this connection."""
    for waiting in list(client._resp_map.values()):  # noqa: SLF001
        if not waiting.done():
            waiting.set_exception(ConnectionResetError("the connection was lost"))


def _forget_requests(client: Client) -> None:
    """Drop what would be sent after reconnecting though nobody waits for it.

    Acks are of use, and so is each durable's newest pull. The older ones, one for each second of
    an outage, would together bring far more messages than a replica works on at a time.
    """
    pending = client._pending  # noqa: SLF001
    pulls = {said.split(b" ", 2)[1]: said for said in pending if said.startswith(_PULL)}
    kept = [*(said for said in pending if said.startswith(_ACK)), *pulls.values()]
    client._pending = kept  # noqa: SLF001
    client._pending_data_size = sum(map(len, kept))  # noqa: SLF001
