"""A Telegram channel of the simulator's; there is no other server."""

from dataclasses import dataclass
from datetime import timedelta

from services.publisher.channels.telegram import TelegramChannel
from services.publisher.ports import Channel
from simulator.telegram.desk import account_of
from tests.channels.platforms.base import Simulated


@dataclass
class SimulatedTelegram(Simulated):
    """Telegram."""

    characters = 4096
    path = "/telegram/botregionen-token/send"
    pins_by = ("POST", "/telegram/botregionen-token/pin")
    chat = f"@{account_of('regionen')}"

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        base, span = f"{self.origin}/telegram", timedelta(seconds=within)
        return TelegramChannel(
            "channel",
            "Kanalen",
            self.chat,
            token or self.token,
            span,
            base_url=base,
            public_url=f"{base}/t.me",
        )
