"""Posts of ours on simulated platforms, and those who write beneath them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.metrics.comments import Thread
from services.metrics.ports import CommentSource
from services.metrics.publications import Publication
from services.metrics.sources import Places, linkedin
from services.metrics.sources.comments import comment_sources
from services.metrics.sources.graph import Api
from services.metrics.web import AccountOwner, Stranger
from services.publisher.domain.answers import Published
from simulator.posts import COMMENT_ROOM
from tests.channels.builders import laid
from tests.channels.contract import opened, sendable, unique
from tests.channels.platforms.base import Simulated
from tests.channels.platforms.bluesky import SimulatedBluesky
from tests.channels.platforms.containers import SimulatedInstagram, SimulatedThreads
from tests.channels.platforms.facebook import SimulatedFacebook
from tests.channels.platforms.linkedin import SimulatedLinkedin
from tests.channels.platforms.mastodon import SimulatedMastodon
from tests.channels.platforms.wordpress import SimulatedWordPress
from tests.metrics.builders import shown
from tests.simulator.running import Running

PLATFORMS: dict[str, type[Simulated]] = {
    "mastodon": SimulatedMastodon,
    "bluesky": SimulatedBluesky,
    "facebook": SimulatedFacebook,
    "instagram": SimulatedInstagram,
    "threads": SimulatedThreads,
    "linkedin": SimulatedLinkedin,
    "wordpress": SimulatedWordPress,
}
PATIENCE = timedelta(seconds=10)


@dataclass
class Place:
    """A post of ours on one platform."""

    running: Running
    source: CommentSource
    post: Publication
    number: str
    """Of the post in the simulator's record."""

    async def read(self) -> Thread:
        """Read what metrics finds beneath it."""
        return await self.source.comments(self.post)

    async def texts(self) -> list[str]:
        """Read what people wrote."""
        return [remark.text for remark in (await self.read()).remarks]

    async def readers(self, *texts: str, name: str = "Aina", beneath: str = "") -> list[str]:
        """Have a reader write this, one after the other; gives the comments' numbers."""
        made = []
        async with self.running.client() as client:
            for text in texts:
                said = {"beneath": beneath or self.number, "name": name, "text": text}
                made.append(str((await client.post("/readers/comments", json=said)).json()["id"]))
        return made

    def answer(self, *beneath: str) -> None:
        """Have answers of ours stand there, as the record would tell it after a restart."""
        record = self.running.record()
        ours = next(entry for entry in record if entry.get("id") == self.number)
        last = max(int(entry["id"]) for entry in record if entry.get("id"))
        file = Path(self.running.env["SIMULATOR_DATA_FOLDER"]) / "record.jsonl"
        with file.open("a", encoding="utf-8") as lines:
            for place, comment in enumerate(beneath, 1):
                number = str((last // COMMENT_ROOM + place) * COMMENT_ROOM)
                entry = {
                    "n": record[-1]["n"] + place,
                    "at": datetime.now(UTC).isoformat(),
                    "dialect": ours["dialect"],
                    "what": "published",
                    "account": ours["account"],
                    "id": number,
                    "key": f"answer-{number}",
                    "text": "Klockan åtta. Välkommen!",
                    "in_reply_to_id": comment,
                }
                lines.write(json.dumps(entry) + "\n")
        self.running.kill_and_restart()


@asynccontextmanager
async def reading(origin: str) -> AsyncIterator[dict[str, CommentSource]]:
    """Have the sources that read a simulator, with the token of its account `regionen`."""
    places = Places(
        Api("graph", f"{origin}/graph/v26.0"),
        Api("threads", f"{origin}/threads-graph/v1.0"),
        linkedin.Api(f"{origin}/linkedin", "202609"),
        f"{origin}/x",
    )
    async with (
        Stranger(PATIENCE, {}) as stranger,
        AccountOwner(PATIENCE, {"torget.token": "regionen-token"}.__getitem__) as owner,
    ):
        yield comment_sources(stranger, owner, places)


async def post_on(kind: str, running: Running, sources: dict[str, CommentSource]) -> Place:
    """Publish a post as the publisher does."""
    async with PLATFORMS[kind].standing(running.url) as platform, opened(platform) as channel:
        sent = sendable(platform, unique())
        platform.keep(*sent.pictures)
        answer = await channel.commit(await laid(channel, sent))
    assert isinstance(answer, Published)
    number = [each["id"] for each in running.record() if each["what"] == "published"][-1]
    post = shown(kind=kind, external_id=answer.external_id, url=answer.url)
    return Place(running, sources[kind], post, number)
