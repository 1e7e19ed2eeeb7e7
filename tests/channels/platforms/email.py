"""Lists of recipients behind mail servers: one of ours that fails on demand, and OpenSMTPD."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from services.publisher.channels.mail.channel import EmailChannel
from services.publisher.channels.mail.letter import Heading
from services.publisher.channels.mail.submission import Server
from services.publisher.ports import Channel
from tests.channels.platforms.base import Break, Platform
from tests.channels.post_office import PASSWORD, USER, Fault, PostOffice, post_office
from tests.harness.mail import Mailbox, real_mail_server
from tests.harness.waiting import eventually

READERS = ["anna@lab.test", "bengt@lab.test"]
HEADING = Heading("press@lab.test", "Region Solviken")

FAULTS: dict[Break, Fault] = {
    Break.CUTS_BEFORE: "cut before",
    Break.CUTS_AFTER: "cut after",
    Break.HANGS: "hang",
}
"""What a mail server says with a status is a yes or a no; only silence leaves a doubt."""


class Letters(Platform):
    """A mail server that takes letters for a list."""

    characters = None
    looks_at_pictures = False
    changes = False
    retracts = False
    has_pages = False
    server: Server

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        return self.channel_to(READERS, token, within)

    def channel_to(
        self, readers: Sequence[str], token: str | None = None, within: int = 15
    ) -> Channel:
        """Make the channel of some list."""
        known = self.server
        server = Server(known.host, known.port, known.tls, known.user, token or known.password)
        patience = timedelta(seconds=within).total_seconds()
        return EmailChannel("channel", "Kanalen", server, HEADING, readers, patience)


class Own(Letters):
    """Our own post office, where one signs in."""

    def __init__(self, office: PostOffice) -> None:
        self.office = office
        self.server = Server("127.0.0.1", office.port, "none", USER, PASSWORD)

    async def breaks(self, how: Break) -> None:
        self.office.faults.append(FAULTS[how])

    async def texts(self) -> list[str]:
        return [taken.words for taken in self.office.taken]


class OpenSmtpd(Letters):
    """A real one, which asks nobody on its own machine who they are."""

    signs_in = False

    def __init__(self, box: Mailbox) -> None:
        self.box = box
        self.server = Server("127.0.0.1", box.port, "none", None)

    async def breaks(self, how: Break) -> None:
        raise NotImplementedError("it cannot be asked to fail")

    async def texts(self) -> list[str]:
        await eventually(lambda: bool(self.box.letters("anna")), within=10)
        bodies = [letter.get_body(("plain",)) for letter in self.box.letters("anna")]
        return [str(body.get_content()) for body in bodies if body]


@asynccontextmanager
async def own() -> AsyncIterator[Own]:
    async with post_office() as office:
        yield Own(office)


@asynccontextmanager
async def real() -> AsyncIterator[OpenSmtpd]:
    async with real_mail_server(largest="100K") as box:
        yield OpenSmtpd(box)
