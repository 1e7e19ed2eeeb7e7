"""A receiver of webhooks of our own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from services.publisher.channels.webhook import WebhookChannel
from services.publisher.ports import Channel
from tests.channels.platforms import mastodon
from tests.channels.platforms.base import Break, Platform
from tests.channels.receiver import SECRET, Receiver
from tests.harness.ports import free_port


class Hook(Platform):
    """A receiver of webhooks that has promised to know a message again."""

    characters = 6_000
    strict = False
    _FAULTS = {how: fault._replace(path="/hook") for how, fault in mastodon.FAULTS.items()}

    def __init__(self, server: Receiver) -> None:
        self.server = server

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        return WebhookChannel(
            "channel",
            "Kanalen",
            f"{self.server.url}/hook",
            token.encode() if token else SECRET,
            timedelta(seconds=within),
            public_url=f"{self.server.url}/nyheter",
            remembers=timedelta(days=1),
        )

    async def breaks(self, how: Break) -> None:
        self.server.faults.append(self._FAULTS[how])

    async def texts(self) -> list[str]:
        return [str(data["text"]) for data in self.server.posts()]


@asynccontextmanager
async def hook() -> AsyncIterator[Hook]:
    server = Receiver(free_port())
    await server.start()
    try:
        yield Hook(server)
    finally:
        await server.stop()
