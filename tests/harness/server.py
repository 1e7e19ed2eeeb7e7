"""One real nats-server process of our own, which can be killed, frozen and started again."""

import asyncio
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from tests.harness.ports import free_port

OPERATOR = "operator"
"""A user, and the password, with every right; on test brokers only."""

_START_LIMIT = 10.0
_STOP_LIMIT = 10.0


class Server:
    """A broker process. It keeps its port, its name and its store over restarts."""

    def __init__(self, folder: Path, users: Path, *, room: str = "2GB") -> None:
        folder.mkdir(parents=True)
        self._room = room
        self.name = f"test-{uuid4().hex[:12]}"
        self.port = free_port()
        self.route_port = free_port()
        self.log = folder / "server.log"
        self._folder = folder
        self._users = users
        self._neighbours: Sequence[Server] = ()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"nats://127.0.0.1:{self.port}"

    @property
    def running(self) -> bool:
        """Whether the process is there, be it frozen."""
        return self._process is not None and self._process.poll() is None

    def join(self, neighbours: Sequence["Server"]) -> None:
        """Be one node of a cluster; said before the first start."""
        self._neighbours = neighbours

    async def start(self) -> None:
        """Start, or start again on the same store and port; returns when clients can connect."""
        if self.running:
            raise AssertionError(f"{self.name} is running already")
        self._launch()
        give_up = asyncio.get_running_loop().time() + _START_LIMIT
        while not await self._answers():
            if not self.running or asyncio.get_running_loop().time() > give_up:
                await self.kill()
                raise AssertionError(f"no broker on {self.url}:\n{self.log.read_text()[-2000:]}")
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End it at once, as a power cut of the process would."""
        await self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Freeze it: connections stay open and nobody answers."""
        self._send(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen one go on."""
        self._send(signal.SIGCONT)

    def _launch(self) -> None:
        config = self._folder / "server.conf"
        config.write_text(self._config())
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [_program(), "--config", str(config)], stdout=log, stderr=log
            )

    def _config(self) -> str:
        lines = [
            f"server_name: {self.name}",
            f'listen: "127.0.0.1:{self.port}"',
            "jetstream {",
            f'  store_dir: "{self._folder / "store"}"',
            "  max_memory_store: 64MB",
            f"  max_file_store: {self._room}",
            "  sync_interval: always",
            "}",
        ]
        if self._neighbours:
            routes = ", ".join(f'"nats://127.0.0.1:{node.route_port}"' for node in self._neighbours)
            lines.append(
                f'cluster {{ name: "lab", listen: "127.0.0.1:{self.route_port}", '
                f"routes: [{routes}] }}"
            )
        # The real users, and one more who may do all: for the faults that no service can make.
        users = self._users.read_text()
        everything = f'users: [\n      {{ user: "{OPERATOR}", password: "{OPERATOR}" }}'
        (self._folder / "users.conf").write_text(users.replace("users: [", everything, 1))
        return "\n".join([*lines, 'include "users.conf"', ""])

    async def _answers(self) -> bool:
        """Whether our own server, and not another program's, listens on the port."""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            async with asyncio.timeout(2.0):
                line = await reader.readline()
        except (TimeoutError, OSError):
            return False
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
        if not line.startswith(b"INFO "):
            return False
        name = json.loads(line.removeprefix(b"INFO "))["server_name"]
        if name != self.name:
            raise AssertionError(f"{self.url} is {name}, not {self.name}: another's broker")
        return True

    async def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(how)
            # A frozen one takes notice of SIGTERM only when it goes on.
            self._process.send_signal(signal.SIGCONT)
        try:
            await asyncio.to_thread(self._process.wait, _STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_STOP_LIMIT)

    def _send(self, what: signal.Signals) -> None:
        if self._process is None:
            raise AssertionError(f"{self.name} was never started")
        self._process.send_signal(what)


def _program() -> str:
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise AssertionError("no nats-server; run: make setup")
    return found
