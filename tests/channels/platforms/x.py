"""An account on X, of the simulator's; there is no other server."""

from dataclasses import dataclass
from datetime import timedelta

from services.publisher.channels.x.channel import XChannel
from services.publisher.channels.x.signing import Keys
from services.publisher.ports import Channel
from simulator.x.desk import account_of
from simulator.x.signatures import APP, APP_SECRET, secret_of
from tests.channels.platforms.base import Simulated


@dataclass
class SimulatedX(Simulated):
    """X."""

    changes = False
    characters = 280
    takes_twins = False
    path = "/x/2/tweets"
    hides_by = ("PUT", f"{path}/")
    handle = account_of("regionen")

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        base, token = f"{self.origin}/x", token or self.token
        keys = Keys(APP, APP_SECRET, token, secret_of(token))
        span = timedelta(seconds=within)
        return XChannel(
            "channel", "Kanalen", self.handle, keys, span, base_url=base, public_url=base
        )
