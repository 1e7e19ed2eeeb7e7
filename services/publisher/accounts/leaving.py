"""Lets the planner know that a channel is no longer there, and never while a post is on its way."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

from schemas.channels import ChannelRemoved
from schemas.envelope import now
from services.kit.bus import Bus
from services.kit.facts import Unreadable
from services.kit.messages import BrokerAway, Overtaken
from services.kit.unfit import Unfit
from services.publisher.channels.config import read_channels
from services.publisher.domain.entries import FINAL
from services.publisher.ledger import StreamHistory
from services.publisher.settings import Settings

_WITHIN = 60.0
_LONG_AGO = datetime.fromtimestamp(0, UTC)


class StillOpen(Exception):
    """Deliveries stand open in the channel, which would go no further without it."""

    def __init__(self, posts: tuple[UUID, ...]) -> None:
        super().__init__(", ".join(map(str, posts)))
        self.posts = posts


async def leave(settings: Settings, name: str) -> bool:
    """Tell that a channel is gone; False if nobody ever told of it, or it is told already."""
    if name in read_channels(settings.channels):
        raise Unfit(
            f"{settings.channels} still has the channel {name}; take its table away and start the "
            "publisher again, then say this once more"
        )
    bus = Bus(settings, "publisher")
    try:
        async with asyncio.timeout(_WITHIN):
            await bus.connection.connect()
            return await _leave(bus, name)
    except (TimeoutError, BrokerAway, Overtaken, Unreadable) as error:
        raise Unfit(
            f"what is on its way in {name} cannot be read at {settings.nats_url} ({error!r}); "
            "see that the broker runs, and try again"
        ) from error
    finally:
        await bus.connection.stop()


async def _leave(bus: Bus, name: str) -> bool:
    entries = await StreamHistory(bus.facts).since(name, _LONG_AGO)
    if open_posts := tuple(entry.post for entry in entries if not isinstance(entry, FINAL)):
        raise StillOpen(open_posts)
    removed = ChannelRemoved(occurred_at=now(), trace=uuid4(), channel=name)
    last = await bus.facts.newest(removed.subject)
    if last is None or isinstance(last.fact, ChannelRemoved):
        return False
    await bus.facts.tell(removed, last.sequence)
    return True
