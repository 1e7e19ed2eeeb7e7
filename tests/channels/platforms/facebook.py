"""A Facebook Page of the simulator's; there is no other server."""

from dataclasses import dataclass
from datetime import timedelta

from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.ports import Channel
from simulator.graph.desk import account_of, page_id
from tests.channels.platforms.base import Simulated


@dataclass
class SimulatedFacebook(Simulated):
    """A Facebook Page."""

    characters = 63_206
    page = page_id(account_of("regionen"))
    # The publishing of what lies ready, which is a call to the post itself.
    path = f"/graph/v26.0/{page}_"
    hides_by = ("POST", "/graph/v26.0/")

    answer_path = "/graph/v26.0/"

    def called(self, post: str, number: str) -> str:
        return f"{post}_{number}"

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        base, span = f"{self.origin}/graph/v26.0", timedelta(seconds=within)
        return FacebookChannel(
            "channel", "Kanalen", self.page, token or self.token, span, base_url=base
        )
