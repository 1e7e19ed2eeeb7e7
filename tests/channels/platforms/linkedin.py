"""An organisation's page on LinkedIn, of the simulator's; there is no other server."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.publisher.channels.linkedin.channel import LinkedinChannel
from services.publisher.ports import Channel
from simulator.linkedin.desk import account_of, organization_id
from tests.channels.platforms.base import Simulated


@dataclass
class SimulatedLinkedin(Simulated):
    """LinkedIn."""

    characters = 3000
    takes_twins = False
    # Until the day is over in UTC, and a little.
    asks_for = timedelta(0), timedelta(days=1, minutes=1)
    organization = organization_id(account_of("regionen"))
    path = "/linkedin/rest/posts"
    answer_path = "/linkedin/rest/socialActions/"

    def called(self, post: str, number: str) -> str:
        return f"urn:li:comment:(urn:li:share:{post},{number})"

    def channel(self, token: str | None = None, within: int = 15, **more: Any) -> Channel:
        base = f"{self.origin}/linkedin"
        places = {"base_url": base, "upload_url": base, "public_url": base}
        span = timedelta(seconds=within)
        return LinkedinChannel(
            "channel",
            "Kanalen",
            self.organization,
            token or self.token,
            span,
            **(places | more),
        )
