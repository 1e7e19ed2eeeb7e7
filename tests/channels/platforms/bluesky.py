"""Bluesky: the simulator's, and a real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from schemas.posts import Addressee
from services.publisher.channels.bluesky.channel import BlueskyChannel
from services.publisher.channels.bluesky.record import COLLECTION
from services.publisher.ports import Channel
from simulator.bluesky.names import comment_key, reader_handle, uri_of
from tests.channels.platforms.base import HANDLE, READER, Break, Platform, Simulated
from tests.channels.platforms.process import REAL, running_process
from tests.harness.ports import free_port
from tests.harness.proxy import FROZEN, RESET_AFTER, RESET_BEFORE, Proxy


@dataclass
class SimulatedBluesky(Simulated):
    """Bluesky."""

    changes = False
    characters = 300
    path = "/bluesky/xrpc/com.atproto.repo.putRecord"
    hides_by = pins_by = ("POST", path)
    knows_gone = False  # whoever is hidden stands in a list of ours

    def called(self, post: str, number: str) -> str:
        return uri_of(reader_handle(READER), comment_key(number))

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        base = f"{self.origin}/bluesky"
        span = timedelta(seconds=within)
        return BlueskyChannel(
            "channel", "Kanalen", base, HANDLE, token or self.token, span, public_url=base
        )


@dataclass
class BlueskyServer(Platform):
    """A real server, behind a network that fails on demand."""

    changes = False
    looks_at_pictures = False
    characters = 300
    proxy: Proxy
    password: str

    FAULTS = {
        Break.CUTS_BEFORE: RESET_BEFORE,
        Break.CUTS_AFTER: RESET_AFTER,
        Break.HANGS: FROZEN,
    }

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.proxy.port}"

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        span, password = timedelta(seconds=within), token or self.password
        base = self.base_url
        return BlueskyChannel("channel", "Kanalen", base, HANDLE, password, span, public_url=base)

    async def breaks(self, how: Break) -> None:
        self.proxy.strike(self.FAULTS[how])

    async def texts(self) -> list[str]:
        return [value["text"] for value in await self._values()]

    async def comment(self, text: str, above: str, words: str) -> Addressee:
        # The server has no other readers.
        [top] = [record for record in await self._records() if record["uri"] == above]
        named = {name: top[name] for name in ("uri", "cid")}
        value = {
            "$type": COLLECTION,
            "text": words,
            "createdAt": top["value"]["createdAt"],
            "reply": {"root": named, "parent": named},
        }
        written = await self._write("createRecord", record=value)
        return Addressee(comment=uuid4(), external_id=written["uri"], beneath=above)

    async def uncomment(self, comment: Addressee) -> None:
        await self._write("deleteRecord", rkey=comment.external_id.rpartition("/")[2])

    async def beneath(self, text: str) -> list[str | None]:
        own = [value for value in await self._values() if text in value["text"]]
        return [value["reply"]["parent"]["uri"] if "reply" in value else None for value in own]

    async def _values(self) -> list[dict[str, Any]]:
        return [record["value"] for record in await self._records()]

    async def _records(self) -> list[dict[str, Any]]:
        asked: dict[str, str | int] = {"repo": HANDLE, "collection": COLLECTION, "limit": 100}
        async with httpx.AsyncClient(base_url=self.base_url) as client:
            listed = (await client.get("/xrpc/com.atproto.repo.listRecords", params=asked)).json()
        records: list[dict[str, Any]] = listed["records"]
        return records

    async def _write(self, method: str, **said: Any) -> dict[str, Any]:
        who = {"identifier": HANDLE, "password": self.password}
        async with httpx.AsyncClient(base_url=f"{self.base_url}/xrpc", timeout=15) as client:
            opened = (await client.post("/com.atproto.server.createSession", json=who)).json()
            client.headers["Authorization"] = f"Bearer {opened['accessJwt']}"
            asked = {"repo": HANDLE, "collection": COLLECTION, **said}
            answer = await client.post(f"/com.atproto.repo.{method}", json=asked)
        written: dict[str, Any] = answer.raise_for_status().json()
        return written


@contextmanager
def bluesky_server(folder: Path, *view: str) -> Iterator[int]:
    """Run a real server with our account on it, and the view if its port and database are told."""
    directory, port = free_port(), free_port()
    command = ["node", "server.cjs", str(directory), str(port), *view]
    base = f"http://127.0.0.1:{port}"
    ready = f"{base}/xrpc/com.atproto.server.describeServer"
    with running_process(folder, command, {"LOG_ENABLED": "false"}, ready, cwd=REAL / "bluesky"):
        account = {"handle": HANDLE, "email": "press@regionsolviken.example"}
        made = httpx.post(
            f"{base}/xrpc/com.atproto.server.createAccount",
            json={**account, "password": Simulated.token},
        )
        made.raise_for_status()
        yield port
