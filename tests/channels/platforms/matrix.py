"""Rooms on Matrix servers: the simulator's, and Synapse's."""

import hashlib
import hmac
import subprocess
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from services.publisher.channels.matrix.channel import MatrixChannel
from services.publisher.ports import Channel
from simulator.matrix.names import reader_event
from tests.channels.platforms.base import Break, Platform, Simulated
from tests.channels.platforms.process import REAL, running_process
from tests.harness.ports import free_port
from tests.harness.proxy import FROZEN, RESET_AFTER, RESET_BEFORE, Proxy

ROOM = "!regionen:simulator.test"
_SYNAPSE = REAL / "matrix"


class MatrixPlatform(Platform):
    """Something that speaks Matrix's client-server API."""

    characters = 4000
    strict = False

    @property
    @abstractmethod
    def place(self) -> tuple[str, str, str]:
        """Where it is, a room there, and a token for that room."""

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        return self.channel_in(self.place[1], token, within)

    def channel_in(self, room: str, token: str | None = None, within: int = 15) -> Channel:
        """Make the channel of some room."""
        base, _, own = self.place
        public = f"http://{urlsplit(base).netloc}"
        span = timedelta(seconds=within)
        return MatrixChannel(
            "channel", "Kanalen", base, room, token or own, span, public_url=public
        )

    async def events(self) -> list[dict[str, Any]]:
        """List what a member is shown in the room, the newest first."""
        base, room, token = self.place
        bearer = {"Authorization": f"Bearer {token}"}
        asked: dict[str, str | int] = {"dir": "b", "limit": 200}
        path = f"{base}/_matrix/client/v3/rooms/{quote(room, safe='')}/messages"
        async with httpx.AsyncClient(headers=bearer) as client:
            listed: list[dict[str, Any]] = (await client.get(path, params=asked)).json()["chunk"]
        return [event for event in listed if event["type"] == "m.room.message"]


@dataclass
class SimulatedMatrix(Simulated, MatrixPlatform):
    """Matrix."""

    path = "/matrix/_matrix/client/v3/rooms/"

    def called(self, post: str, number: str) -> str:
        return reader_event(number)

    method = "PUT"
    pins_by = (method, path)

    @property
    def place(self) -> tuple[str, str, str]:
        return f"{self.origin}/matrix", ROOM, self.token


@dataclass(frozen=True)
class Home:
    """A server, an account on it, and the room that the account has made."""

    port: int
    token: str
    room: str

    def client(self) -> httpx.Client:
        """Ask the server beside the adapter."""
        bearer = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", headers=bearer, timeout=20)

    def new_room(self, **more: Any) -> str:
        """Make a room that anybody may join."""
        with self.client() as client:
            asked = {"preset": "public_chat", **more}
            made = client.post("/_matrix/client/v3/createRoom", json=asked)
        made.raise_for_status()
        room: str = made.json()["room_id"]
        return room


@dataclass
class MatrixServer(MatrixPlatform):
    """Synapse, behind a network that fails on demand."""

    looks_at_pictures = False
    proxy: Proxy
    home: Home

    FAULTS = {
        Break.CUTS_BEFORE: RESET_BEFORE,
        Break.CUTS_AFTER: RESET_AFTER,
        Break.HANGS: FROZEN,
    }

    @property
    def place(self) -> tuple[str, str, str]:
        return f"http://127.0.0.1:{self.proxy.port}", self.home.room, self.home.token

    async def breaks(self, how: Break) -> None:
        self.proxy.strike(self.FAULTS[how])

    async def texts(self) -> list[str]:
        shown = [event["content"] for event in await self.events()]
        changes = {"rel_type": "m.replace"}.items()
        return [
            content["body"]
            for content in shown
            if "body" in content and not changes <= content.get("m.relates_to", {}).items()
        ]


@contextmanager
def homeserver(folder: Path) -> Iterator[Home]:
    """Run Synapse with our account in a room of its own."""
    port, config = free_port(), folder / "homeserver.yaml"
    template = Template((_SYNAPSE / "homeserver.yaml").read_text())
    config.write_text(template.substitute(folder=folder, port=port))
    program = str(_SYNAPSE / ".venv/bin/python")
    command = [program, "-m", "synapse.app.homeserver", "-c", str(config)]
    subprocess.run([*command, "--generate-keys"], check=True, capture_output=True)
    base = f"http://127.0.0.1:{port}"
    with running_process(folder, command, {}, f"{base}/health"):
        home = Home(port, signed_in(base, "press"), "")
        yield replace(home, room=home.new_room())


def signed_in(base: str, name: str, device: str = "BUDKAVLE") -> str:
    """Give a token of an account, which is made if there is none."""
    with httpx.Client(base_url=base, timeout=20) as client:
        nonce = client.get("/_synapse/admin/v1/register").json()["nonce"]
        who = {"username": name, "password": "made-up"}
        said = "\0".join([nonce, *who.values(), "notadmin"]).encode()
        mac = hmac.new(b"made-up", said, hashlib.sha1).hexdigest()
        account = {**who, "nonce": nonce, "mac": mac, "admin": False}
        client.post("/_synapse/admin/v1/register", json=account)
        asked = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": name},
            "password": who["password"],
            "device_id": device,
        }
        answer = client.post("/_matrix/client/v3/login", json=asked)
    answer.raise_for_status()
    token: str = answer.json()["access_token"]
    return token
