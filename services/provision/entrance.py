"""The way into the broker for whatever prepares or keeps it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.kit.connection import Connection
from services.provision.streams import PATIENCE, Refused


@asynccontextmanager
async def inside(connection: Connection, url: str) -> AsyncIterator[Connection]:
    """Connect, and leave in the end; `Refused` if the broker does not let us in."""
    try:
        try:
            async with asyncio.timeout(PATIENCE):
                await connection.connect()
        except TimeoutError as error:
            raise Refused(
                f"no way into the broker at {url} within {PATIENCE:.0f} s; is it "
                "running, and with the users.conf that belongs to these secrets?"
            ) from error
        yield connection
    finally:
        await connection.stop()
