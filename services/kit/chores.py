"""Work that is done again and again, whatever goes wrong with it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from services.kit.messages import BrokerAway, Overtaken

log = structlog.get_logger()


async def repeat(pause: timedelta, chore: Callable[[], Awaitable[object]]) -> None:
    """Do it, and again after the pause; a fault stops it once, and never for good."""
    while True:
        try:
            await chore()
        except (BrokerAway, Overtaken) as error:
            log.info("chore.postponed", why=str(error))
        except Exception:
            log.exception("chore.failed")
        await asyncio.sleep(pause.total_seconds())
