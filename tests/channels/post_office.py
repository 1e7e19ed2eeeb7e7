"""A mail server that fails on demand: it cuts and hangs where a lost reply hurts, and says no."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.harness.ports import free_port

USER, PASSWORD = "press", "right-password"
LARGEST = 100_000

Fault = Literal["cut before", "cut after", "hang"]


@dataclass
class Taken:
    """A letter that somebody has answered for, with its envelope."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def letter(self) -> EmailMessage:
        """Read it as a reader's program does."""
        read = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(read, EmailMessage)
        return read

    @property
    def words(self) -> str:
        """Give its plain text."""
        body = self.letter.get_body(("plain",))
        assert body is not None
        return str(body.get_content()).strip()


@dataclass
class PostOffice:
    """Letters that were taken; a fault strikes the next letter, an answer every step it names."""

    port: int
    taken: list[Taken] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    """What is said instead, by command, or by recipient."""
    seen: list[str] = field(default_factory=list)
    """The commands that came."""

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's own name, and so below
        self, server: SMTP, session: Session, envelope: Envelope, name: str, said: list[str]
    ) -> list[str]:
        self.seen.append("EHLO")
        session.host_name = name
        return said

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, sender: str, options: list[str]
    ) -> str:
        self.seen.append("MAIL")
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        if no := self.answers.get("MAIL"):
            return no
        envelope.mail_from = sender
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, to: str, options: list[str]
    ) -> str:
        if no := self.answers.get(to):
            return no
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        fault = self.faults.pop() if self.faults else None
        if fault == "cut before":
            _cut(server)
        elif fault == "hang":
            await asyncio.Event().wait()
        elif no := self.answers.get("DATA"):
            return no
        else:
            content = envelope.original_content or b""
            self.taken.append(Taken(envelope.mail_from or "", envelope.rcpt_tos, content))
            if fault == "cut after":
                _cut(server)
        return "250 2.0.0 taken"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.seen.append("QUIT")
        if self.answers.get("QUIT") == "hang":
            await asyncio.Event().wait()
        return "221 Bye"


@asynccontextmanager
async def post_office(
    starttls: ssl.SSLContext | None = None, implicit: ssl.SSLContext | None = None
) -> AsyncIterator[PostOffice]:
    """Run one, where only who signs in may post."""
    office, loop = PostOffice(free_port()), asyncio.get_running_loop()

    meetings: list[SMTP] = []

    def serve() -> SMTP:
        met = SMTP(
            office,
            loop=loop,
            hostname="lab.test",
            data_size_limit=LARGEST,
            authenticator=_knows,
            auth_require_tls=False,
            tls_context=starttls,
        )
        meetings.append(met)
        return met

    server = await loop.create_server(serve, "127.0.0.1", office.port, ssl=implicit)
    try:
        yield office
    finally:
        server.close()
        for met in meetings:
            _end(met)
        await server.wait_closed()


def _knows(server: SMTP, session: Session, envelope: Envelope, how: str, said: Any) -> AuthResult:
    if said == LoginPassword(USER.encode(), PASSWORD.encode()):
        return AuthResult(success=True)
    words = f"535 5.7.8 no such password: {said.password.decode()}"
    return AuthResult(success=False, handled=False, message=words)


def _cut(server: SMTP) -> None:
    transport = server.transport
    assert isinstance(transport, asyncio.Transport)
    plug: socket.socket = transport.get_extra_info("socket")
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _end(server: SMTP) -> None:
    if server._handler_coroutine is not None:
        server._handler_coroutine.cancel()
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()
