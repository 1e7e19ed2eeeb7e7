"""Mail servers that are not ours, and a web server that keeps what is sent to it."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope

from tests.harness.ports import free_port
from tests.harness.waiting import eventually

_FOR_SMTPD = ("smtpd", "unshare", "mount")


@dataclass
class Mailbox:
    """A mail server's port, and the letters it took for somebody."""

    port: int
    letters: Callable[[str], list[EmailMessage]]

    def address(self, person: str) -> str:
        """Write an address as people put it into notices.toml."""
        return f"mailto://127.0.0.1:{self.port}/?from=plan@lab.test&to={person}@lab.test"


@asynccontextmanager
async def small_mail_server() -> AsyncIterator[Mailbox]:
    """Run aiosmtpd: it speaks SMTP, and keeps letters in memory."""
    kept: list[tuple[list[str], bytes]] = []

    class Keep:
        async def handle_DATA(  # noqa: N802 – its own name
            self, server: object, session: object, envelope: Envelope
        ) -> str:
            kept.append((envelope.rcpt_tos, envelope.original_content or b""))
            return "250 taken"

    loop, port = asyncio.get_running_loop(), free_port()
    server = await loop.create_server(
        lambda: SMTP(Keep(), hostname="lab.test", loop=loop), "127.0.0.1", port
    )

    def letters(person: str) -> list[EmailMessage]:
        return [_read(content) for to, content in kept if f"{person}@lab.test" in to]

    try:
        yield Mailbox(port, letters)
    finally:
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def real_mail_server(largest: str = "35M") -> AsyncIterator[Mailbox]:
    """Run OpenSMTPD, which queues and delivers into maildirs, in a corner of its own."""
    if os.geteuid() != 0 or not all(map(shutil.which, _FOR_SMTPD)):
        why = "needs root and Debian's opensmtpd: apt-get install opensmtpd"
        if os.environ.get("REQUIRE_MTA"):
            pytest.fail(why)
        pytest.skip(why)
    # Its delivery agent is another user, who may not enter a test's own folder.
    folder, port = Path(tempfile.mkdtemp(prefix="mail-")), free_port()
    boxes, config, log = folder / "boxes", folder / "smtpd.conf", folder / "log"
    _lay_out(folder, boxes)
    config.write_text(_SMTPD.format(port=port, boxes=boxes, largest=largest))
    corner = 'mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/spool && exec smtpd -d -f "$0"'
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            "unshare", "--mount", "sh", "-c", corner, config, stdout=out, stderr=out
        )

    async def listens() -> bool:
        assert process.returncode is None, log.read_text()
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            greeting = await reader.readline()
            writer.close()
            return greeting.startswith(b"220")
        return False

    def letters(person: str) -> list[EmailMessage]:
        return [_read(path.read_bytes()) for path in sorted((boxes / person).glob("new/*"))]

    try:
        await eventually(listens, within=10)
        yield Mailbox(port, letters)
    finally:
        process.terminate()
        async with asyncio.timeout(10):
            await process.wait()

        def swept() -> bool:
            # Whoever was delivering may put another letter there.
            with suppress(OSError):
                shutil.rmtree(folder)
            return not folder.exists()

        await eventually(swept, within=10)


def _lay_out(folder: Path, boxes: Path) -> None:
    folder.chmod(0o755)
    boxes.mkdir()
    shutil.chown(boxes, "mail", "mail")


_SMTPD = """
smtp max-message-size {largest}
listen on 127.0.0.1 port {port}
action "keep" maildir "{boxes}/%{{dest.user}}" virtual {{ "@lab.test" = "mail" }}
match from any for domain "lab.test" action "keep"
match from any for any reject
"""


@dataclass
class Webhook:
    """A web address, and what was sent to it."""

    port: int
    bodies: list[Any] = field(default_factory=list)
    status: int = 200
    hangs: bool = False

    @property
    def url(self) -> str:
        """Write the address as people put it into notices.toml."""
        return f"json://127.0.0.1:{self.port}/hook"


@asynccontextmanager
async def webhook() -> AsyncIterator[Webhook]:
    """Serve one address over HTTP."""
    hook = Webhook(free_port())
    meetings: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        meetings.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.split("content-length:")[1].split("\r\n")[0])
            body = json.loads(await reader.readexactly(length))
            if hook.hangs:
                await asyncio.get_running_loop().create_future()
            hook.bodies.append(body)
            writer.write(f"HTTP/1.1 {hook.status} x\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", hook.port)
    try:
        yield hook
    finally:
        server.close()
        for task in meetings:
            task.cancel()
        await asyncio.gather(*meetings, return_exceptions=True)


def _read(content: bytes) -> EmailMessage:
    letter = message_from_bytes(content, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    return letter
