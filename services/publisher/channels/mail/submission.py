"""One letter handed over to a mail server: what surely was not taken is told from what may be."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from schemas.codes import Code
from schemas.envelope import Parameters
from services.publisher.channels.calls import Unready
from services.publisher.channels.wording import one_line
from services.publisher.domain.answers import NotNow, Refused, Unclear

Tls = Literal["starttls", "implicit", "none"]

_PREPARING = 0.6
"""The share of the time for all that comes before the letter itself."""
_LEAVING = 0.05
"""The share of the time for taking leave, which nobody must wait for."""

_SIGN_IN = {530, 534, 535, 538}
_TOO_LARGE = 552
_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, and who we are to it."""

    host: str
    port: int
    tls: Tls
    user: str | None
    password: str = field(default="", repr=False)


class Submission:
    """Hands letters over, each once. Until the letter itself goes, every failure is harmless."""

    def __init__(self, title: str, server: Server, us: str, patience: float) -> None:
        self._title = title
        self._server = server
        self._us = us
        self._patience = patience

    def named(self, **more: str | int) -> Parameters:
        """Give what people are told of an answer: the channel, and more."""
        return {"channel": self._title, **more}

    async def send(
        self, letter: bytes, sender: str, recipients: Sequence[str]
    ) -> NotNow | Refused | Unclear | int:
        """Hand one letter over; when it is taken, say how many recipients were refused."""
        clock = asyncio.get_running_loop().time
        ends = clock() + self._patience * (1 - _LEAVING)
        smtp = self._client()
        try:
            async with self._harmless():
                await self._open(smtp)
                refused = await self._address(smtp, letter, sender, recipients)
            answer = await self._deliver(smtp, letter, ends - clock())
            if not isinstance(answer, Unclear):
                await self._leave(smtp)
        except Unready as unready:
            return unready.answer
        finally:
            smtp.close()
        return refused if answer is None else answer

    async def greet(self) -> int | None:
        """Sign in and leave again; gives how large a letter may be, if the server says."""
        smtp = self._client()
        try:
            async with self._harmless():
                await self._open(smtp)
                said = smtp.esmtp_extensions.get("size", "")
            await self._leave(smtp)
        finally:
            smtp.close()
        return int(said) if said.isdecimal() and int(said) else None

    def _client(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.tls == "implicit",
            start_tls=server.tls == "starttls",
            # Asking the network for our own name could take longer than the letter.
            local_hostname=self._us,
            timeout=self._patience,
        )

    @asynccontextmanager
    async def _harmless(self) -> AsyncIterator[None]:
        """Tell what fails before the letter goes: `Unready`."""
        try:
            async with asyncio.timeout(self._patience * _PREPARING):
                yield
        except SMTPAuthenticationError as no:
            raise Unready(self._not_signed_in(no)) from no
        except SMTPSenderRefused as no:
            raise Unready(self._not_from_us(no)) from no
        except SMTPResponseException as no:
            raise Unready(self._busy(no.code)) from no
        except (SMTPException, OSError, TimeoutError) as error:
            # An `OSError` too: a certificate that nobody vouches for.
            raise Unready(NotNow(Code.CHANNEL_UNREACHABLE, self.named())) from error

    async def _open(self, smtp: SMTP) -> None:
        await smtp.connect()
        if self._server.user is not None:
            await smtp.login(self._server.user, self._server.password)

    async def _address(
        self, smtp: SMTP, letter: bytes, sender: str, recipients: Sequence[str]
    ) -> int:
        """Say from whom and to whom, and give how many are refused: they get nothing."""
        sizes = smtp.supports_extension("size")
        await smtp.mail(sender, options=[f"size={len(letter)}"] if sizes else [])
        refused: list[SMTPRecipientRefused] = []
        for recipient in recipients:
            try:
                await smtp.rcpt(recipient)
            except SMTPRecipientRefused as no:
                refused.append(no)
        if len(refused) == len(recipients):
            raise Unready(self._nobody(refused))
        return len(refused)

    async def _deliver(
        self, smtp: SMTP, letter: bytes, patience: float
    ) -> NotNow | Refused | Unclear | None:
        """Hand over the letter itself; from here on only the server's word is believed."""
        try:
            async with asyncio.timeout(patience):
                await smtp.data(letter)
        except SMTPDataError as no:
            return self._not_taken(no)
        except SMTPResponseException:
            return Unclear(Code.ANSWER_UNCLEAR, self.named(status="SMTP"))
        except (SMTPException, OSError, TimeoutError):
            return Unclear(Code.ANSWER_LOST, self.named())
        return None

    async def _leave(self, smtp: SMTP) -> None:
        """Take leave as a polite client does; what has been said stands without it."""
        with suppress(SMTPException, OSError, TimeoutError):
            async with asyncio.timeout(self._patience * _LEAVING):
                await smtp.quit()

    def _not_signed_in(self, no: SMTPAuthenticationError) -> NotNow:
        if no.code < 500:
            return self._busy(no.code)
        return NotNow(Code.CREDENTIALS_REFUSED, self.named())

    def _not_from_us(self, no: SMTPSenderRefused) -> NotNow | Refused:
        if no.code < 500:
            return self._busy(no.code)
        if no.code in _SIGN_IN:
            return NotNow(Code.CREDENTIALS_REFUSED, self.named())
        if no.code == _TOO_LARGE:
            return self._refused(no)
        return NotNow(Code.PERMISSION_MISSING, self.named(why=_words(no)))

    def _nobody(self, refused: Sequence[SMTPRecipientRefused]) -> NotNow | Refused:
        """Say that none of them is taken; some may be taken later."""
        later = next((no for no in refused if no.code < 500), None)
        return self._busy(later.code) if later else self._refused(refused[0])

    def _not_taken(self, no: SMTPDataError) -> NotNow | Refused | Unclear:
        if 400 <= no.code < 500:
            return self._busy(no.code)
        if 500 <= no.code < 600:
            return self._refused(no)
        return Unclear(Code.ANSWER_UNCLEAR, self.named(status=no.code))

    def _busy(self, code: int) -> NotNow:
        return NotNow(Code.CHANNEL_BUSY, self.named(status=code))

    def _refused(self, no: SMTPResponseException) -> Refused:
        return Refused(Code.CHANNEL_REFUSED, self.named(why=_words(no)))


def _words(no: SMTPResponseException) -> str:
    """Give the server's own words, and no address of anybody."""
    said = no.message.encode(errors="replace").decode()
    return f"{no.code} {one_line(_ADDRESS.sub('…', said))}".strip()
