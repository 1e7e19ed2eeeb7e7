"""One authenticated connection to the broker, with the client settings that are not optional."""

import asyncio
import os
from collections.abc import Mapping
from typing import Any

import nats
import structlog
from faststream.nats import NatsBroker
from faststream.nats.security import NatsNKey
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error, MaxPayloadError

from services.kit.messages import BrokerAway
from services.kit.proofs import Proofs

log = structlog.get_logger()

PATIENCE = 2.0
"""Seconds that one request to the broker may take."""


class Connection:
    """Asks the broker things. No answer is `BrokerAway`, at once if the broker is down."""

    def __init__(self, url: str, identity: str, seed: str, tellers: str = "") -> None:
        self.identity = identity
        self.proofs = Proofs(seed, tellers)
        self.inbox_prefix = f"_INBOX_{identity}"
        # Without these a cut of 30 s stays unnoticed for 23 s more, and after two minutes the
        # client gives up for ever, spinning.
        self.broker = NatsBroker(
            url.split(","),
            name=identity,
            security=NatsNKey.from_seed(seed),
            inbox_prefix=self.inbox_prefix,
            apply_types=False,
            allow_reconnect=True,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.2,  # type: ignore[arg-type]  # seconds; the client takes fractions
            ping_interval=2,
            max_outstanding_pings=2,
            connect_timeout=1,
            graceful_timeout=10,
            drain_timeout=5,
            logger=None,
            error_cb=self._report,
            disconnected_cb=self._disconnected,
            reconnected_cb=self._reconnected,
            closed_cb=self._closed,
        )
        self._stopping = False

    async def connect(self) -> None:
        """Wait until the broker lets us in; a live retry, for as long as it takes."""
        await self.broker.connect()

    async def stop(self) -> None:
        """Let running handlers finish, then leave; a broker that is away is not waited for."""
        self._stopping = True
        client = self._client
        try:
            await self.broker.stop()
        except (Error, ConnectionError) as error:
            log.info("broker.left_while_away", why=repr(error))
        finally:
            # A client that cannot take its leave would go on trying to reconnect, for ever.
            if client is not None and not client.is_closed:
                # Its own reader's cancellation may come out of it; it is not ours.
                await asyncio.gather(client.close(), return_exceptions=True)

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
        """Send a request and give its answer."""
        if not self.connected:
            # The client would keep the message and send it after reconnecting, unasked.
            raise BrokerAway("not connected")
        try:
            return await self.client.request(
                subject, payload, timeout=patience, headers=dict(headers) if headers else None
            )
        except MaxPayloadError:
            raise
        except (Error, ConnectionError) as error:
            raise BrokerAway(f"{type(error).__name__} for {subject}") from error

    @property
    def _client(self) -> Client | None:
        # FastStream keeps the client to itself; this is the one place that knows where.
        return self.broker._connection  # noqa: SLF001

    async def _report(self, error: Exception) -> None:
        if isinstance(error, nats.errors.Error) and "permissions violation" in str(error).lower():
            log.error("broker.forbids", why=str(error))
        else:
            log.warning("broker.trouble", why=repr(error))

    async def _disconnected(self, *_: Any) -> None:
        if not self._stopping:
            log.warning("broker.away")

    async def _reconnected(self, *_: Any) -> None:
        log.info("broker.back")

    async def _closed(self, *_: Any) -> None:
        if not self._stopping:
            # A closed client never comes back; the supervisor starts a new process.
            log.critical("broker.closed")
            await asyncio.sleep(0)
            os._exit(70)
